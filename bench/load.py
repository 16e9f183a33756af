"""A load generator for the loopback: some keep-alive connections, each asking again as soon as it was answered."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from threading import Barrier, Thread

ROOT = Path(__file__).resolve().parent.parent
TRIES = 150


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a round: answers a second, and each answer's milliseconds."""

    rate: float
    taken: list[float]

    @property
    def p50(self) -> float:
        """Return the median of the answers' milliseconds."""
        return median(self.taken)

    @property
    def p99(self) -> float:
        """Return what 99 of 100 answers keep to, in milliseconds."""
        return quantiles(self.taken, n=100)[98]


@contextmanager
def served(app: str, **environment: str) -> Iterator[int]:
    """Serve the WSGI application with the product's own configuration of gunicorn; yield the port.

    But for replacing a process after so many requests: it would hang up in the middle of a round.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        port: int = listening.getsockname()[1]
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                f"--bind=fd://{listening.fileno()}",
                "--log-level=warning",
                "--max-requests=0",
                app,
            ],
            cwd=ROOT,
            env=os.environ | environment,
            pass_fds=[listening.fileno()],
        )
        listening.close()  # the server holds it now; should it die, nobody waits
        try:
            yield port
        finally:
            server.terminate()
            server.wait(30)


def get(path: str, cookie: str) -> bytes:
    """Return the bytes of a request for a page."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept-Language: en\r\n\r\n".encode()


def post(path: str, cookie: str, body: str) -> bytes:
    """Return the bytes of a form sent."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept-Language: en\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def ask(connection: socket.socket, request: bytes) -> tuple[int, str, bytes]:
    """Send a request and return status, headers and body of the answer."""
    connection.sendall(request)
    received = b""
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _receive(connection)
    head = received[:end].decode("latin-1")
    length = next(int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:"))
    parts = [received[end + 4 :]]
    missing = length - len(parts[0])
    while missing > 0:
        parts.append(_receive(connection))
        missing -= len(parts[-1])
    return int(head[9:12]), head, b"".join(parts)


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(262_144)
    if not received:
        raise ConnectionError("the server hung up")
    return received


def ask_once(port: int, request: bytes) -> tuple[int, str, bytes]:
    """Return one answer over a connection of its own; the server may still be starting."""
    for _try in range(TRIES):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
                return ask(connection, request)
        except ConnectionError:
            time.sleep(0.2)
    raise ConnectionError("the server does not answer")


def drive(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Ask for the pages in turns over so many connections for so long; every answer must be a page."""
    together = Barrier(connections)
    taken: list[list[float]] = [[] for _connection in range(connections)]
    failed: list[object] = []

    def browse(place: int) -> None:
        try:
            _browse(port, requests[place % len(requests) :] + requests[: place % len(requests)], place)
        except Exception as error:
            failed.append(error)

    def _browse(port: int, mine: Sequence[bytes], place: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            together.wait()
            over, number = time.perf_counter() + seconds, 0
            while (start := time.perf_counter()) < over:
                status, _head, _body = ask(connection, mine[number % len(mine)])
                taken[place].append((time.perf_counter() - start) * 1000)
                assert status == 200, status
                number += 1

    threads = [Thread(target=browse, args=(place,)) for place in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"not answered: {failed[0]}")
    every = [one for mine in taken for one in mine]
    return Load(len(every) / (time.perf_counter() - begun), every)

"""Serve the pages and run the background worker; stop both on Ctrl-C, or when either ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

GRACE_SECONDS = 15


def commands(port: str) -> list[list[str]]:
    """Return the two programs: server and worker."""
    worker = [sys.executable, "-m", "digital_inclusion.worker"]
    if sys.platform == "win32":
        return [[sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "wsgi:app"], worker]
    return [[sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", "--log-level=warning", "wsgi:app"], worker]


def answers(port: str) -> bool:
    """Tell whether the server takes connections."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def stop(running: list[subprocess.Popen[bytes]]) -> None:
    """Ask every program to end and end those that do not in time."""
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


def main() -> int:
    """Start both, print the address, wait."""
    asked_to_stop = False

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    port = os.environ.get("PORT") or "8000"
    # Groups of their own: Ctrl-C reaches this program alone, which then stops them in order.
    running = [subprocess.Popen(command, start_new_session=True) for command in commands(port)]
    try:
        while not asked_to_stop and all(process.poll() is None for process in running) and not answers(port):
            time.sleep(0.1)
        if answers(port):
            print(f"\n  http://127.0.0.1:{port}   (Ctrl-C stops)\n", flush=True)
        while not asked_to_stop and all(process.poll() is None for process in running):
            time.sleep(0.2)
    finally:
        stop(running)
    if asked_to_stop:
        return 0
    print("Stopped: the server or the worker ended by itself.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""Two servers, up at the same time and asked in short turns: whatever else the machine does hits both alike.

Ratios are medians of turns.
"""

from statistics import median

from bench.load import Load, ask_once, drive, get, post

TURNS, SECONDS, CONNECTIONS = 7, 1.0, 16
Figure = dict[str, object]
Request = tuple[str, str, str]  # method, path and query, body


def bytes_of(request: Request, cookie: str) -> bytes:
    """Return the bytes of a request."""
    method, path, body = request
    return get(path, cookie) if method == "GET" else post(path, cookie, body)


def check_same(real: int, memory: int, request: bytes) -> int:
    """Return the size of the page; both servers must give the same one, but for its one-time keys."""
    (status, _head, page), (_status, _other, copy) = ask_once(real, request), ask_once(memory, request)
    assert status == 200 and abs(len(page) - len(copy)) < 200, (status, len(page), len(copy))
    return len(page)


def in_turns(
    one: tuple[int, list[bytes]], other: tuple[int, list[bytes]], *, connections: int = CONNECTIONS
) -> list[tuple[Load, Load]]:
    """Ask both servers, each (port, requests), turn by turn."""
    for port, requests in (one, other):
        drive(port, requests, connections=connections, seconds=SECONDS)  # warm
    return [
        (
            drive(one[0], one[1], connections=connections, seconds=SECONDS),
            drive(other[0], other[1], connections=connections, seconds=SECONDS),
        )
        for _turn in range(TURNS)
    ]


def rates(pairs: list[tuple[Load, Load]]) -> tuple[float, float, float]:
    """Return the answers a second of both, and their ratio."""
    return (
        median(one.rate for one, _other in pairs),
        median(other.rate for _one, other in pairs),
        median(one.rate / other.rate for one, other in pairs),
    )


def figure(
    name: str, value: float, baseline: float, ratio: float, *, bar: float | None, at_most: bool = False
) -> Figure:
    """Return one line of the benchmark."""
    ok = bar is None or (ratio <= bar if at_most else ratio >= bar)
    return {
        "name": name, "value": round(value, 1), "baseline": round(baseline, 1), "ratio": round(ratio, 3), "bar": bar,
        "ok": ok,
    }  # fmt: skip

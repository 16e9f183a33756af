"""List, household and find pages with 50,000 households, as a server under load gives them.

Against the same templates fed from memory under the same server and load, against Django admin's list of the same
table, and against themselves: the slowest answers on one connection. Both servers of a comparison are up at the same
time and asked in short turns, so that whatever else the machine does hits both alike; ratios are medians of turns.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from urllib.parse import quote

from bench.households import SECRET, Office, open_office
from bench.load import ROOT, Load, ask_once, drive, get, post, served

HOUSEHOLDS = int(os.environ.get("BENCH_PAGES_HOUSEHOLDS", "50000"))
TURNS, SECONDS, CONNECTIONS = 7, 1.0, 16
OF_MEMORY, OF_DJANGO, SLOWEST, LARGEST = 0.6, 5.0, 3.0, 100_000
BARS = {"list": OF_MEMORY, "household": OF_MEMORY, "find": None}  # finding is told, not promised
PERSON = "partner_lead_a"  # sees every household of the partner, and may hand any over
Figure = dict[str, object]
Request = tuple[str, str, str]  # method, path and query, body


def run(households: int = HOUSEHOLDS) -> Iterator[Figure]:
    """Yield every figure of the pages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = open_office(folder, households)
        yield from _against_memory(office)
        yield from _against_django(office)


def main() -> int:
    """Print one JSON line a figure; return 1 when one misses its bar."""
    kept = True
    for figure in run():
        print(json.dumps(figure), flush=True)
        kept = kept and bool(figure["ok"])
    return 0 if kept else 1


def _against_memory(office: Office) -> Iterator[Figure]:
    with served("wsgi:app", **_environment(office)) as real:
        cookie, pages = _pages(real, office)
        told = json.dumps([request for requests in pages.values() for request in requests])
        with served(
            "bench.from_memory:app", BENCH_COOKIE=cookie, BENCH_REQUESTS=told, **_environment(office)
        ) as memory:
            for name, requests in pages.items():
                yield from _page(name, real, memory, [_bytes(request, cookie) for request in requests])


def _environment(office: Office) -> dict[str, str]:
    return {"DATA_DIR": str(office.folder), "SECRET_KEY": SECRET}


def _pages(port: int, office: Office) -> tuple[str, dict[str, list[Request]]]:
    """Return the cookie of a browser that has seen the find page, and what is asked for each kind of page."""
    status, head, page = ask_once(port, get("/households/find", office.cookie(PERSON)))
    token = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    cookie = re.search(r"set-cookie: (session=[^;]+)", head, re.IGNORECASE)
    assert status == 200 and token is not None and cookie is not None
    words = f"csrf_token={quote(token[1].decode())}&words=nguyen+li"
    sent, led, _page = ask_once(port, post("/households/find", cookie[1], words))
    found = re.search(r"location: (\S+)", led, re.IGNORECASE)
    assert sent == 303 and found is not None
    starts = office.newest[1::10]
    return cookie[1], {
        "list": [("GET", "/households", ""), *(("GET", f"/households?after={key}", "") for key in starts)],
        "household": [("GET", f"/households/{code}", "") for code in office.codes],
        "find": [("GET", found[1], "")],
    }


def _bytes(request: Request, cookie: str) -> bytes:
    method, path, body = request
    return get(path, cookie) if method == "GET" else post(path, cookie, body)


def _page(name: str, real: int, memory: int, requests: list[bytes]) -> Iterator[Figure]:
    """Yield a page's figures: answers a second of both, the slowest on one connection, its size."""
    sizes = [_same(real, memory, request) for request in requests]
    pairs = _in_turns((real, requests), (memory, requests))
    yield _figure(f"{name} page, answers a second against memory", *_rates(pairs), bar=BARS[name])
    alone = _in_turns((real, requests), (memory, requests), connections=1)
    for who, which in (("", 0), (" from memory", 1)):
        slow, usual = (median(getattr(pair[which], point) for pair in alone) for point in ("p99", "p50"))
        ratio = median(pair[which].p99 / pair[which].p50 for pair in alone)
        bar = SLOWEST if which == 0 else None  # from memory: what server and machine add by themselves
        yield _figure(f"{name} page{who}, p99 against p50, ms", slow, usual, ratio, bar=bar, at_most=True)
    yield _figure(f"{name} page, bytes", max(sizes), LARGEST, max(sizes) / LARGEST, bar=1.0, at_most=True)


def _same(real: int, memory: int, request: bytes) -> int:
    """Return the size of the page; both servers must give the same one, but for its one-time keys."""
    (status, _head, page), (_status, _other, copy) = ask_once(real, request), ask_once(memory, request)
    assert status == 200 and abs(len(page) - len(copy)) < 200, (status, len(page), len(copy))
    return len(page)


def _in_turns(
    one: tuple[int, list[bytes]], other: tuple[int, list[bytes]], *, connections: int = CONNECTIONS
) -> list[tuple[Load, Load]]:
    for port, requests in (one, other):
        drive(port, requests, connections=connections, seconds=SECONDS)  # warm
    return [
        (
            drive(one[0], one[1], connections=connections, seconds=SECONDS),
            drive(other[0], other[1], connections=connections, seconds=SECONDS),
        )
        for _turn in range(TURNS)
    ]


def _rates(pairs: list[tuple[Load, Load]]) -> tuple[float, float, float]:
    return (
        median(one.rate for one, _other in pairs),
        median(other.rate for _one, other in pairs),
        median(one.rate / other.rate for one, other in pairs),
    )


def _against_django(office: Office) -> Iterator[Figure]:
    name = "list page, answers a second against Django admin"
    if find_spec("django") is None:
        print(f"not measured, Django is not installed: {name}", file=sys.stderr)
        return
    database = office.folder / "django.db"
    with closing(sqlite3.connect(office.folder / "digital_inclusion.db")) as book:
        book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(office.folder / "digital_inclusion.db", database)
    environment = {"BENCH_DATABASE": str(database)}
    prepared = subprocess.run(
        [sys.executable, "-m", "bench.django_admin"],
        cwd=ROOT, env=os.environ | environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    path, cookie = prepared.stdout.split()
    with (
        served("wsgi:app", **_environment(office)) as real,
        served("bench.django_admin:application", **environment) as it,
    ):
        assert b"50000" in ask_once(it, get(path, cookie))[2] or HOUSEHOLDS != 50_000
        ours = [get("/households", office.cookie(PERSON))]
        ask_once(real, ours[0])
        pairs = _in_turns((real, ours), (it, [get(path, cookie)]))
    yield _figure(name, *_rates(pairs), bar=OF_DJANGO)


def _figure(
    name: str, value: float, baseline: float, ratio: float, *, bar: float | None, at_most: bool = False
) -> Figure:
    ok = bar is None or (ratio <= bar if at_most else ratio >= bar)
    return {
        "name": name, "value": round(value, 1), "baseline": round(baseline, 1), "ratio": round(ratio, 3), "bar": bar,
        "ok": ok,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

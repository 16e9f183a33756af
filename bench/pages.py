"""List, household and find pages with 50,000 households, as a server under load gives them.

Against the same templates fed from memory under the same server and load, against Django admin's list of the same
table, and against themselves: the slowest answers on one connection.
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

from bench.comparing import Figure, Request, bytes_of, check_same, figure, in_turns, rates
from bench.households import SECRET, Office, open_office
from bench.load import ROOT, ask_once, get, post, served

HOUSEHOLDS = int(os.environ.get("BENCH_PAGES_HOUSEHOLDS", "50000"))
OF_MEMORY, OF_DJANGO, SLOWEST, LARGEST = 0.6, 5.0, 3.0, 100_000
BARS = {"list": OF_MEMORY, "household": OF_MEMORY, "find": None}  # finding is told, not promised
PERSON = "partner_lead_a"  # sees every household of the partner, and may hand any over


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
    for told in run():
        print(json.dumps(told), flush=True)
        kept = kept and bool(told["ok"])
    return 0 if kept else 1


def _against_memory(office: Office) -> Iterator[Figure]:
    with served("wsgi:app", **_environment(office)) as real:
        cookie, pages = _pages(real, office)
        told = json.dumps([request for requests in pages.values() for request in requests])
        with served(
            "bench.from_memory:app", BENCH_COOKIE=cookie, BENCH_REQUESTS=told, **_environment(office)
        ) as memory:
            for name, requests in pages.items():
                yield from _page(name, real, memory, [bytes_of(request, cookie) for request in requests])


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


def _page(name: str, real: int, memory: int, requests: list[bytes]) -> Iterator[Figure]:
    """Yield a page's figures: answers a second of both, the slowest on one connection, its size."""
    sizes = [check_same(real, memory, request) for request in requests]
    pairs = in_turns((real, requests), (memory, requests))
    yield figure(f"{name} page, answers a second against memory", *rates(pairs), bar=BARS[name])
    alone = in_turns((real, requests), (memory, requests), connections=1)
    for who, which in (("", 0), (" from memory", 1)):
        slow, usual = (median(getattr(pair[which], point) for pair in alone) for point in ("p99", "p50"))
        ratio = median(pair[which].p99 / pair[which].p50 for pair in alone)
        bar = SLOWEST if which == 0 else None  # from memory: what server and machine add by themselves
        yield figure(f"{name} page{who}, p99 against p50, ms", slow, usual, ratio, bar=bar, at_most=True)
    yield figure(f"{name} page, bytes", max(sizes), LARGEST, max(sizes) / LARGEST, bar=1.0, at_most=True)


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
        ours = [get("/households", _pages(real, office)[0])]  # a browser that has been here, like theirs
        pairs = in_turns((real, ours), (it, [get(path, cookie)]))
    yield figure(name, *rates(pairs), bar=OF_DJANGO)


if __name__ == "__main__":
    sys.exit(main())

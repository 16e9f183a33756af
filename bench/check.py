"""The residents' check under load, against the same templates fed from memory under the same server."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from flask_migrate import upgrade

from bench.comparing import Figure, Request, bytes_of, check_same, figure, in_turns, rates
from bench.households import SECRET
from bench.load import ask_once, get, post, served
from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.foundation.database import db
from tests.factories.world import build_world

OF_MEMORY = 0.6
ANSWERS = {
    "city": "choice=yes",
    "size": "number=3",
    "benefits": "benefits=calfresh&benefits=wic",
    "service": "choice=both",
    "comcast": "choice=none",
}
ENDLESS = "1000000"  # requests a second and address: the load comes from one


def run() -> Iterator[Figure]:
    """Yield every figure of the check's pages."""
    with tempfile.TemporaryDirectory() as name:
        environment = _installation(Path(name))
        with served("wsgi:app", **environment) as real:
            cookie = _answered(real)
            pages: dict[str, Request] = {
                "question": ("GET", "/check/question/benefits", ""),
                "results": ("GET", "/check/results", ""),
            }
            told = json.dumps(list(pages.values()))
            with served("bench.from_memory:app", BENCH_COOKIE=cookie, BENCH_REQUESTS=told, **environment) as memory:
                for page, request in pages.items():
                    sent = [bytes_of(request, cookie)]
                    check_same(real, memory, sent[0])
                    pairs = in_turns((real, sent), (memory, sent))
                    yield figure(f"check {page} page, answers a second against memory", *rates(pairs), bar=OF_MEMORY)


def _installation(folder: Path) -> dict[str, str]:
    environment = {"DATA_DIR": str(folder), "SECRET_KEY": SECRET, "CHECK_A_SECOND": ENDLESS}
    app = create_app(Settings.from_env(environment))
    with app.app_context():
        upgrade()
        build_world()
        db.session.remove()
        db.engine.dispose()
    return environment


def _answered(port: int) -> str:
    """Walk through the check as a browser does; return its cookie with every answer in it."""
    cookie, path = "", "/check"
    while not path.endswith("/results"):
        _status, head, page = ask_once(port, get(path, cookie))
        cookie = _cookie(head) or cookie
        if path == "/check":
            path = re.findall(r'href="(/check/question/[a-z_]+)"', page.decode())[0]
            continue
        token = re.search(rb'name="csrf_token" value="([^"]+)"', page)
        assert token is not None, path
        answer = ANSWERS.get(path.rpartition("/")[2], "choice=no")
        status, head, _page = ask_once(port, post(path, cookie, f"csrf_token={quote(token[1].decode())}&{answer}"))
        found = re.search(r"location: (\S+)", head, re.IGNORECASE)
        assert status == 303 and found is not None, (path, status)
        cookie, path = _cookie(head) or cookie, found[1]
    return cookie


def _cookie(head: str) -> str | None:
    found = re.search(r"set-cookie: (session=[^;]+)", head, re.IGNORECASE)
    return found[1] if found is not None else None

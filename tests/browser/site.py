"""The site under test: gunicorn with two workers and the background worker, on a migrated SQLite file of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pyotp
from flask import Flask
from flask_migrate import upgrade

from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.casework.rules.enrollment import NewAddress, NewMember
from digital_inclusion.foundation.access.roles import ROLES
from digital_inclusion.foundation.database import EVERYTHING, db, use_scope
from tests.factories.households import new_laptop, new_line
from tests.factories.served import confirm, serve
from tests.factories.world import World, build_world
from tests.support.accounts import give_app, give_password

REPOSITORY = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
STREETS = ("E Santa Clara St", "S King Rd", "Story Rd", "Alum Rock Ave", "Tully Rd", "N 1st St", "Senter Rd")


@dataclass
class Site:
    """A running site, its people, and the means to do things behind its pages."""

    url: str
    app: Flask
    world: World
    folder: Path
    emails: dict[str, str]
    authenticators: dict[str, pyotp.TOTP]
    signed_in: dict[str, Any] = field(default_factory=dict)  # the browser's cookies per person, once signed in
    sound: set[tuple[int, str]] = field(default_factory=set)  # widths and skeletons in which axe has found nothing
    colored: set[str] = field(default_factory=set)  # skeletons whose colors it has looked at, whatever the width

    @contextmanager
    def behind(self) -> Iterator[World]:
        """Do something without the pages, in the same database."""
        with _inside(self.app):
            yield self.world

    def complaints(self) -> list[str]:
        """Return what the server and the worker wrote about errors."""
        words = ("Traceback", "ERROR", "CRITICAL")
        lines = [line for name in ("web.log", "worker.log") for line in (self.folder / name).read_text().splitlines()]
        return [line for line in lines if any(word in line for word in words)]


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Migrate, fill, serve; stop both processes whatever happens."""
    port = free_port()
    env = {"DATA_DIR": str(folder / "data"), "SECRET_KEY": "b" * 40, "PORT": str(port), "APP_ENV": "development"}
    app = create_app(Settings.from_env(env))
    with _inside(app):
        upgrade()
        world = build_world()
        emails = {name: give_password(user_id) for name, user_id in world.users.items()}
        authenticators = {
            name: give_app(user_id) for name, user_id in world.users.items() if name in ROLES and ROLES[name].city
        }
        fill(world)
    site = Site(f"http://127.0.0.1:{port}", app, world, folder, emails, authenticators)
    with serving(folder, env, port):
        yield site
        assert not site.complaints(), "\n".join(site.complaints())


@contextmanager
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        use_scope(EVERYTHING)
        yield
        db.session.remove()
        db.engine.dispose()


@contextmanager
def serving(folder: Path, env: dict[str, str], port: int) -> Iterator[None]:
    """Run the web server and the worker with this environment; their logs go to ``folder``."""
    commands = {
        "web": [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "wsgi:app"],
        "worker": [sys.executable, "-m", "digital_inclusion.worker"],
    }
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | env
    started = []
    try:
        for name, command in commands.items():
            with (folder / f"{name}.log").open("wb") as log:
                started.append(
                    subprocess.Popen(command, cwd=REPOSITORY, env=surroundings, stdout=log, stderr=subprocess.STDOUT)
                )
        _wait_until_ready(f"http://127.0.0.1:{port}/sign-in", started, folder)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(url: str, started: list[subprocess.Popen[bytes]], folder: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if any(process.poll() is not None for process in started):
            break
        try:
            with urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except (URLError, OSError):
            time.sleep(0.1)
    logs = "\n".join((folder / f"{name}.log").read_text()[-4000:] for name in ("web", "worker"))
    raise RuntimeError(f"the site did not start\n{logs}")


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fill(world: World) -> None:
    """Enroll a handful of households of both partners, most of them served, some confirmed."""
    served = [
        add_household(world, "a", "Rosa Delgado", 1, confirmed=True),
        add_household(world, "a", "Minh Tran", 2, confirmed=True),
        add_household(world, "a", "Guadalupe Ortiz", 3, confirmed=True),
        add_household(world, "b", "Aisha Rahman", 4, confirmed=True),
        add_household(world, "b", "Thu Nguyen", 5, confirmed=True),
        add_household(world, "a", "Carlos Mendoza", 6),
        add_household(world, "b", "Fatima Noor", 7),
        add_household(world, "a", "Suharto", 8, deliveries=[new_laptop(date(2026, 3, 8))]),
        add_household(world, "b", "Ben Ocampo", 9, deliveries=[]),
    ]
    assert all(served)


def add_household(world: World, partner: str, name: str, number: int, *, confirmed: bool = False, **more: Any) -> str:
    """Enroll a household with an address and a phone of its own, a laptop and a line; return its code."""
    born = date(1975 + number % 20, 1 + number % 12, 1 + number % 28)
    street, district = f"{100 + number} {STREETS[number % 7]}", str(1 + number % 10)
    changes: dict[str, Any] = {
        "members": [NewMember(name, born, is_head=True)],
        "address": NewAddress(line=street, city="San José", zip_code="95116", district=district),
        "phone": f"(408) 555-{number % 10000:04}",
        "phone_e164": f"+1408555{number % 10000:04}",
        "needs_connection": True,
        "needs_skills": True,
        "deliveries": [
            new_laptop(date(2026, 1 + number % 6, 10), unit=f"SN-{number:05}"),
            new_line(date(2026, 1 + number % 6, 12), plan="Internet Essentials", price_cents=1495),
        ],
    } | more
    made = serve(world, partner, name=name, **changes)
    if confirmed:
        confirm(world, *made.delivery_facts)
    return made.code

"""Fixtures for every kind of test: a real SQLite file and a real PostgreSQL server, migrated once, copied per test."""

import copy
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event
from werkzeug.test import TestResponse

from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.foundation.database import EVERYTHING, db, use_scope
from tests.factories.world import World, build_world
from tests.support.postgres import Cluster, find_binaries, running_cluster
from tests.support.things import Things, make_things

settings.register_profile("ci", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SHARED_DIR") or REPOSITORY.parent / "shared")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that touches the database on both databases; ``only_sqlite``/``only_postgresql`` pick one."""
    if "database_kind" in metafunc.fixturenames:
        kinds = ["sqlite", "postgresql"]
        if metafunc.definition.get_closest_marker("only_sqlite"):
            kinds = ["sqlite"]
        if metafunc.definition.get_closest_marker("only_postgresql"):
            kinds = ["postgresql"]
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One throw-away PostgreSQL server for the whole run."""
    if find_binaries() is None:
        pytest.skip("no PostgreSQL server is installed")
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real files nobody here wrote; tests that read them skip where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared files are not here")
    return SHARED


def test_settings(data_dir: Path, database_url: str) -> Settings:
    """Return settings for tests: cheap passwords, jobs in process."""
    env = {"DATA_DIR": str(data_dir), "SECRET_KEY": "x" * 40, "DATABASE_URL": database_url}
    return replace(Settings.from_env(env), password_cost=1, password_memory_kib=8, immediate_jobs=True)


test_settings.__test__ = False  # type: ignore[attr-defined]


class Template:
    """An application on a migrated database that is laid out anew before each test: empty, with the small world, or
    with one thing of every kind besides, which is made only when a test first asks for it."""

    def __init__(self, app: Flask, world: World, *, take: Callable[[str], None], keep: Callable[[str], None]) -> None:
        self.app, self.world, self._take, self._keep = app, world, take, keep
        self._things: dict[str, Things] | None = None
        self._files: Path = app.config["DATA_DIR"] / "files"

    def lay_out(self, state: str = "empty") -> None:
        """Bring the database to a state: empty, filled (the small world) or things."""
        if state == "things":
            if self._things is None:
                self._make_things()
            shutil.rmtree(self._files, ignore_errors=True)
            shutil.copytree(self._kept_files, self._files)
        with self.app.app_context():
            _let_go()
        self._take(state)

    @property
    def things(self) -> dict[str, Things]:
        """One thing of every kind for both partners, as laid out in the state of that name."""
        return copy.deepcopy(self._things or {})

    @property
    def _kept_files(self) -> Path:
        return self._files.with_name("files-of-things")

    def _make_things(self) -> None:
        self.lay_out("filled")
        with self.app.app_context():
            self._things = make_things(self.world)
            _let_go()
        self._keep("things")
        shutil.copytree(self._files, self._kept_files)


@pytest.fixture(scope="session", autouse=True)
def calm_heap() -> None:
    """Keep what the imports made out of every later collection of garbage: the import of files asks for many."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def templates() -> Iterator[dict[str, Template]]:
    """Migrated databases by kind, each made once a run: pytest may come back to a kind at any time."""
    made: dict[str, Template] = {}
    yield made
    for template in made.values():
        with template.app.app_context():
            db.engine.dispose()


@pytest.fixture
def laid_out(
    database_kind: str,
    templates: dict[str, Template],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Template:
    """The app on one kind of database, and a function that lays the empty database out again."""
    if database_kind not in templates:
        folder = tmp_path_factory.mktemp(database_kind)
        if database_kind == "sqlite":
            templates[database_kind] = _sqlite(folder)
        else:
            templates[database_kind] = _postgresql(folder, request.getfixturevalue("cluster"))
    return templates[database_kind]


class FreshClient(FlaskClient):
    """A browser whose every request has a context of its own, as on a server.

    Without it Flask would reuse the context of the test, and ``g`` (who is signed in) would outlive the request.
    """

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """Send one request; the test's own session sees afterwards what was committed."""
        db.session.rollback()
        with self.application.app_context():
            return super().open(*arguments, **options)


def _make(folder: Path, url: str) -> Flask:
    app = create_app(test_settings(folder, url))
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(_bytecode()))
    app.test_client_class = FreshClient
    app.config.update(TESTING=True, SERVER_NAME=None)
    return app


def _bytecode() -> Path:
    """Return where the templates' code is kept: compiling them all takes every process some ten seconds."""
    place = REPOSITORY / ".pytest_cache" / "templates"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _migrate(app: Flask) -> None:
    with app.app_context():
        upgrade()
        _let_go()


def _fill(app: Flask) -> World:
    with app.app_context():
        world = build_world()
        _let_go()
    return world


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()


def _sqlite(folder: Path) -> Template:
    file = folder / "test.db"
    app = _make(folder, f"sqlite:///{file}")
    with app.app_context():  # nobody pulls the plug on a test; its PostgreSQL does without waiting for the disk too
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))

    def take(state: str) -> None:
        for suffix in ("-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(folder / f"{state}.db", file)

    def keep(state: str) -> None:
        shutil.copyfile(file, folder / f"{state}.db")

    _migrate(app)
    keep("empty")
    world = _fill(app)
    keep("filled")
    return Template(app, world, take=take, keep=keep)


def _postgresql(folder: Path, cluster: Cluster) -> Template:
    cluster.create_database("kept")
    making = _make(folder, cluster.url("kept"))
    _migrate(making)
    cluster.keep("kept", state="empty")
    world = _fill(making)
    cluster.keep("kept", state="filled")
    app = _make(folder, cluster.url("test"))

    def take(state: str) -> None:
        cluster.lay_out_anew("test", template="kept", state=state)

    def keep(state: str) -> None:
        cluster.keep("test", state=state)
        cluster.copy_database("test", to="kept")

    return Template(app, world, take=take, keep=keep)


_STATES = (("things", "things"), ("world", "filled"))  # by the fixture that asks for it, the fullest first


@pytest.fixture
def app(laid_out: Template, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on a migrated database, empty or with the world, inside a context that sees every partner."""
    laid_out.lay_out(next((state for name, state in _STATES if name in request.fixturenames), "empty"))
    with laid_out.app.app_context():
        use_scope(EVERYTHING)
        yield laid_out.app
        db.session.rollback()
        _let_go()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that has not signed in."""
    return app.test_client()


@pytest.fixture
def world(app: Flask, laid_out: Template) -> World:
    """San José's settings loaded, a city, a fiscal agent, two grantees with grants, and people for every role."""
    return copy.deepcopy(laid_out.world)


@pytest.fixture
def things(app: Flask, laid_out: Template) -> dict[str, Things]:
    """One thing of every kind for both partners of the world."""
    return laid_out.things

"""Fixtures for every kind of test: a real SQLite file and a real PostgreSQL server, migrated once, copied per test."""

import copy
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy import event
from werkzeug.test import TestResponse

from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.foundation.database import EVERYTHING, db, use_scope
from tests.factories.world import World, build_world
from tests.support.postgres import Cluster, find_binaries, running_cluster

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


@dataclass
class Template:
    """An application on a migrated database that is laid out anew before each test: empty, or with the small world."""

    app: Flask
    lay_out: Callable[..., None]
    world: World


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
    app.test_client_class = FreshClient
    app.config.update(TESTING=True, SERVER_NAME=None)
    return app


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
    file, empty, filled = folder / "test.db", folder / "empty.db", folder / "filled.db"
    app = _make(folder, f"sqlite:///{file}")
    with app.app_context():  # nobody pulls the plug on a test; its PostgreSQL does without waiting for the disk too
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    _migrate(app)
    shutil.copyfile(file, empty)
    world = _fill(app)
    shutil.copyfile(file, filled)

    def lay_out(*, with_world: bool = False) -> None:
        with app.app_context():
            _let_go()
        for suffix in ("-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(filled if with_world else empty, file)

    return Template(app, lay_out, world)


def _postgresql(folder: Path, cluster: Cluster) -> Template:
    cluster.create_database("kept")
    making = _make(folder, cluster.url("kept"))
    _migrate(making)
    cluster.keep("kept", state="empty")
    world = _fill(making)
    cluster.keep("kept", state="filled")
    app = _make(folder, cluster.url("test"))

    def lay_out(*, with_world: bool = False) -> None:
        with app.app_context():
            _let_go()
        cluster.lay_out_anew("test", template="kept", state="filled" if with_world else "empty")

    return Template(app, lay_out, world)


@pytest.fixture
def app(laid_out: Template, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on a migrated database, empty or with the world, inside a context that sees every partner."""
    laid_out.lay_out(with_world="world" in request.fixturenames)
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

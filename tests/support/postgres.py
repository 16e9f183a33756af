"""A PostgreSQL server to throw away: its own folder, a random port of 127.0.0.1, gone when the test run ends.

From a shell: ``python -m tests.support.postgres`` keeps one until Ctrl-C;
``python -m tests.support.postgres -- pytest tests/integration`` runs a command with POSTGRES_TEST_URL set.

The program connects as a role without special rights, because row-level security does not bind a superuser.
A database is quickest as a clone of one already migrated: ``create_database("t1", template="migrated")``.
"""

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
ROLE = "program"  # owns the databases; neither superuser nor exempt from row-level security
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "logging_collector": "off",
}


# Every change of tables, functions, triggers and policies moves the mark of a database.
_MARK = """
    SELECT count(*), sum(hashint8(oid::bigint)) FROM (
        SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT oid FROM pg_trigger UNION ALL SELECT oid FROM pg_policy UNION ALL SELECT oid FROM pg_constraint
        UNION ALL SELECT attrelid FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
    ) AS objects"""
_KEEP = """
    DO $$ DECLARE one text; filled boolean; BEGIN
        CREATE SCHEMA {state};
        CREATE TABLE {state}._numbers AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
        FOR one IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE 'SELECT EXISTS (SELECT FROM public.' || one || ')' INTO filled;
            IF filled THEN EXECUTE 'CREATE TABLE {state}.' || one || ' AS TABLE public.' || one; END IF;
        END LOOP;
    END $$"""
_ALONE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_TAKE_BACK = """
    DO $$ DECLARE one text; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR one IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE 'DELETE FROM public.' || one;
        END LOOP;
        FOR one IN SELECT quote_ident(tablename) FROM pg_tables
            WHERE schemaname = '{state}' AND tablename <> '_numbers' LOOP
            EXECUTE 'INSERT INTO public.' || one || ' SELECT * FROM {state}.' || one;
        END LOOP;
        PERFORM setval(quote_ident(sequencename)::regclass, coalesce(last_value, 1), last_value IS NOT NULL)
            FROM {state}._numbers;
    END $$"""


class PostgresMissing(RuntimeError):
    """No PostgreSQL server is installed here."""


def find_binaries() -> Path | None:
    """Return the folder with initdb and pg_ctl, the newest of Debian's first."""
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders = sorted(installed, key=lambda folder: int("0" + folder.parent.name.split(".")[0]), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if _is_complete(folder)), None)


def _is_complete(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres"))


class Cluster:
    """One running server. Use as a context manager, or ``start`` and ``stop``."""

    def __init__(self) -> None:
        binaries = find_binaries()
        if binaries is None:
            raise PostgresMissing("no PostgreSQL server found (Debian: apt install postgresql)")
        self.binaries = binaries
        self.port = 0
        self._passwords = {SUPERUSER: secrets.token_hex(12), ROLE: secrets.token_hex(12)}
        self._prefix, self._owner = _unprivileged()
        self._folder = Path()
        self._marks: dict[str, object] = {}  # of databases that can be brought back
        self._kept: dict[str, psycopg.Connection] = {}  # to those databases, because signing in takes its time

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Make the cluster and wait until it answers (2 to 3 s)."""
        self._folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must stay short
        try:
            self._initialize()
            self._launch()
            with self._admin() as connection:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                        sql.Identifier(ROLE), sql.Literal(self._passwords[ROLE])
                    )
                )
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop at once and remove every file; harmless when it never started."""
        for connection in self._kept.values():
            connection.close()
        self._kept = {}
        if (self._folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-D", str(self._folder / "data"), "-m", "immediate", "-w", check=False)
        if self._folder.name.startswith("pg-"):
            shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str = "postgres", *, superuser: bool = False) -> str:
        """Return the address of a database as SQLAlchemy wants it."""
        return self._address("postgresql+psycopg", database, SUPERUSER if superuser else ROLE)

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Make a database, empty or the copy of another that nobody is connected to; return its address."""
        with self._admin() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(ROLE), sql.Identifier(template)
                )
            )
        return self.url(name)

    def keep(self, name: str, *, state: str) -> None:
        """Keep inside a database, under the name ``state``, what its tables hold now; its copies hold that too."""
        with self._admin(name) as connection:
            connection.execute(_filled_in(_KEEP, state))

    def lay_out_anew(self, name: str, *, template: str, state: str) -> None:
        """Bring a database back to a kept state of its template, made anew only where a test changed tables.

        Taking the rows out costs a fraction of a new copy. The superuser may: for replication triggers sleep.
        """
        if name not in self._marks or not self._taken_back(name, state):
            self.drop_database(name)
            self.create_database(name, template=template)
            connection = self._connection(name)
            self._marks[name] = connection.execute(_MARK).fetchone()
            connection.execute(_filled_in(_TAKE_BACK, state))

    def _taken_back(self, name: str, state: str) -> bool:
        connection = self._connection(name)
        connection.execute(_ALONE)
        if connection.execute(_MARK).fetchone() != self._marks[name]:
            return False
        connection.execute(_filled_in(_TAKE_BACK, state))
        return True

    def copy_database(self, name: str, *, to: str) -> None:
        """Put a copy of a database, with every state kept in it, in the place of another."""
        self._let_go(name)
        self.drop_database(to)
        self.create_database(to, template=name)

    def drop_database(self, name: str) -> None:
        """Remove a database, cutting the connections it still has."""
        self._let_go(name)
        with self._admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _connection(self, name: str) -> psycopg.Connection:
        if name not in self._kept:
            self._kept[name] = self._admin(name)
        return self._kept[name]

    def _let_go(self, name: str) -> None:
        if name in self._kept:
            self._kept.pop(name).close()

    def _admin(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self._address("postgresql", database, SUPERUSER), autocommit=True)

    def _address(self, scheme: str, database: str, role: str) -> str:
        return f"{scheme}://{role}:{self._passwords[role]}@127.0.0.1:{self.port}/{database}"

    def _initialize(self) -> None:
        password_file = self._folder / "password"
        password_file.write_text(self._passwords[SUPERUSER])
        password_file.chmod(0o600)
        if self._owner is not None:
            shutil.chown(password_file, self._owner)
            shutil.chown(self._folder, self._owner)
        self._run(
            "initdb", "-D", str(self._folder / "data"), "-U", SUPERUSER, "--pwfile", str(password_file),
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip

    def _launch(self, attempts: int = 3) -> None:
        for attempt in range(1, attempts + 1):
            self.port = _free_port()
            settings = {**SETTINGS, "port": str(self.port), "unix_socket_directories": str(self._folder)}
            options = " ".join(f"-c {name}={value}" for name, value in settings.items())
            log = self._folder / "log"
            started = self._run(
                "pg_ctl", "start", "-D", str(self._folder / "data"), "-l", str(log), "-o", options, "-w",
                check=False,
            )  # fmt: skip
            if started.returncode == 0:
                return
            if attempt == attempts:  # somebody may have taken the port meanwhile, but not three times
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()[-2000:]}")

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        command = [*self._prefix, str(self.binaries / program), *arguments]
        result = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if check and result.returncode:
            raise RuntimeError(f"{program} failed with exit code {result.returncode}")
        return result


def _filled_in(statement: str, state: str) -> sql.SQL:
    assert state.isidentifier(), state
    return sql.SQL(statement.replace("{state}", state))  # type: ignore[arg-type]


def _unprivileged() -> tuple[list[str], str | None]:
    """Return how to run a program without root, as the server insists, and as whom."""
    if os.name != "posix" or os.geteuid() != 0:
        return [], None
    import pwd  # only where there are Unix users

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in names)
    return ["runuser", "-u", user, "--"], user


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Start a server, yield it, and remove it whatever happens. Made for a session fixture."""
    with Cluster() as cluster:
        yield cluster


def main() -> int:
    """Keep a server for a command, or until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A PostgreSQL server to throw away.")
    parser.add_argument("command", nargs="*", help="run this with POSTGRES_TEST_URL set, then stop")
    command = parser.parse_args().command
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running_cluster() as cluster:
        url = cluster.create_database("digital_inclusion")
        if command:
            return subprocess.run(command, env={**os.environ, "POSTGRES_TEST_URL": url}, check=False).returncode
        print(url, flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The program settings in force, for pages and for other rooms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ...foundation.audit.models import AuditEvent
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Unavailable
from ...foundation.kernel.messages import _
from ...foundation.reading import read_rows
from ..models import ProgramVersion
from ..schemas import LoadedProgram, parse_program
from .effects import LABELS
from .ledger import program_version_at


def find_program(target: Session | None = None) -> LoadedProgram | None:
    """Return the settings in force, or None before any were loaded."""
    version = find_version(target)
    return parse_program(version.text) if version is not None else None


def get_program(target: Session | None = None) -> LoadedProgram:
    """Return the settings in force; raise Unavailable before any were loaded."""
    program = find_program(target)
    if program is None:
        raise Unavailable(_("No program settings are loaded yet. Run: flask settings apply"))
    return program


def get_program_in_zone() -> LoadedProgram:
    """Return the settings in force and take the city's time zone from them, for this context."""
    program = get_program()
    clock.use_zone(program.file.city.time_zone)
    return program


def find_version(target: Session | None = None) -> ProgramVersion | None:
    """Return the stored version in force."""
    return program_version_at(target or session())


def find_in_force() -> tuple[LoadedProgram, bool] | None:
    """Return the settings in force and whether the data is a demo's, or None; every page asks it."""
    rows = read_rows(_in_force())
    return (parse_program(rows[0].text), rows[0].is_demo) if rows else None


@cache
def _in_force() -> Select[str, bool]:
    return select(ProgramVersion.text, ProgramVersion.is_demo).order_by(ProgramVersion.posting.desc()).limit(1)


def list_versions(*, limit: int = 50) -> Sequence[ProgramVersion]:
    """Return the versions loaded, newest first."""
    return session().scalars(select(ProgramVersion).order_by(ProgramVersion.posting.desc()).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that a loading moved, and by how much."""

    label: str
    change: int


def changes_by_posting(postings: Collection[int]) -> dict[int, list[str]]:
    """Return what each loading of settings moved that day, as audited: "connected.verified:-29"; nothing: not in it."""
    statement = (
        select(AuditEvent.posting, AuditEvent.details)
        .where(AuditEvent.name == "settings.applied", AuditEvent.posting.in_(sorted(postings)))
        .order_by(AuditEvent.id)
    )
    found: dict[int, list[str]] = {}
    for posting, details in session().execute(statement):
        changes = details.get("changes")
        if posting is not None and isinstance(changes, list) and changes:
            found[posting] = [str(change) for change in changes]
    return found


def effects_of_loading(postings: Collection[int]) -> dict[int, list[Moved]]:
    """Return the same with the figures' names for people."""
    found: dict[int, list[Moved]] = {}
    for posting, changes in changes_by_posting(postings).items():
        for written in changes:
            figure, _colon, change = written.partition(":")
            milestone, _dot, aspect = figure.partition(".")
            found.setdefault(posting, []).append(Moved(LABELS.get((milestone, aspect), figure), int(change)))
    return found

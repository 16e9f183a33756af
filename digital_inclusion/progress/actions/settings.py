"""Load the program settings: a fact that re-derives everybody in one posting (rule 14)."""

from sqlalchemy.orm import Session

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, program_session, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from ..models import ProgramVersion
from ..queries import ledger
from ..rules.ledger import Key, difference
from ..schemas import LoadedProgram, parse_program
from . import book, deadline, derived
from .everybody import everybody
from .posting import ALSO_WRITE, Effect, Learned, Posting, Touched, effect_on


def apply_settings(text: str, *, by: Actor, is_demo: bool = False) -> Posting:
    """Load the settings ``text`` as the version in force; raise Invalid naming every mistake, Conflict if unchanged."""
    policy.check(by, "settings:apply")
    program = parse_program(text)
    with program_session("settings applied") as city:
        head = ledger.take_head(city)
        before = ledger.program_version_at(city)
        if before is not None and before.fingerprint == program.fingerprint:
            raise Conflict(_("These settings are already the version in force."))
        clock.use_zone(program.file.city.time_zone)
        change: dict[Key, int] = {}
        for touched in everybody(city, program):
            change |= _difference(city, touched)
            districts = derived.write_standings(city, touched, program)
            for write in ALSO_WRITE:
                write(city, Learned((), touched.facts, districts, clock.now()))
        # last, because from its instant to the commit a posting has little time, and this one reads everybody
        heading = book.heading(head, cause="settings.applied", by=by, program=program, facts=0, change=change)
        deadline.start(session())
        book.write_posting(city, heading, [], change)
        city.add(_version(text, program, heading, by, is_demo=is_demo or bool(before and before.is_demo)))
        head.posting, head.recorded_at = heading["number"], heading["recorded_at"]
    note_bulk_write(session(), "program_versions", "entries")
    effect = effect_on(change, clock.today())
    record(
        "settings.applied",
        by=by,
        subject_type="program_versions",
        posting=heading["number"],
        fingerprint=program.fingerprint,
        entries=heading["entries"],
        changes=[f"{milestone}.{aspect}:{net:+d}" for (milestone, aspect), net in sorted(effect.changes.items())],
    )
    return Posting(heading["number"], heading["entries"], effect)


def preview_settings(text: str) -> Effect:
    """Return what loading the settings would do to today's figures; writes nothing."""
    program = parse_program(text)
    with program_session("settings preview") as city:
        change: dict[Key, int] = {}
        for touched in everybody(city, program):
            change |= _difference(city, touched)
        return effect_on(change, clock.today())


def _difference(city: Session, touched: Touched) -> dict[Key, int]:
    have = ledger.net_entries(city, touched.identities)
    change: dict[Key, int] = {}
    for identity, wanted in touched.wanted.items():
        change |= difference(wanted, have.get(identity, {}))
    return change


def _version(text: str, program: LoadedProgram, heading: book.Row, by: Actor, *, is_demo: bool) -> ProgramVersion:
    return ProgramVersion(
        posting=heading["number"],
        fingerprint=program.fingerprint,
        text=text,
        loaded_at=heading["recorded_at"],
        loaded_by=by.name,
        is_demo=is_demo,
    )

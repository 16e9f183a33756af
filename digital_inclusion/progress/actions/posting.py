"""Post facts: the one door into the ledger (rules 16 and 17 of "How we count").

Lock the identities touched and re-read them; derive what the ledger should hold; compare with what it holds;
take the head row last; write facts, the difference, and everything derived from it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from ...foundation.access.identity import Actor
from ...foundation.database import note_bulk_write, program_session, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Unavailable
from ...foundation.kernel.messages import _
from ..queries import ledger
from ..rules.facts import Fact, Kind
from ..rules.identity import identities
from ..rules.ledger import Key, Seen, derive_seen, difference, see
from ..schemas import LoadedProgram, parse_program
from . import book, deadline, derived
from .facts import NewFact, as_fact

Net = dict[Key, int]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a posting does to the figures on a day: (milestone, aspect) -> change. Empty: nothing changes."""

    changes: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def of(self, milestone: str, aspect: str) -> int:
        """Return the change of one figure."""
        return self.changes.get((milestone, aspect), 0)


@dataclass(frozen=True, slots=True)
class Posting:
    """A finished posting."""

    number: int
    entries: int
    effect: Effect
    facts: Sequence[NewFact] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """What a posting has written, for rooms above that repeat what facts say: the new facts' rows, all facts of the
    records concerned, and the district in which each record stands (undone records stand nowhere). No rows: new
    settings were loaded, by which districts may be others."""

    rows: Sequence[derived.Row]
    facts: Sequence[Fact]
    districts: Mapping[int, str]
    at: datetime


# Rooms above this one that keep such a repetition add what brings it in line, in the transaction of the posting.
ALSO_WRITE: list[Callable[[Session, Learned], None]] = []


@dataclass(slots=True)
class Touched:
    """Everything one posting reads and derives: facts and identities of all records concerned, before and after."""

    facts: list[Fact]
    before: dict[int, int]
    after: dict[int, int] = field(default_factory=dict)
    by_identity: dict[int, list[Fact]] = field(default_factory=dict)
    seen: dict[int, Seen] = field(default_factory=dict)
    wanted: dict[int, Net] = field(default_factory=dict)

    @property
    def identities(self) -> set[int]:
        """Return every identity that stood before or stands now."""
        return set(self.before.values()) | set(self.after.values())

    def learn(self, new: list[Fact]) -> None:
        """Add the new facts and compute the identities that now stand."""
        self.facts = self.facts + new
        linked = identities(self.facts) if any(fact.kind is Kind.LINK for fact in self.facts) else {}
        self.after = {record: linked.get(record, record) for record in self.before}
        self.by_identity = defaultdict(list)
        for fact in self.facts:
            identity = self.after.get(fact.record_id)
            if identity is not None:  # else: a link to a record that a split has taken away again
                self.by_identity[identity].append(fact)

    def derive(self, program: LoadedProgram) -> None:
        """Work out what the ledger should hold for each identity; one that no longer stands should hold nothing."""
        rules = program.counting
        self.seen = {identity: see(self.by_identity.get(identity, []), rules) for identity in sorted(self.identities)}
        self.wanted = {identity: derive_seen(identity, seen, rules) for identity, seen in self.seen.items()}


def post(facts: Sequence[NewFact], *, cause: str, by: Actor, fresh: Iterable[int] = ()) -> Posting:
    """Post ``facts`` inside the present transaction and return the posting.

    ``fresh`` are records made in this same transaction: nothing about them can exist, so nothing is read.
    ``by`` is who enters them. The caller records the audit event.
    """
    if not facts:
        raise ValueError("nothing to post")
    with program_session(f"posting: {cause}") as city:
        touched = _read(city, facts, fresh=set(fresh))
        head = ledger.take_head(city)
        program = loaded_program(city)  # read under the head lock: a settings change posts before or after us
        posting = head.posting + 1
        _number(facts, start=head.fact)
        rows = [fact.as_row(posting=posting, entered_by=by.user_id) for fact in facts]
        touched.learn([as_fact(row) for row in rows])
        touched.derive(program)
        change = _difference(city, touched, fresh=set(fresh))
        heading = book.heading(head, cause=cause, by=by, program=program, facts=len(rows), change=change)
        deadline.start(session())
        book.write_posting(city, heading, rows, change)
        districts = derived.write(city, touched, program, rows, heading["recorded_at"])
        for write in ALSO_WRITE:
            write(city, Learned(rows, touched.facts, districts, heading["recorded_at"]))
        head.posting, head.fact, head.recorded_at = posting, head.fact + len(rows), heading["recorded_at"]
    note_bulk_write(session(), "facts", "entries")
    return Posting(posting, sum(abs(net) for net in change.values()), effect_on(change, clock.today()), tuple(facts))


def preview(facts: Sequence[NewFact], *, by: Actor) -> Effect:
    """Return what posting ``facts`` would do to today's figures; writes nothing."""
    with program_session("preview") as city:
        program = loaded_program(city)
        touched = _read(city, facts, fresh=set(), identities_of=ledger.identities_of)
        head = ledger.head(city)
        _number(facts, start=head.fact)
        rows = [fact.as_row(posting=head.posting + 1, entered_by=by.user_id) for fact in facts]
        touched.learn([as_fact(row) for row in rows])
        touched.derive(program)
        return effect_on(_difference(city, touched, fresh=set()), clock.today())


def loaded_program(city: Session) -> LoadedProgram:
    """Return the settings in force; raise Unavailable before any were loaded."""
    version = ledger.program_version_at(city)
    if version is None:
        raise Unavailable(_("No program settings are loaded yet. Run: flask settings apply"))
    return parse_program(version.text)


def effect_on(change: Mapping[Key, int], day: date) -> Effect:
    """Return the change of each figure on ``day``."""
    sums: Counter[tuple[str, str]] = Counter()
    for key, net in change.items():
        if key.occurred_on <= day:
            sums[str(key.milestone), str(key.aspect)] += net
    return Effect({figure: net for figure, net in sums.items() if net})


def _number(facts: Sequence[NewFact], *, start: int) -> None:
    for place, fact in enumerate(facts, start=1):
        fact.number = start + place


def _read(
    city: Session,
    facts: Sequence[NewFact],
    *,
    fresh: set[int],
    identities_of: Callable[[Session, set[int]], dict[int, int]] = ledger.lock_records,
) -> Touched:
    records = {fact.record_id for fact in facts}
    records |= {other for fact in facts if (other := fact.values.get("other_record_id")) is not None}
    taken_back = {fact.referred for fact in facts if fact.kind in (Kind.VOID, Kind.SPLIT)} - {None, 0}
    records |= ledger.records_joined_by(city, {number for number in taken_back if number is not None})
    known = records - fresh
    before = identities_of(city, known) if known else {}
    standing = ledger.facts_of(city, before) if known else []
    before |= {record: record for record in fresh & records}
    return Touched(facts=standing, before=before)


def _difference(city: Session, touched: Touched, *, fresh: set[int]) -> Net:
    have = ledger.net_entries(city, touched.identities - fresh)
    change: Net = {}
    for identity, wanted in touched.wanted.items():
        change |= difference(wanted, have.get(identity, {}))
    return change

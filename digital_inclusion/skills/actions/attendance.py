"""Note who came to a session: by a list, one by one at the door, and as walk-ins.

A list is one posting and one audit event, however long it is, and only what differs from the record is posted, so
that the same list sent twice changes nothing. Whoever notes something holds the households first and the session
then, as whoever voids one of its facts does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, update

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...progress.actions.book import bulk_insert
from ...progress.actions.correcting import correction_of, void_of
from ...progress.actions.delivering import delivery_facts
from ...progress.actions.facts import NewFact
from ...progress.actions.holding import hold_identities
from ...progress.actions.posting import post
from ...progress.queries.served import Served
from ...progress.rules.deliveries import Evidence, NewDelivery
from ...progress.rules.facts import Item
from ..models import Attendance, ClassSession
from ..queries.attendance import countable, find_facts, grants_on, household_ids, list_known
from ..queries.classes import hold_session
from ..rules import attendance as rules
from ..rules.attendance import Changes, Known, Mark


@dataclass(frozen=True, slots=True)
class Noted:
    """What noting who came has done: people present, facts posted and voided, and who came without being counted."""

    present: int
    posted: int
    voided: int
    uncounted: int


def note_attendance(*, one: ClassSession, marks: Mapping[int, Mark], seen: int, by: Actor) -> Noted:
    """Write down who came, by member; who is not in ``marks`` stays as they are. ``seen``: the revision looked at.

    Raises Invalid for people who are not on the list, for minutes that cannot be, and where somebody else saved the
    list meanwhile and it says something else; Conflict for a session that has not begun or was canceled.
    """
    policy.check(by, "class:work", one)
    homes = household_ids(one, marks)
    rules.check_marks(marks, listed=homes)
    return _note(one, marks, homes, seen, by)


def mark_present(*, one: ClassSession, household: Served, member_id: int, remark: str = "", by: Actor) -> Noted:
    """Write down that a person came for the whole session: at the door, by code, or as a walk-in.

    ``remark``: what the evidence says besides the session's code.

    Who is not in the class is added to this session's list alone. Who is marked already stays as they are.
    Raises Invalid for a person who is not of the household.
    """
    policy.check(by, "class:work", one)
    policy.check(by, "class:work", household)
    if member_id not in dict(household.members) or household.partner_id != one.partner_id:
        raise Invalid(fields={"member_id": _("Please choose a person.")})
    known = list_known(one.id).get(member_id)
    whole = rules.session_minutes(one.starts_at, one.ends_at)
    minutes = known.minutes if known is not None and known.minutes is not None else whole
    return _note(one, {member_id: Mark(minutes)}, {member_id: household.id}, None, by, remark)


def _note(
    one: ClassSession, marks: Mapping[int, Mark], homes: Mapping[int, int], seen: int | None, by: Actor,
    remark: str = "",
) -> Noted:  # fmt: skip
    hold_identities(set(homes.values()))
    held = hold_session(one.id)
    rules.check_open(starts_at=clock.as_utc(held.starts_at), canceled=held.canceled_at is not None, now=clock.now())
    known = list_known(held.id)
    found = rules.changes(marks, known)
    if found and seen is not None and seen != held.revision:
        raise Invalid(rules.MEANWHILE)
    sheet = _Sheet(held, homes, known, found, by, remark)
    posting = sheet.post()
    if found or posting is not None or held.noted_at is None:
        sheet.write()
        held.revision, held.noted_at, held.noted_by = held.revision + 1, clock.now(), by.user_id
        done = sheet.result(marks)
        record("attendance.noted", by=by, subject=held, posting=posting, present=done.present, posted=done.posted,
               voided=done.voided, uncounted=done.uncounted)  # fmt: skip
    return sheet.result(marks)


class _Sheet:
    """The facts that a list brings and takes back, and the rows that say so."""

    def __init__(
        self, held: ClassSession, homes: Mapping[int, int], known: Mapping[int, Known], found: Changes, by: Actor,
        remark: str = "",
    ) -> None:  # fmt: skip
        self.held, self.homes, self.known, self.found, self.by = held, homes, known, found, by
        self.reference = f"{held.code}, {remark}" if remark else held.code
        self.day: date = clock.local(held.starts_at).date()
        self.given: dict[int | None, NewDelivery] = {}
        self.facts: dict[int, NewFact] = {}
        self.taken: list[NewFact] = []
        came = [m for part in (found.new, found.other, found.unposted) for m, mark in part.items() if mark.minutes]
        self._gather({m: self._mark(m) for m in came})

    def _mark(self, member: int) -> Mark:
        return self.found.new.get(member) or self.found.other.get(member) or self.found.unposted[member]

    def _gather(self, came: Mapping[int, Mark]) -> None:
        homes = {self.homes[member] for member in came}
        agreed, grants = countable(homes, self.day), grants_on(homes, self.day)
        old = find_facts([self.known[m].fact for m in self.found.other if self.known[m].fact is not None])
        stands = {m: old[number] for m in self.found.other if (number := self.known[m].fact or 0) in old}
        for member, mark in came.items():
            home = self.homes[member]
            if home in agreed or member in stands:  # whoever took consent back since keeps what counted (rule 20)
                given = self._given(mark.minutes)
                made = delivery_facts(
                    given, record_id=home, partner_id=self.held.partner_id, grant_id=grants.get(home), member_id=member
                )
                self.facts[member] = made[0]
        for member, fact in stands.items():
            right = self.facts.get(member)
            replaced = correction_of(fact, right, reason=rules.CORRECTED) if right else None
            self.taken += replaced or [void_of(fact, reason=rules.NOT_THERE)]

    def _given(self, minutes: int | None) -> NewDelivery:
        """Return what everybody was given who came for so long."""
        if minutes not in self.given:
            sheet = Evidence(type="attendance_sheet", seen_by=self.by.name, seen_on=self.day, reference=self.reference)
            self.given[minutes] = NewDelivery(
                item=Item.TRAINING, occurred_on=self.day, topic=self.held.course.topic, minutes=minutes, evidence=sheet
            )
        return self.given[minutes]

    def post(self) -> int | None:
        """Post what has to be, at once; return the posting's number, None where nothing had to be."""
        taken = {id(fact) for fact in self.taken}
        facts = [*self.taken, *(fact for fact in self.facts.values() if id(fact) not in taken)]
        return post(facts, cause="attendance.noted", by=self.by).number if facts else None

    def write(self) -> None:
        """Write the rows: new ones at once, changed ones at once."""
        rows = [
            {"partner_id": self.held.partner_id, "session_id": self.held.id, "household_id": self.homes[member],
             "member_id": member, "present": mark.minutes is not None, "minutes": mark.minutes,
             "fact_number": self._number(member)}
            for member, mark in self.found.new.items()
        ]  # fmt: skip
        table: Table = Attendance.__table__  # type: ignore[assignment]
        bulk_insert(session(), table, rows)
        changed = [
            {"row": self.known[member].id, "came": mark.minutes is not None, "long": mark.minutes,
             "fact": self._number(member)}
            for part in (self.found.other, self.found.unposted) for member, mark in part.items()
        ]  # fmt: skip
        if changed:
            values: dict[str, Any] = {
                "present": bindparam("came"),
                "minutes": bindparam("long"),
                "fact_number": bindparam("fact"),
            }
            session().connection().execute(update(table).where(table.c.id == bindparam("row")).values(values), changed)
        note_bulk_write(session(), "attendances")

    def _number(self, member: int) -> int | None:
        return self.facts[member].number if member in self.facts else None

    def result(self, marks: Mapping[int, Mark]) -> Noted:
        """Return what was done."""
        came = [member for member, mark in marks.items() if mark.minutes is not None]
        voided = sum(1 for member in self.found.other if self.known[member].fact is not None)
        uncounted = sum(1 for member in came if member not in self.facts and not self._keeps(member))
        return Noted(len(came), len(self.facts), voided, uncounted)

    def _keeps(self, member: int) -> bool:
        """Tell whether what is on record about a person has a fact and stays as it is."""
        return member in self.known and member not in self.found.other and self.known[member].fact is not None

"""Who is on a session's list, who came, and whose household may be counted for it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from ...foundation.database import session
from ...foundation.kernel.text import fold
from ...households.models import Consent, Enrollment, Household, Member
from ...households.rules import standing_purposes
from ...progress.models import FactRow, Standing
from ...progress.rules.facts import Kind
from ..models import Attendance, ClassPlace, ClassSession
from ..rules.attendance import Agreed, Known, may_count
from ..rules.classes import SEATED

_CHUNK = 500
_AGREEING = (
    Consent.household_id, Consent.purposes, Consent.withdrawn_purposes, Consent.withdrawn_on, Consent.given_on,
    Consent.expires_on,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """One person on a session's list. ``minutes``: on record, None where they were not there or nothing is noted."""

    member_id: int
    name: str
    household_id: int
    household_code: str
    enrolled: bool  # has a seat in the class; else a walk-in, or somebody who gave the seat up since
    known: Known | None

    @property
    def present(self) -> bool:
        """Return whether it is on record that they came."""
        return self.known is not None and self.known.minutes is not None


def list_people(one: ClassSession) -> list[Listed]:
    """Return everybody on the session's list, by name: who has a seat, and who is on record for it otherwise."""
    known = list_known(one.id)
    seats = select(ClassPlace.member_id).where(ClassPlace.class_id == one.class_id, ClassPlace.state == SEATED)
    seated = set(session().scalars(seats.order_by(ClassPlace.id)))
    statement = (
        select(Member.id, Member.name, Household.id, Household.code)
        .join(Household, Household.id == Member.household_id)
        .where(
            Member.id.in_(select(Attendance.member_id).where(Attendance.session_id == one.id)) | Member.id.in_(seats)
        )
    )
    people = sorted(session().execute(statement.order_by(Member.id)), key=lambda row: (fold(row[1]), row[0]))
    return [
        Listed(member, name, home, code, member in seated, known.get(member)) for member, name, home, code in people
    ]


def list_known(session_id: int) -> dict[int, Known]:
    """Return what is on record about a session, by member."""
    one = Attendance
    statement = select(one.member_id, one.id, one.minutes, one.fact_number).where(one.session_id == session_id)
    return {
        member: Known(row, minutes, fact)
        for member, row, minutes, fact in session().execute(statement.order_by(one.id))
    }


def household_ids(one: ClassSession, members: Iterable[int]) -> dict[int, int]:
    """Return the households of those of the ``members`` who are on the session's list, by member; unlocked, so that
    whoever changes something can hold the households first."""
    wanted = sorted(members)
    found: dict[int, int] = {}
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        seats = select(ClassPlace.member_id, ClassPlace.household_id).where(
            ClassPlace.class_id == one.class_id, ClassPlace.state == SEATED, ClassPlace.member_id.in_(some)
        )
        found |= dict(session().execute(seats.order_by(ClassPlace.id)).all())
    if len(found) < len(wanted):  # walk-ins, and who gave the seat up since
        noted = select(Attendance.member_id, Attendance.household_id).where(Attendance.session_id == one.id)
        known = dict(session().execute(noted.order_by(Attendance.id)).all())
        found |= {member: known[member] for member in wanted if member in known}
    return found


def countable(household_ids: Collection[int], day: date) -> set[int]:
    """Return those of the households that agreed to be counted on ``day`` and have not taken it back."""
    agreed: dict[int, list[Agreed]] = {}
    ordered = sorted(household_ids)
    for start in range(0, len(ordered), _CHUNK):
        stands_today = exists().where(Standing.record_id == Consent.household_id)  # its import was not undone
        kept = exists().where(Household.id == Consent.household_id, Household.erased_at.is_(None))
        some = Consent.household_id.in_(ordered[start : start + _CHUNK])
        statement = select(*_AGREEING).where(some, stands_today, kept)
        for household, purposes, withdrawn, taken_back_on, given_on, expires_on in session().execute(
            statement.order_by(Consent.id)
        ):
            standing = standing_purposes(purposes, withdrawn, taken_back_on)
            agreed.setdefault(household, []).append(Agreed(standing, given_on, expires_on))
    return {household for household, consents in agreed.items() if may_count(consents, day)}


def grants_on(household_ids: Collection[int], day: date) -> dict[int, int | None]:
    """Return the grant of each household's enrollment in force on ``day``: the latest up to it, else the first."""
    found: dict[int, int | None] = {}
    ordered = sorted(household_ids)
    for start in range(0, len(ordered), _CHUNK):
        statement = select(Enrollment.household_id, Enrollment.enrolled_on, Enrollment.grant_id)
        chosen = statement.where(Enrollment.household_id.in_(ordered[start : start + _CHUNK]))
        for household, enrolled_on, grant in session().execute(chosen.order_by(Enrollment.enrolled_on, Enrollment.id)):
            if household not in found or enrolled_on <= day:
                found[household] = grant
    return found


def find_attendance(fact_number: int) -> Attendance | None:
    """Return the attendance that became the fact; None where the fact tells of no class."""
    return session().scalars(select(Attendance).where(Attendance.fact_number == fact_number)).first()


def find_facts(numbers: Collection[int | None]) -> dict[int, FactRow]:
    """Return the facts with these numbers that no void takes back, by number."""
    void, found = aliased(FactRow), dict[int, FactRow]()
    ordered = sorted(number for number in numbers if number is not None)
    for start in range(0, len(ordered), _CHUNK):
        statement = select(FactRow).where(
            FactRow.number.in_(ordered[start : start + _CHUNK]),
            ~exists().where(void.refers_to == FactRow.number, void.kind == Kind.VOID.value),
        )
        found |= {fact.number: fact for fact in session().scalars(statement.order_by(FactRow.number))}
    return found


@dataclass(frozen=True, slots=True)
class Came:
    """How many came to a session, and how many of them are on record without a fact."""

    present: int = 0
    uncounted: int = 0


def count_came(session_ids: Sequence[int]) -> dict[int, Came]:
    """Return how many came to each session, by its id."""
    uncounted = func.count(Attendance.id).filter(Attendance.fact_number.is_(None))
    statement = (
        select(Attendance.session_id, func.count(Attendance.id), uncounted)
        .where(Attendance.session_id.in_(session_ids), Attendance.present)
        .group_by(Attendance.session_id)
        .order_by(Attendance.session_id)
    )
    return {one: Came(present, without) for one, present, without in session().execute(statement)}


def list_certified(class_id: int) -> set[int]:
    """Return the places of those who came to at least one session of the class: there is a certificate for them."""
    came = select(ClassPlace.id).where(
        ClassPlace.class_id == class_id,
        exists().where(
            Attendance.member_id == ClassPlace.member_id,
            Attendance.present,
            Attendance.session_id == ClassSession.id,
            ClassSession.class_id == class_id,
        ),
    )
    return set(session().scalars(came.order_by(ClassPlace.id)))

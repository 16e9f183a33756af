"""Reading likely pairs and the two records of one. For city roles, whose session sees every partner."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...households.models import Household, HouseholdAddress
from ...partners.models import Partner
from ...progress.models import FactRow, RecordIdentity
from ...progress.rules.facts import Kind
from ..models import CandidatePair, MatchKey
from ..rules import Side

PAGE = 50
Shown = Literal["open", "decided"]


@dataclass(frozen=True, slots=True)
class ListedPair:
    """A pair as a line of the list: no names, only codes and partners."""

    id: int
    state: str
    because: Sequence[str]
    found_at: datetime
    decided_at: datetime | None
    code_a: str
    code_b: str
    partner_a: str
    partner_b: str


def list_pairs(shown: Shown, *, after: int | None = None) -> tuple[list[ListedPair], int | None]:
    """Return a page of pairs and the key of the next page: open ones oldest first, decided ones newest first."""
    one, other, of_one, of_other = aliased(Household), aliased(Household), aliased(Partner), aliased(Partner)
    statement = (
        select(CandidatePair, one.code, other.code, of_one.name, of_other.name)
        .join(one, one.id == CandidatePair.record_a)
        .join(other, other.id == CandidatePair.record_b)
        .join(of_one, of_one.id == one.partner_id)
        .join(of_other, of_other.id == other.partner_id)
        .limit(PAGE + 1)
    )
    if shown == "open":
        statement = statement.where(CandidatePair.state == "open", CandidatePair.id > (after or 0))
        statement = statement.order_by(CandidatePair.id)
    else:
        statement = statement.where(CandidatePair.state != "open").order_by(CandidatePair.id.desc())
        if after is not None:
            statement = statement.where(CandidatePair.id < after)
    rows = session().execute(statement).all()
    page = [_listed(*row) for row in rows[:PAGE]]
    return page, page[-1].id if len(rows) > PAGE else None


def _listed(pair: CandidatePair, code_a: str, code_b: str, partner_a: str, partner_b: str) -> ListedPair:
    return ListedPair(
        id=pair.id,
        state=pair.state,
        because=kinds_of(pair),
        found_at=pair.found_at,
        decided_at=pair.decided_at,
        code_a=code_a,
        code_b=code_b,
        partner_a=partner_a,
        partner_b=partner_b,
    )


def kinds_of(pair: CandidatePair) -> list[str]:
    """Return the kinds of keys that the two records share."""
    return [kind for kind in pair.because.split(",") if kind]


def count_pairs() -> dict[Shown, int]:
    """Return how many pairs wait and how many are decided."""
    statement = select(CandidatePair.state, func.count()).group_by(CandidatePair.state).order_by(CandidatePair.state)
    states = {state: int(number) for state, number in session().execute(statement)}
    waiting = states.get("open", 0)
    return {"open": waiting, "decided": sum(states.values()) - waiting}


def get_pair(pair_id: int, *, lock: bool = False) -> CandidatePair:
    """Return the pair; raise NotFound. ``lock`` holds it until the commit, so that two decisions follow each other."""
    statement = select(CandidatePair).where(CandidatePair.id == pair_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def find_record(code: str) -> int | None:
    """Return the id of the record with the code, or None."""
    return session().scalars(select(Household.id).where(Household.code == code)).first()


def find_pair(record_a: int, record_b: int) -> CandidatePair | None:
    """Return the pair of the two records, or None."""
    low, high = sorted((record_a, record_b))
    statement = select(CandidatePair).where(CandidatePair.record_a == low, CandidatePair.record_b == high)
    return session().scalars(statement).first()


def get_sides(pair: CandidatePair) -> tuple[Side, Side]:
    """Return the two records of the pair with what the question needs."""
    statement = (
        select(Household, Partner.name)
        .join(Partner, Partner.id == Household.partner_id)
        .where(Household.id.in_([pair.record_a, pair.record_b]))
        .options(
            selectinload(Household.members), selectinload(Household.addresses), selectinload(Household.enrollments)
        )
        .order_by(Household.id)
    )
    found = {household.id: _side(household, partner) for household, partner in session().execute(statement)}
    if len(found) < 2:
        raise NotFound
    return found[pair.record_a], found[pair.record_b]


def _side(household: Household, partner_name: str) -> Side:
    members = sorted(household.members, key=lambda member: (not member.is_head, member.id))
    home = max(household.addresses, key=lambda address: (address.from_on, address.id), default=None)
    return Side(
        record_id=household.id,
        code=household.code,
        partner_id=household.partner_id,
        partner_name=partner_name,
        erased=household.erased_at is not None,
        members=[(member.name, member.birth_date) for member in members if member.left_on is None],
        phone=household.phone,
        email=household.email,
        address=_street(home),
        zip_code=home.zip_code if home else None,
        language=household.language,
        enrolled_on=min((enrollment.enrolled_on for enrollment in household.enrollments), default=None),
    )


def _street(home: HouseholdAddress | None) -> str | None:
    if home is None:
        return None
    if not home.fixed:
        return home.description
    return ", ".join(part for part in (home.line, home.unit, home.city) if part) or None


def deliveries_of(records: Collection[int]) -> Mapping[int, list[FactRow]]:
    """Return per record what its partner delivered and what was already there, newest first, void ones left out."""
    void = aliased(FactRow)
    taken_back = select(void.refers_to).where(void.kind == Kind.VOID.value, void.record_id.in_(records))
    statement = (
        select(FactRow)
        .where(
            FactRow.record_id.in_(records),
            FactRow.kind.in_([Kind.DELIVERY.value, Kind.ALREADY_HAD.value]),
            FactRow.number.not_in(taken_back),
        )
        .order_by(FactRow.occurred_on.desc(), FactRow.number.desc())
    )
    found: dict[int, list[FactRow]] = {record: [] for record in records}
    for fact in session().scalars(statement):
        found[fact.record_id].append(fact)
    return found


def are_joined(record_a: int, record_b: int) -> bool:
    """Tell whether standing links join the two records already, if need be by way of others."""
    statement = select(RecordIdentity.identity).where(RecordIdentity.record_id.in_([record_a, record_b]))
    standing = session().scalars(statement.order_by(RecordIdentity.record_id)).all()
    return len(standing) == 2 and standing[0] == standing[1]


def records_with_keys(city: Session, *, after: int, limit: int) -> Sequence[int]:
    """Return records that have keys, ascending, after ``after``."""
    statement = select(MatchKey.record_id).where(MatchKey.record_id > after).distinct()
    return city.scalars(statement.order_by(MatchKey.record_id).limit(limit)).all()


def like_pairs(city: Session, records: Collection[int]) -> Iterator[tuple[int, int, str]]:
    """Yield (lower record, higher record, kind) for keys that one of ``records`` shares with a higher one.

    Records that standing links join already are left out.
    """
    one, other = aliased(MatchKey), aliased(MatchKey)
    of_one, of_other = aliased(RecordIdentity), aliased(RecordIdentity)
    statement = (
        select(one.record_id, other.record_id, one.kind)
        .join(other, (other.fingerprint == one.fingerprint) & (other.record_id > one.record_id))
        .outerjoin(of_one, of_one.record_id == one.record_id)
        .outerjoin(of_other, of_other.record_id == other.record_id)
        .where(
            one.record_id.in_(sorted(records)),
            or_(of_one.identity.is_(None), of_other.identity.is_(None), of_one.identity != of_other.identity),
        )
        .distinct()
        .order_by(one.record_id, other.record_id, one.kind)
    )
    yield from city.execute(statement)


def pairs_from(records: Collection[int]) -> dict[tuple[int, int], CandidatePair]:
    """Return the pairs on file whose lower record is one of ``records``."""
    statement = select(CandidatePair).where(CandidatePair.record_a.in_(sorted(records))).order_by(CandidatePair.id)
    return {(pair.record_a, pair.record_b): pair for pair in session().scalars(statement)}

"""How rows are known again, and what is on record for them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, selectinload

from ...foundation.database import session
from ...households.models import Household, HouseholdAddress
from ...households.rules import IMPORT_UNDONE
from ...progress.models import FactRow
from ...progress.rules.facts import Kind
from ..models import ImportedRow
from ..rules.conversion import fact_key

FactKey = tuple[object, ...]
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Known:
    """A household a row is known by, and what the row said last time (keyed; None: entered by hand)."""

    household_id: int
    content_hash: str | None


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def known_rows(keys: Collection[str], *, partner_id: int) -> dict[str, Known]:
    """Return keyed row key -> the household it belongs to."""
    found: dict[str, Known] = {}
    for chosen in _chunks(set(keys)):
        rows = session().execute(
            select(ImportedRow.row_key, ImportedRow.household_id, ImportedRow.content_hash)
            .where(ImportedRow.partner_id == partner_id, ImportedRow.row_key.in_(chosen))
            .order_by(ImportedRow.row_key)  # by id, SQLite would walk through the whole table
        )
        found.update((key, Known(household, content)) for key, household, content in rows if household is not None)
    return found


def households_by_reference(references: Collection[str], *, partner_id: int) -> dict[str, int]:
    """Return the partner's own number -> household, for those entered by hand."""
    found: dict[str, int] = {}
    for chosen in _chunks(set(references)):
        rows = session().execute(
            select(Household.reference, Household.id)
            .where(Household.partner_id == partner_id, Household.reference.in_(chosen))
            .order_by(Household.reference)
        )
        found.update((reference, household) for reference, household in rows if reference is not None)
    return found


def delivered(household_ids: Collection[int]) -> dict[int, dict[FactKey, bool]]:
    """Return per household what its deliveries are known by, and whether one of them stands.

    What a person took back or corrected stays known, so that the same list does not bring it in again. What an undone
    import had brought is free to come again.
    """
    found: dict[int, dict[FactKey, bool]] = {}
    void = aliased(FactRow)
    columns = (
        FactRow.record_id, FactRow.item, FactRow.occurred_on, FactRow.unit_key, FactRow.device_kind, FactRow.provider,
        FactRow.member_id, FactRow.topic, FactRow.assessment, void.number, void.reason,
    )  # fmt: skip
    rows = session().execute(
        select(*columns)
        .outerjoin(void, (void.refers_to == FactRow.number) & (void.kind == Kind.VOID))
        .where(FactRow.record_id.in_(sorted(household_ids)), FactRow.kind == Kind.DELIVERY)
        .order_by(FactRow.number)
    )
    for record, item, day, unit, kind, provider, member, topic, assessment, taken_back, reason in rows:
        if reason == IMPORT_UNDONE:
            continue
        key = fact_key(
            str(item), day, unit=unit, kind=kind, provider=provider, member=member, topic=topic or assessment
        )
        known = found.setdefault(record, {})
        known[key] = known.get(key, False) or taken_back is None
    return found


@dataclass(frozen=True, slots=True)
class Records:
    """Known households with their members, where they live (line, unit), and what their deliveries are known by."""

    households: dict[int, Household]
    homes: dict[int, tuple[str, str | None]]
    delivered: dict[int, dict[FactKey, bool]]


def records_of(household_ids: Collection[int]) -> Records:
    """Return everything a row is compared with."""
    ids = sorted(household_ids)
    if not ids:
        return Records({}, {}, {})
    statement = select(Household).where(Household.id.in_(ids)).options(selectinload(Household.members))
    households = {one.id: one for one in session().scalars(statement.order_by(Household.id))}
    return Records(households, _homes(ids), delivered(ids))


def _homes(ids: list[int]) -> dict[int, tuple[str, str | None]]:
    """Return where the households live by the latest address that no void takes back."""
    home, undone = HouseholdAddress, aliased(FactRow)
    gone = select(undone.number).where(undone.refers_to == home.fact_number, undone.kind == Kind.VOID).exists()
    rows = session().execute(
        select(home.household_id, home.line, home.unit)
        .where(home.household_id.in_(ids), ~gone)
        .order_by(home.from_on, home.fact_number)
    )
    return {household: (line, unit) for household, line, unit in rows if line}


def batch_facts(batch_id: int, *, households: int | None = None) -> tuple[list[FactRow], bool]:
    """Return the facts a batch brought that no void has taken back, by number; and whether more are left.

    ``households``: only those of so many households, the lowest first.
    """
    undone = aliased(FactRow)
    gone = select(undone.number).where(undone.refers_to == FactRow.number, undone.kind == Kind.VOID).exists()
    standing = (FactRow.batch_id == batch_id, FactRow.kind != Kind.VOID, ~gone)
    statement, last = select(FactRow).where(*standing), None
    if households is not None:
        some = select(FactRow.record_id).where(*standing).distinct().order_by(FactRow.record_id)
        last = session().scalars(some.offset(households - 1).limit(1)).first()
    if last is not None:
        statement = statement.where(FactRow.record_id <= last)
    facts = list(session().scalars(statement.order_by(FactRow.number)))
    more = last is not None and session().scalar(
        select(FactRow.number).where(*standing, FactRow.record_id > last).limit(1)
    )
    return facts, bool(more)


def later_facts(batch_id: int) -> list[int]:
    """Return households of which something outside the batch rests on what it brought, the first hundred.

    Decisions and answers about evidence do not count: they fall with what they are about. Nor do voids and what is
    void itself.
    """
    own, other, undone = aliased(FactRow), aliased(FactRow), aliased(FactRow)
    resting = (
        ~select(undone.number).where(undone.refers_to == other.number, undone.kind == Kind.VOID).exists(),
        other.kind.not_in((Kind.DECISION, Kind.ANSWER, Kind.VOID)),
        or_(other.batch_id.is_(None), other.batch_id != batch_id),
        own.batch_id == batch_id,
    )
    found: set[int] = set()
    for touches in (
        (other.record_id == own.record_id) & (own.kind == Kind.ENROLLED),
        other.refers_to == own.number,
    ):
        statement = select(other.record_id).join(own, touches).where(*resting).distinct()
        found.update(session().scalars(statement.order_by(other.record_id).limit(100)))
    return sorted(found)


def batch_households(batch_id: int) -> list[int]:
    """Return the households a batch made, ascending."""
    statement = select(Household.id).where(Household.import_batch_id == batch_id).order_by(Household.id)
    return list(session().scalars(statement))

"""Households that are on record already: take over what a file brings, say what only a person may settle."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import update

from ...casework.actions.changing import renew_finding
from ...casework.actions.enrolling import DeliveryFor, record_deliveries
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.text import fold
from ...foundation.normalize import normalize_address
from ...households.models import Household, Member
from ...progress.rules.deliveries import NewDelivery
from ...progress.rules.units import unit_key
from ..models import ImportBatch, ImportedRow
from ..queries.rows import Records, records_of
from ..rules.conversion import fact_key, new_delivery
from ..rules.updates import Update, refusal_of, update_of
from .knowing import Taken, Unit, insert_remembered, remembered_row


def headers_of(batch: ImportBatch) -> dict[str, str]:
    """Return field -> column of the file."""
    return {name: header for header, name in batch.mapping.items()}


def update_households(units: Sequence[Unit], batch: ImportBatch, taken: Taken, by: Actor) -> None:
    """Change what the file may change, and add the deliveries that are new; each household at most once."""
    changed = {unit.known.household_id: unit for unit in units if is_changed(unit) and unit.known is not None}
    taken.unchanged += len(units) - len(changed)
    known = records_of(changed.keys())
    items: list[DeliveryFor] = []
    for household_id, unit in changed.items():
        household = known.households[household_id]
        refusal = refusal_of(unit.row, household)
        if refusal is not None:
            taken.refused += 1
            taken.add_own(unit.row, [refusal])
            continue
        found = compared(unit, known, batch)
        _take_over(household, found, by)
        items += new_deliveries(unit, known, batch, found)
        _remember(unit, household_id, batch)
        taken.updated += 1
        taken.add_own(unit.row, found.told())
    session().flush()
    _record(items, changed, taken, by)


def is_changed(unit: Unit) -> bool:
    """Tell whether the row says something else than last time."""
    return unit.known is not None and unit.known.content_hash != unit.content


def compared(unit: Unit, known: Records, batch: ImportBatch) -> Update:
    """Return what the row changes about its household, but for deliveries."""
    household_id = unit.known.household_id if unit.known is not None else 0
    home = known.homes.get(household_id)
    key = normalize_address(home[0], home[1] or "") if home is not None else None
    return update_of(unit.row, known.households[household_id], headers_of(batch), address_key=key)


def _take_over(household: Household, found: Update, by: Actor) -> None:
    for name, value in found.values.items():
        setattr(household, name, value)
    for member in household.members:
        if member.id in found.births:
            member.birth_date = found.births[member.id]
    for person in found.members:
        household.members.append(
            Member(partner_id=household.partner_id, name=person.name, birth_date=person.birth_on, is_head=False)
        )
    if found.values or found.members or found.births:
        household.updated_at = clock.now()
        session().flush()
    if "phone_e164" in found.values or found.members or found.births:
        renew_finding(household, by=by)


def new_deliveries(unit: Unit, known: Records, batch: ImportBatch, told: Update) -> list[DeliveryFor]:
    """Return the row's deliveries that are not on record for its household; ``told`` says how many there are.

    One that a person took back or corrected by hand does not come in again; ``told`` says so.
    """
    household = known.households[unit.known.household_id if unit.known is not None else 0]
    have = known.delivered.get(household.id, {})
    people = (unit.row.head, *unit.row.members) if unit.row.head is not None else ()
    ids = {fold(member.name): member.id for member in household.members}
    head = next((member.id for member in household.members if member.is_head), None)
    found = []
    for delivery in unit.row.deliveries:
        new = new_delivery(delivery, people)
        member = None
        if new.member_index is not None:
            member = ids.get(fold(people[new.member_index].name), head)
        stands = have.get(_key(new, member))
        if stands is False:
            told.add_taken_back()
        if stands is not None:
            continue
        new = replace(new, member_index=None, member_id=member, grant_id=batch.grant_id)
        found.append(DeliveryFor(household_id=household.id, delivery=new, import_batch_id=batch.id))
    told.deliveries = len(found)
    return found


def _key(new: NewDelivery, member: int | None) -> tuple[object, ...]:
    return fact_key(
        new.item,
        new.occurred_on,
        unit=unit_key(new.unit),
        kind=new.device_kind,
        provider=new.provider,
        member=member,
        topic=new.topic or new.assessment,
    )


def _record(items: Sequence[DeliveryFor], units: Mapping[int, Unit], taken: Taken, by: Actor) -> None:
    if not items:
        return
    recorded = record_deliveries(items, cause="import.chunk", by=by)
    taken.deliveries += sum(number is not None for number in recorded.facts)
    for place, problems in recorded.problems.items():
        for problem in problems:
            taken.add(units[items[place].household_id].row, problem)


def _remember(unit: Unit, household_id: int, batch: ImportBatch) -> None:
    known = set(
        session().scalars(
            update(ImportedRow)
            .where(ImportedRow.partner_id == batch.partner_id, ImportedRow.row_key.in_(unit.keys))
            .values(content_hash=unit.content, household_id=household_id)
            .returning(ImportedRow.row_key)
        )
    )
    insert_remembered([remembered_row(unit, key, household_id, batch) for key in unit.keys if key not in known])

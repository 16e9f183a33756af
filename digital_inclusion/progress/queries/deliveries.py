"""Reading what was done: for double entries, for what a household has now, and for corrections."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ..models import FactRow
from ..rules.deliveries import NewDelivery
from ..rules.facts import Item, Kind


def get_fact(number: int, *, record_id: int) -> FactRow:
    """Return a fact of the record; raise NotFound when there is none one may see."""
    found = session().scalars(select(FactRow).where(FactRow.number == number, FactRow.record_id == record_id)).first()
    if found is None:
        raise NotFound
    return found


def list_standing(record_id: int, kinds: Sequence[Kind], item: Item | None = None) -> Sequence[FactRow]:
    """Return the record's facts of some kinds that no void takes back, by number."""
    void = aliased(FactRow)
    statement = select(FactRow).where(
        FactRow.record_id == record_id,
        FactRow.kind.in_([kind.value for kind in kinds]),
        ~exists().where(void.refers_to == FactRow.number, void.kind == Kind.VOID.value),
    )
    if item is not None:
        statement = statement.where(FactRow.item == item.value)
    return session().scalars(statement.order_by(FactRow.number)).all()


def is_void(number: int) -> bool:
    """Tell whether a void takes the fact back."""
    statement = select(FactRow.number).where(FactRow.refers_to == number, FactRow.kind == Kind.VOID.value)
    return session().scalars(statement.limit(1)).first() is not None


def list_standing_about(number: int) -> Sequence[FactRow]:
    """Return the standing ends and checks that speak of a fact, by number."""
    void = aliased(FactRow)
    statement = select(FactRow).where(
        FactRow.refers_to == number,
        FactRow.kind.in_([Kind.END.value, Kind.CHECK.value]),
        ~exists().where(void.refers_to == FactRow.number, void.kind == Kind.VOID.value),
    )
    return session().scalars(statement.order_by(FactRow.number)).all()


def find_end(fact: FactRow) -> date | None:
    """Return the day on which a device or line ended by what stands: its own end, or its record's; None: it has not."""
    ends = list_standing(fact.record_id, [Kind.END])
    own = [end.occurred_on for end in ends if end.refers_to == fact.number]
    whole = [end.occurred_on for end in ends if end.refers_to is None and end.occurred_on >= fact.occurred_on]
    return min(own + whole, default=None)


def list_decisions(city: Session, number: int) -> Sequence[FactRow]:
    """Return the decisions on a fact, and the answers to them, by number; they belong to other partners."""
    kinds = [Kind.DECISION.value, Kind.ANSWER.value]
    statement = select(FactRow).where(FactRow.refers_to == number, FactRow.kind.in_(kinds))
    return city.scalars(statement.order_by(FactRow.number)).all()


def find_same(record_id: int, one: NewDelivery, unit: str | None = None) -> FactRow | None:
    """Return a standing fact that says the same: record, kind, item, day, and ``unit``, provider or member."""
    for known in list_standing(record_id, [one.kind], one.item):
        if known.occurred_on == one.occurred_on and _is_same(known, one, unit):
            return known
    return None


def _is_same(known: FactRow, one: NewDelivery, unit: str | None) -> bool:
    if one.item is Item.DEVICE:
        return known.device_kind == one.device_kind and known.unit_key == unit
    if one.item is Item.LINE:
        return (known.provider or "").casefold() == (one.provider or "").casefold()
    return known.member_id == one.member_id and known.assessment == one.assessment


def list_held(record_id: int) -> list[tuple[str | None, date]]:
    """Return kind and day of the devices from the program that the household has not given back, by number.

    A household that left and came back begins anew (rule 10).
    """
    facts = list_standing(record_id, [Kind.DELIVERY, Kind.END])
    ends = [fact for fact in facts if fact.kind == Kind.END.value]
    ended = {fact.refers_to for fact in ends}
    left_on = max((fact.occurred_on for fact in ends if fact.refers_to is None), default=date.min)
    handed = (fact for fact in facts if fact.kind == Kind.DELIVERY.value and fact.item == Item.DEVICE.value)
    held = (fact for fact in handed if fact.number not in ended and fact.occurred_on > left_on)
    return [(fact.device_kind, fact.occurred_on) for fact in held]

"""Which units are out, against the facts: handed over, not taken back, and not come back."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from ...models import FactRow, UnitOut
from ...rules.deliveries import NOT_BACK
from ...rules.units import held_key


def check_units(target: Session) -> Iterator[str]:
    """Yield every unit that is out and not kept as such, kept and not out, or kept with somebody else."""
    wanted = _out_by_facts(target)
    columns = (UnitOut.fact_number, UnitOut.unit_key, UnitOut.record_id)
    rows = target.execute(select(*columns).order_by(UnitOut.fact_number))
    have = {number: (unit, record) for number, unit, record in rows}
    for number in sorted(wanted.keys() | have.keys()):
        if wanted.get(number) != have.get(number):
            words = "is out and not kept" if number not in have else "is kept and not out"
            if number in have and number in wanted:
                words = "is kept as another unit or with another record"
            yield f"unit of hand-over {number}: {words}"


def _out_by_facts(target: Session) -> dict[int, tuple[str, int]]:
    end, void = aliased(FactRow), aliased(FactRow)

    def is_void(fact: Any) -> Any:
        return exists().where(void.kind == "void", void.refers_to == fact.number)

    came_back = exists().where(
        end.kind == "end", end.refers_to == FactRow.number, end.reason.not_in(sorted(NOT_BACK)), ~is_void(end)
    )
    columns = (FactRow.number, FactRow.unit_key, FactRow.record_id, FactRow.partner_id)
    statement = select(*columns).where(
        FactRow.kind == "delivery", FactRow.unit_key.is_not(None), ~is_void(FactRow), ~came_back
    )
    return {
        number: (held_key(unit or "", partner), record)
        for number, unit, record, partner in target.execute(statement.order_by(FactRow.number))
    }

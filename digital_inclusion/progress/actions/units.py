"""Which units are out: derived from the facts of a posting, so that one unit is never in two homes at once (rule 2)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from ...foundation.database import session
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ..models import FactRow, UnitOut
from ..queries.units import holders, units_out
from ..rules.deliveries import NOT_BACK
from ..rules.facts import Kind
from ..rules.units import held_key
from .book import batched, bulk_insert

Row = Mapping[str, Any]
_GIVEN = (
    FactRow.number, FactRow.kind, FactRow.refers_to, FactRow.unit_key, FactRow.record_id, FactRow.partner_id,
)  # fmt: skip
_SAID = (FactRow.number, FactRow.kind, FactRow.refers_to, FactRow.reason)
ALREADY_OUT = _("This unit is still out with a household. Note its return first.")


def write(city: Session, rows: Sequence[Row]) -> None:
    """Bring the units out in line with the facts just written; raise Invalid when one is out already.

    Runs while the posting holds the head row, so that of two hand-overs at the same time the second sees the first.
    """
    given = {row["number"]: row for row in rows if row["kind"] == Kind.DELIVERY and row["unit_key"]}
    spoken_of = {row["refers_to"] for row in rows if row["kind"] in (Kind.VOID, Kind.END) and row["refers_to"]}
    if spoken_of:
        given |= _deliveries(city, spoken_of)
        out = _still_out(city, given)
        for numbers in batched(sorted(given)):
            city.execute(delete(UnitOut).where(UnitOut.fact_number.in_(numbers)))
        given = {number: row for number, row in given.items() if number in out}
    if given:
        _hold(city, given)


def _deliveries(city: Session, numbers: Collection[int]) -> dict[int, Row]:
    """Return the deliveries with a unit among the facts, and those that an end among them speaks of."""
    known = _rows(city, _GIVEN, FactRow.number, numbers)
    ended = {row["refers_to"] for row in known if row["kind"] == Kind.END and row["refers_to"]} - set(numbers)
    known += _rows(city, _GIVEN, FactRow.number, ended)
    return {row["number"]: row for row in known if row["kind"] == Kind.DELIVERY and row["unit_key"]}


def _still_out(city: Session, given: Collection[int]) -> set[int]:
    """Return the deliveries that stand and that no standing end has brought back."""
    about = _about(city, given)
    ends = {
        row["number"]: row["refers_to"] for row in about if row["kind"] == Kind.END and row["reason"] not in NOT_BACK
    }
    taken_back = {row["refers_to"] for row in _about(city, ends) if row["kind"] == Kind.VOID}
    gone = {row["refers_to"] for row in about if row["kind"] == Kind.VOID}
    gone |= {delivery for end, delivery in ends.items() if end not in taken_back}
    return set(given) - gone


def _about(city: Session, numbers: Collection[int]) -> list[Row]:
    return _rows(city, _SAID, FactRow.refers_to, numbers)


def _rows(city: Session, columns: tuple[Any, ...], which: Any, numbers: Collection[int]) -> list[Row]:
    found: list[Row] = []
    for some in batched(sorted(numbers)):
        statement = select(*columns).where(which.in_(some)).order_by(FactRow.number)
        found += [dict(row._mapping) for row in city.execute(statement)]
    return found


def _hold(city: Session, given: Mapping[int, Row]) -> None:
    table: Table = UnitOut.__table__  # type: ignore[assignment]
    keys = {number: held_key(row["unit_key"], row["partner_id"]) for number, row in given.items()}
    wanted = {key: number for number, key in keys.items()}
    if len(wanted) < len(given):
        raise Invalid(ALREADY_OUT, fields={"unit": ALREADY_OUT})
    rows = [
        {"unit_key": keys[number], "fact_number": number, "record_id": row["record_id"]}
        for number, row in sorted(given.items())
    ]
    bulk_insert(city, table, rows, tail=" ON CONFLICT (unit_key) DO NOTHING")
    if holders(city, wanted) != wanted:
        raise Invalid(ALREADY_OUT, fields={"unit": ALREADY_OUT})


def find_units_out(keys: Iterable[str]) -> set[str]:
    """Return those of the keys (see ``held_key``) whose unit has not come back, whoever has it."""
    return units_out(session(), set(keys))

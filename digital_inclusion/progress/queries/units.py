"""Which units are out with a household."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models import UnitOut

_CHUNK = 500


def holders(target: Session, keys: Collection[str]) -> dict[str, int]:
    """Return for each of the unit keys that is out the hand-over that took it."""
    found: dict[str, int] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), _CHUNK):
        chosen = UnitOut.unit_key.in_(ordered[start : start + _CHUNK])
        rows = target.execute(select(UnitOut.unit_key, UnitOut.fact_number).where(chosen).order_by(UnitOut.unit_key))
        found.update((key, number) for key, number in rows)
    return found


def units_out(target: Session, keys: Collection[str]) -> set[str]:
    """Return those of the unit keys that have not come back."""
    found: set[str] = set()
    ordered = sorted(keys)
    for start in range(0, len(ordered), _CHUNK):
        chosen = ordered[start : start + _CHUNK]
        found.update(
            target.scalars(select(UnitOut.unit_key).where(UnitOut.unit_key.in_(chosen)).order_by(UnitOut.unit_key))
        )
    return found

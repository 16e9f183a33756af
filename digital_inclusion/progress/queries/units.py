"""Which units are out with a household."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...foundation.database import session
from ...households.models import Household
from ..models import UnitOut
from ..rules.units import held_key, unit_key

_CHUNK = 500


def find_home_of_unit(text: str, *, partner_id: int | None) -> int | None:
    """Return the household that has the unit of this serial or tag; None for none, or one that the reader may not see.

    ``partner_id``: with whom a tag is looked for; a maker's serial is the same everywhere.
    """
    key = unit_key(text)
    if key is None:
        return None
    wanted = select(Household.id).join(UnitOut, UnitOut.record_id == Household.id)
    return session().scalars(wanted.where(UnitOut.unit_key == held_key(key, partner_id or 0))).first()


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

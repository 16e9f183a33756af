"""Which households are to be indexed anew, and where they live."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ...foundation.database import session
from ...households.models import Household, HouseholdAddress
from .corrections import stands


def list_to_index(*, after: int, most: int) -> Sequence[Household]:
    """Return the next households with their members, held until the commit: nobody changes one meanwhile."""
    wanted = select(Household).where(Household.id > after, Household.erased_at.is_(None))
    held = wanted.options(selectinload(Household.members)).order_by(Household.id).limit(most).with_for_update()
    return session().scalars(held).all()


def list_lines(household_ids: Collection[int]) -> dict[int, str | None]:
    """Return street and number of the present homes; None for a home without a fixed address."""
    wanted = select(HouseholdAddress.household_id, HouseholdAddress.line).where(
        HouseholdAddress.household_id.in_(household_ids), stands()
    )
    rows = session().execute(wanted.order_by(HouseholdAddress.from_on, HouseholdAddress.fact_number))
    return {row.household_id: row.line for row in rows}

"""What a correction reads: the household as it stands, the drafts that may speak of somebody."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import aliased

from ...foundation.database import session
from ...households.models import Draft, Household, HouseholdAddress
from ...progress.models import FactRow
from ...progress.rules.facts import Kind


def find_household(household_id: int) -> Household | None:
    """Return the household as it stands now, whatever of it was read before."""
    statement = select(Household).where(Household.id == household_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def list_homes(household_id: int) -> Sequence[HouseholdAddress]:
    """Return the household's addresses that no void takes back, the oldest first."""
    statement = select(HouseholdAddress).where(HouseholdAddress.household_id == household_id, stands())
    return session().scalars(statement.order_by(HouseholdAddress.from_on, HouseholdAddress.fact_number)).all()


def stands() -> ColumnElement[bool]:
    """Return the condition for an address that no void takes back."""
    void = aliased(FactRow)
    return ~exists().where(void.refers_to == HouseholdAddress.fact_number, void.kind == Kind.VOID.value)


def find_home(household_id: int, number: int | None = None) -> HouseholdAddress | None:
    """Return the standing address of the fact ``number``; without one, where the household lives now."""
    homes = list_homes(household_id)
    if number is None:
        return homes[-1] if homes else None
    return next((home for home in homes if home.fact_number == number), None)


def find_home_instead(household_id: int, number: int | None) -> HouseholdAddress | None:
    """Return the address that stands where the one of the fact ``number`` stood: what it was corrected into.

    Without a number, or where it was not corrected, the present one.
    """
    while number is not None and find_home(household_id, number) is None:
        number = session().scalars(_correction_of(household_id, number)).first()
    return find_home(household_id, number)


def _correction_of(household_id: int, number: int) -> Select[int]:
    """Return the statement for the address that the posting of the void of ``number`` brought."""
    void, right = aliased(FactRow), aliased(FactRow)
    return (
        select(right.number)
        .join(void, void.posting == right.posting)
        .where(void.kind == Kind.VOID.value, void.refers_to == number, void.record_id == household_id)
        .where(right.kind == Kind.ADDRESS.value, right.record_id == household_id)
        .order_by(right.number)
    )


def list_partner_drafts(partner_id: int) -> Sequence[Draft]:
    """Return every draft of the partner's people, oldest first."""
    return session().scalars(select(Draft).where(Draft.partner_id == partner_id).order_by(Draft.id)).all()

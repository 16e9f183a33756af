"""What a correction reads: the household held until the commit, the drafts that may speak of somebody."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from ...foundation.database import session
from ...households.models import Draft, Household, HouseholdAddress
from ...progress.models import FactRow
from ...progress.rules.facts import Kind


def find_held(household_id: int) -> Household | None:
    """Return the household, held until the commit, as it stands now."""
    statement = select(Household).where(Household.id == household_id)
    return session().scalars(statement.with_for_update().execution_options(populate_existing=True)).first()


def find_home(household_id: int) -> HouseholdAddress | None:
    """Return where the household lives by the latest address that no void takes back."""
    void = aliased(FactRow)
    statement = select(HouseholdAddress).where(
        HouseholdAddress.household_id == household_id,
        ~exists().where(void.refers_to == HouseholdAddress.fact_number, void.kind == Kind.VOID.value),
    )
    latest = (HouseholdAddress.from_on.desc(), HouseholdAddress.fact_number.desc())
    return session().scalars(statement.order_by(*latest).limit(1)).first()


def list_partner_drafts(partner_id: int) -> Sequence[Draft]:
    """Return every draft of the partner's people, oldest first."""
    return session().scalars(select(Draft).where(Draft.partner_id == partner_id).order_by(Draft.id)).all()

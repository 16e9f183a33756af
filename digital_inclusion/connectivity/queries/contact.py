"""Whether a household agreed to hear from us by e-mail."""

from datetime import date

from sqlalchemy import exists, select

from ...foundation.database import session
from ...households.models import Consent, Household
from ...progress.models import FactRow
from ...progress.rules.facts import Kind

_PURPOSE = "follow_up"


def agrees_to_mail(household: Household, today: date) -> bool:
    """Return whether e-mail is safe, an address is there, and the consent that stands has the purpose."""
    if household.erased_at is not None or household.safe_contact != "email" or not household.email:
        return False
    gone = exists().where(FactRow.refers_to == Consent.fact_number, FactRow.kind == Kind.VOID.value)
    statement = select(Consent).where(Consent.household_id == household.id, ~gone)
    last = session().scalars(statement.order_by(Consent.given_on.desc(), Consent.id.desc()).limit(1)).first()
    if last is None or _PURPOSE not in last.purposes:
        return False
    if last.expires_on is not None and last.expires_on < today:
        return False
    taken_back = set(last.withdrawn_purposes or last.purposes) if last.withdrawn_on is not None else set()
    return _PURPOSE not in taken_back

"""What households agreed to: the consent given last is the one that holds."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import exists, select

from ...foundation.database import session
from ...households.models import Consent, Household
from ...progress.models import FactRow
from ...progress.rules.facts import Kind

_BY_MAIL = "follow_up"
_AT_ONCE = 400


def agrees_to_mail(household: Household, today: date) -> bool:
    """Return whether e-mail is safe, an address is there, and the consent that stands has the purpose."""
    if household.erased_at is not None or household.safe_contact != "email" or not household.email:
        return False
    return household.id in who_agreed([household.id], _BY_MAIL, today=today)


def who_agreed(household_ids: Collection[int], purpose: str, *, today: date) -> set[int]:
    """Return those of the households whose consent given last has the purpose, is not over and not taken back.

    A consent with an end holds on its last day.
    """
    gone = exists().where(FactRow.refers_to == Consent.fact_number, FactRow.kind == Kind.VOID.value)
    ordered, last = sorted(household_ids), dict[int, Consent]()
    for start in range(0, len(ordered), _AT_ONCE):
        statement = select(Consent).where(Consent.household_id.in_(ordered[start : start + _AT_ONCE]), ~gone)
        last |= {one.household_id: one for one in session().scalars(statement.order_by(Consent.given_on, Consent.id))}
    return {number for number, one in last.items() if purpose in _purposes_on(one, today)}


def _purposes_on(one: Consent, today: date) -> frozenset[str]:
    return frozenset() if one.expires_on is not None and one.expires_on < today else one.standing_purposes

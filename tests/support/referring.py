"""Referrals of households in tests: send one the short way, and what is on record."""

from typing import Any

from sqlalchemy import select

from digital_inclusion.casework.actions.handing_on import send_referral
from digital_inclusion.casework.models import HouseholdReferral, ReferralLetter
from digital_inclusion.casework.rules.handing_on import NewReferral
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from tests.factories.aftercare import does
from tests.factories.world import World

WORDS = "Ask for <b>Rosa</b>; 100%"


def new_referral(world: World, to: str = "b", **changes: Any) -> NewReferral:
    """Return what is sent: a device and skills, with the phone number, agreed today."""
    values = {
        "to_partner_id": world.partners[to], "needs": frozenset({"device", "skills"}), "contact": "phone",
        "agreed": True, "agreed_on": clock.today(), "agreed_way": "spoken", "words": WORDS,
    } | changes  # fmt: skip
    return NewReferral(**values)


def refers(world: World, household_id: int, *, who: str = "navigator_a", **changes: Any) -> str:
    """Refer the household to partner B; return the referral's code."""
    new = new_referral(world, **changes)
    return str(does(world, send_referral, who=who, household_id=household_id, new=new).code)


def referral(code: str) -> HouseholdReferral:
    """Return the referral as it stands."""
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalars(select(HouseholdReferral).where(HouseholdReferral.code == code)).one()


def letter(code: str) -> ReferralLetter:
    """Return its letter as it stands."""
    return session().scalars(select(ReferralLetter).where(ReferralLetter.referral_id == referral(code).id)).one()


def says(code: str) -> list[str]:
    """Return everything that the letter says."""
    one = letter(code)
    return [text for text in (one.name, one.phone, one.email, one.language, one.words) if text]

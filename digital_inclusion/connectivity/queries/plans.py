"""Offers on file, to fill a form in from."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select

from ...foundation.database import session
from ..models import Offer, OfferTerms


def list_plans(today: date) -> Sequence[Offer]:
    """Return the offers that somebody can sign up for, by provider and plan."""
    statement = select(Offer).where(Offer.opens_on <= today, or_(Offer.closes_on.is_(None), Offer.closes_on >= today))
    return session().scalars(statement.order_by(Offer.provider, Offer.plan, Offer.id)).all()


def find_plan(code: str | None, day: date) -> tuple[Offer, OfferTerms] | None:
    """Return an offer with the terms that hold on ``day``, None where there is none."""
    if not code:
        return None
    statement = (
        select(Offer, OfferTerms)
        .join(OfferTerms, OfferTerms.offer_id == Offer.id)
        .where(Offer.code == code, OfferTerms.from_on <= day)
        .order_by(OfferTerms.from_on.desc(), OfferTerms.id.desc())
        .limit(1)
    )
    found = session().execute(statement).first()
    return (found[0], found[1]) if found is not None else None

"""Offers: one, all with the terms of a day, and what best fit needs to know of a household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from ...accounts.models import User
from ...eligibility.rules.book import ProgramKind
from ...eligibility.rules.facts import Facts
from ...eligibility.rules.stored import reader_of
from ...eligibility.schemas import decider_in_use
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...households.models import Household, HouseholdAddress
from ...households.queries import find_last_decision
from ...progress.models import FactRow
from ...progress.queries.program import get_program
from ...progress.rules.facts import Kind
from ..models import Offer, OfferTerms
from ..rules.fitting import Fit, Home, Plan, Speeds, rank
from ..rules.offers import is_open, is_stale, plan_of, terms_on
from .programs import titles


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer in a list, with the terms of the day (None: they begin later)."""

    offer: Offer
    terms: OfferTerms | None
    is_open: bool
    is_stale: bool


def get_offer(code: str) -> Offer:
    """Return the offer with its terms; raise NotFound."""
    found = session().scalars(select(Offer).where(Offer.code == code).options(selectinload(Offer.terms))).first()
    if found is None:
        raise NotFound
    return found


def hold_offer(code: str) -> Offer:
    """Return the offer as it stands, held until the commit; raise NotFound."""
    held = select(Offer).where(Offer.code == code).with_for_update().execution_options(populate_existing=True)
    found = session().scalars(held).first()
    if found is None:
        raise NotFound
    return found


def find_named(provider: str, plan: str) -> Offer | None:
    """Return the provider's offer of this name, whatever the case of its letters."""
    same = func.lower(Offer.provider) == provider.lower(), func.lower(Offer.plan) == plan.lower()
    return session().scalars(select(Offer).where(*same).order_by(Offer.id)).first()


def list_offers(*, on: date, closed: bool = False) -> list[OfferRow]:
    """Return the offers that are open on a day or will be, by provider and plan; ``closed``: those that are over."""
    stale_days = _stale_days()
    statement = select(Offer).options(selectinload(Offer.terms)).order_by(Offer.provider, Offer.plan, Offer.id)
    rows = [
        OfferRow(one, terms_on(one.terms, on), is_open(one, on), is_stale(one, on, stale_days))
        for one in session().scalars(statement)
    ]
    return [row for row in rows if (row.offer.closes_on is not None and row.offer.closes_on < on) is closed]


def _stale_days() -> int:
    return get_program().file.connectivity.offer_stale_days


def plans_on(day: date) -> list[Plan]:
    """Return the offers that somebody can sign up for on ``day``, as they stand then."""
    return [
        plan_of(row.offer, row.terms, on=day, is_stale=row.is_stale)
        for row in list_offers(on=day)
        if row.is_open and row.terms is not None
    ]


def offer_programs() -> dict[str, str]:
    """Return the rulebook's programs that an offer may name for who qualifies: id and title."""
    return titles(ProgramKind.OFFER)


def find_plan(code: str | None, day: date) -> Plan | None:
    """Return an offer as it stands for who starts on ``day``; None where there is none or its terms begin later."""
    statement = select(Offer).where(Offer.code == code).options(selectinload(Offer.terms))
    offer = session().scalars(statement).first() if code else None
    terms = terms_on(offer.terms, day) if offer is not None else None
    if offer is None or terms is None:
        return None
    return plan_of(offer, terms, on=day, is_stale=is_stale(offer, day, _stale_days()))


def find_looker(offer: Offer) -> str | None:
    """Return the name of who last looked at the offer."""
    return session().scalar(select(User.name).where(User.id == offer.verified_by)) if offer.verified_by else None


class Fitting(NamedTuple):
    """The offers as they fit a household on a day, the best first, and what that rests on."""

    fits: Sequence[Fit]
    home: Home
    standard: Speeds
    decided_on: date | None  # of the last stored decision; None: nothing is known of who qualifies


def fit_household(household_id: int, *, today: date) -> Fitting:
    """Return what fits the household today, by the facts of its last stored decision."""
    decision, decider = find_last_decision(household_id), decider_in_use()
    facts: Facts = reader_of(decider)(decision.facts) if decision is not None else {}
    standard = get_program().counting.standard_on(today)
    speeds = Speeds(standard.down_kbps, standard.up_kbps) if standard is not None else Speeds(0, 0)
    home = find_home(household_id)
    fits = rank(plans_on(today), facts, home, decider=decider, on=today, standard=speeds)
    return Fitting(fits, home, speeds, decision.decided_on if decision is not None else None)


def find_home(household_id: int) -> Home:
    """Return the ZIP code of the present home and the language, as far as known."""
    voided = select(FactRow.refers_to).where(FactRow.record_id == household_id, FactRow.kind == Kind.VOID.value)
    stands = HouseholdAddress.fact_number.is_(None) | HouseholdAddress.fact_number.not_in(voided)
    statement = (
        select(HouseholdAddress.zip_code, Household.language)
        .select_from(Household)
        .outerjoin(HouseholdAddress, (HouseholdAddress.household_id == Household.id) & stands)
        .where(Household.id == household_id)
        .order_by(HouseholdAddress.from_on.desc(), HouseholdAddress.id.desc())
        .limit(1)
    )
    zip_code, language = session().execute(statement).one()
    return Home(zip_code[:5] if zip_code else None, language)

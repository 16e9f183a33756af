"""Write offers down, give them new terms, say that they are still so, close them."""

from dataclasses import fields, replace
from datetime import date

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...progress.queries.program import get_program
from ..models import Offer, OfferTerms
from ..queries.offers import find_named, get_offer, hold_offer, offer_programs
from ..rules.offers import NewOffer, NewTerms, check_offer, check_terms, terms_on

_SAID = ("kind", "program", "how_to_apply", "link", "phone", "source", "closes_on")


def write_offer(*, new: NewOffer, by: Actor) -> Offer:
    """Write an offer down with its first terms. Raises Invalid with a sentence per field, also where there is one."""
    policy.check(by, "offer:manage")
    _check(new)
    if find_named(new.provider, new.plan) is not None:
        raise Invalid(fields={"plan": _("This offer is on file already. Open it and give it new terms.")})
    offer = Offer(
        code=new_code(),
        provider=new.provider,
        plan=new.plan,
        opens_on=new.terms.from_on,
        created_at=clock.now(),
        created_by=by.user_id,
        **_said(new),
    )
    offer.terms.append(_row(new.terms, by))
    session().add(offer)
    record("offer.written", by=by, subject=offer)
    return offer


def give_terms(*, code: str, terms: NewTerms, by: Actor) -> Offer:
    """Give the offer new terms from a day; what held before stays on file. The same day again: the new ones hold."""
    policy.check(by, "offer:manage")
    check_terms(terms)
    offer = hold_offer(code)
    if terms.from_on < offer.opens_on:
        raise Invalid(fields={"from_on": _("This lies before the first day of the offer.")})
    offer.terms.append(_row(terms, by))
    session().flush()
    record("offer.terms_given", by=by, subject=offer, from_on=terms.from_on.isoformat())
    return offer


def confirm_offer(*, code: str, by: Actor) -> Offer:
    """Say that somebody looked today, and that the offer is still as it is written here."""
    policy.check(by, "offer:verify")
    offer = hold_offer(code)
    if offer.closes_on is not None and offer.closes_on < clock.today():
        raise Conflict(_("This offer is closed."))
    if by.user_id is not None:
        offer.verified_on, offer.verified_by = clock.today(), by.user_id
    record("offer.confirmed", by=by, subject=offer)
    return offer


def close_offer(*, code: str, closes_on: date, by: Actor) -> Offer:
    """Say on which day somebody can sign up last. Lines that have it keep it."""
    policy.check(by, "offer:manage")
    offer = hold_offer(code)
    if closes_on < offer.opens_on:
        raise Invalid(fields={"closes_on": _("The offer cannot end before it begins.")})
    offer.closes_on = closes_on
    record("offer.closed", by=by, subject=offer, closes_on=closes_on.isoformat())
    return offer


def load_offer(*, new: NewOffer, by: Actor) -> str:
    """Write an offer of a file down, or bring the one on file in line; return "new", "changed" or "same"."""
    policy.check(by, "offer:manage")
    _check(new)
    known = find_named(new.provider, new.plan)
    if known is None:
        write_offer(new=new, by=by)
        return "new"
    offer, said = get_offer(known.code), _said(new)
    held = terms_on(offer.terms, new.terms.from_on)
    changed = [name for name, value in said.items() if getattr(offer, name) != value]
    is_new = held is None or _terms(held) != replace(new.terms, from_on=held.from_on)
    if not changed and not is_new:
        return "same"
    for name in changed:
        setattr(offer, name, said[name])
    if is_new:
        offer.opens_on = min(offer.opens_on, new.terms.from_on)
        offer.terms.append(_row(new.terms, by))
    record("offer.loaded", by=by, subject=offer, fields=sorted(changed) + (["terms"] if is_new else []))
    return "changed"


def _check(new: NewOffer) -> None:
    check_offer(new, programs=[*offer_programs()], zip_codes=get_program().counting.zip_codes)


def _said(new: NewOffer) -> dict[str, object]:
    zips = None if new.zip_codes is None else sorted(new.zip_codes)
    return {name: getattr(new, name) for name in _SAID} | {"zip_codes": zips, "languages": sorted(new.languages)}


_TERMS = tuple(field.name for field in fields(NewTerms))


def _row(terms: NewTerms, by: Actor) -> OfferTerms:
    told = {name: getattr(terms, name) for name in _TERMS}
    return OfferTerms(recorded_at=clock.now(), recorded_by=by.user_id, **told)


def _terms(row: OfferTerms) -> NewTerms:
    return NewTerms(**{name: getattr(row, name) for name in _TERMS})

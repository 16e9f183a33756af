"""Hand a request for help to an organization, and take it back: one organization holds name and contact at a time."""

from collections.abc import Collection

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Unavailable
from ...foundation.kernel.messages import _
from ...partners.queries import find_city_partner
from ..models import HelpRequest, Referral
from ..queries.requests import get_referral, list_drafts_of, list_takes
from ..rules.requests import Contact, State, Wish, choose_partner
from .drafting import empty


def city_id() -> int:
    """Return the city's own organization; raise Unavailable where there is none."""
    city = find_city_partner()
    if city is None:
        raise Unavailable(_("Nobody can take requests for help yet: the city's organization is not set up."))
    return city.id


def choose_next(wish: Wish, *, besides: Collection[int] = (), by: Actor) -> int:
    """Return who gets a request next: a partner that fits and has not had it, else the city."""
    policy.check(by, "request:answer")
    chosen = choose_partner(wish.language, wish.district, list_takes(), besides=besides)
    return chosen if chosen is not None else city_id()


def hand_to(partner_id: int, request: HelpRequest, contact: Contact, *, previous_id: int | None = None) -> None:
    """Give the request to the organization; it waits for its answer from now on."""
    now = clock.now()
    request.partner_id, request.with_since, request.updated_at = partner_id, now, now
    request.state, request.waits_for = State.RECEIVED, None
    request.asked_partners = sorted({*request.asked_partners, partner_id})
    session().add(request)
    with scope_of(partner_id):
        session().add(
            Referral(
                partner_id=partner_id,
                request_id=request.id,
                previous_id=previous_id,
                name=contact.name,
                phone=contact.phone,
                phone_e164=contact.phone_e164,
                email=contact.email,
                created_at=now,
            )
        )


def move(request: HelpRequest, to: int) -> None:
    """Take the request from who has it and hand it to another organization."""
    contact, referral_id = take_back(request)
    hand_to(to, request, contact, previous_id=referral_id)


def take_back(request: HelpRequest, *, enrolled: int | None = None) -> tuple[Contact, int]:
    """Blank name and contact where the request is now and empty its drafts for good; return what stood there.

    The draft ``enrolled`` is left to whoever enrolls it.
    """
    with scope_of(request.partner_id):
        referral = get_referral(request)
        contact = contact_of(referral)
        for draft in list_drafts_of(referral):
            if draft.id != enrolled:
                empty(draft)
        referral.name, referral.phone, referral.phone_e164, referral.email = "", None, None, None
        referral.ended_at = clock.now()
        return contact, referral.id


def close(request: HelpRequest, state: State, *, outcome: str | None = None, enrolled: int | None = None) -> None:
    """End the request in ``state``; nobody holds name and contact for it any more."""
    take_back(request, enrolled=enrolled)
    now = clock.now()
    request.state, request.outcome, request.waits_for = state, outcome, None
    request.closed_at = request.updated_at = now


def contact_of(referral: Referral) -> Contact:
    """Return who asks and how to reach them."""
    return Contact(
        name=referral.name, phone=referral.phone, phone_e164=referral.phone_e164, email=referral.email
    )  # fmt: skip


def wish_of(request: HelpRequest) -> Wish:
    """Return what is asked for."""
    needs = {"device": request.needs_device, "connection": request.needs_connection, "skills": request.needs_skills}
    return Wish(
        language=request.language or "",
        needs=frozenset(need for need, wanted in needs.items() if wanted),
        zip_code=request.zip_code,
        district=request.district,
    )


def write_wish(request: HelpRequest, wish: Wish) -> None:
    """Write what is asked for into the request."""
    request.language, request.zip_code, request.district = wish.language, wish.zip_code, wish.district
    request.needs_device = "device" in wish.needs
    request.needs_connection = "connection" in wish.needs
    request.needs_skills = "skills" in wish.needs


def blank_wish(request: HelpRequest) -> None:
    """Erase what the request says: what is asked for, where, and in which languages."""
    request.language = request.zip_code = request.district = None
    request.needs_device = request.needs_connection = request.needs_skills = None
    request.consent_language, request.updated_at = "", clock.now()


def blank(request: HelpRequest) -> None:
    """Erase what the request says; code and PIN go on opening it, so that the resident sees that it is done."""
    blank_wish(request)
    request.erased_at = request.updated_at


def erase(request: HelpRequest) -> None:
    """Erase what the request says; code and PIN open it no more."""
    blank(request)
    request.pin_hash = request.shown_digest = ""

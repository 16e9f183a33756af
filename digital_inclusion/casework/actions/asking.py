"""What a resident does: ask for help, follow the request, correct it, take it back, have it erased.

``by`` is the page itself: residents have no account. Reference and PIN open one request and nothing else.
"""

from dataclasses import replace
from datetime import timedelta

from ...foundation.access import policy
from ...foundation.access.identity import Actor, system_actor
from ...foundation.audit.actions import record
from ...foundation.credentials import hash_password, pin_of
from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound, Throttled
from ...foundation.kernel.ids import new_code, token_digest
from ...foundation.kernel.messages import _
from ...foundation.pins import open_with_pin
from ...foundation.throttle import is_within
from ...households.rules import LANGUAGES
from ...progress.queries.program import get_program
from ...progress.rules.program import UNKNOWN_DISTRICT
from ..models import HelpRequest
from ..queries.requests import find_held_request, find_household_of, find_request, get_referral, list_drafts_of
from ..rules.requests import OPEN, Contact, State, Step, Wish, check_request, check_step, mended, typed_of
from .referring import blank_wish, choose_next, close, contact_of, erase, hand_to, wish_of, write_wish

RESIDENT = system_actor("resident")
CONSENT_VERSION = "help-2026-1"  # the text of templates/residents/ask_for_help.html; a new text gets a new version
SENT_PER_ADDRESS, HOUR = 20, timedelta(hours=1)


def send_request(
    *, contact: Contact, wish: Wish, consent_language: str, token: str, address: str, by: Actor
) -> HelpRequest:
    """Send a request to the partner that fits, else to the city. ``token`` is the browser's: the PIN is made from it.

    Raises Invalid with a sentence per field, Throttled past the hour's number from one ``address``.
    """
    policy.check(by, "request:answer")
    check_request(contact, wish, LANGUAGES)
    if not is_within("help.sent", address, limit=SENT_PER_ADDRESS, window=HOUR):
        raise Throttled(_("Very many requests came from here in the last hour. Please wait a while and send it again."))
    wish = _placed(wish)
    chosen, reference, now = choose_next(wish, by=by), new_code(), clock.now()
    request = HelpRequest(
        reference=reference,
        pin_hash=hash_password(pin_of(token, reference)),
        shown_digest=token_digest(token),
        state=State.RECEIVED,
        partner_id=chosen,
        with_since=now,
        asked_partners=[],
        consent_text_version=CONSENT_VERSION,
        consent_language=consent_language,
        consented_at=now,
        created_at=now,
        updated_at=now,
    )
    write_wish(request, wish)
    session().add(request)
    session().flush()
    hand_to(chosen, request, contact)
    record("request.sent", by=by, subject=request, to=chosen)
    return request


def _placed(wish: Wish) -> Wish:
    """Return the wish with the district its ZIP code tells, if it tells one."""
    district = get_program().counting.district_on(clock.today(), zip_code=wish.zip_code, given=None)
    return replace(wish, district=None if district == UNKNOWN_DISTRICT else district)


def open_request(*, reference: str, pin: str, address: str, by: Actor) -> int:
    """Return the id of the request that the code and the PIN open; raise Invalid, the same for every reason."""
    policy.check(by, "request:answer")
    return open_with_pin("help", reference=reference, pin=pin, address=address, find=_stored_pin)


def _stored_pin(code: str | None) -> tuple[int, str]:
    found = find_request(code)
    return (found.id, found.pin_hash) if found is not None else (0, "")


def correct_request(*, request_id: int, contact: Contact, wish: Wish, by: Actor) -> None:
    """Write down what is right: name, contact, language, need, ZIP code. Drafts that still say the old follow."""
    policy.check(by, "request:answer")
    request = _held(request_id)
    check_step(Step.CORRECT, request.state)
    check_request(contact, wish, LANGUAGES)
    wish = _placed(wish)
    with scope_of(request.partner_id):
        referral = get_referral(request)
        before, now = typed_of(contact_of(referral), wish_of(request)), typed_of(contact, wish)
        for draft in list_drafts_of(referral):
            draft.values = mended(draft.values, before, now)
        is_reached_anew = (contact.phone_e164, contact.email) != (referral.phone_e164, referral.email)
        referral.name, referral.phone = contact.name, contact.phone
        referral.phone_e164, referral.email = contact.phone_e164, contact.email
    write_wish(request, wish)
    if is_reached_anew and request.waits_for == "wrong_contact":
        request.state, request.waits_for = State.ACCEPTED, None
    request.updated_at = clock.now()
    record("request.corrected", by=by, subject=request)


def withdraw_request(*, request_id: int, by: Actor) -> None:
    """Take the request back: it is closed, and nobody holds name and contact for it any more."""
    policy.check(by, "request:answer")
    request = _held(request_id)
    check_step(Step.WITHDRAW, request.state)
    close(request, State.WITHDRAWN)
    record("request.withdrawn", by=by, subject=request)


def erase_request(*, request_id: int, by: Actor) -> bool:
    """Erase at once what the request holds; return whether that was all.

    What became a household's record is another thing: its partner is asked to erase it (erase_household), and code
    and PIN go on opening the request, so that the resident can see when it is done. Otherwise they stop.
    """
    policy.check(by, "request:answer")
    request = _held(request_id)
    if request.state in OPEN:
        close(request, State.WITHDRAWN)
    blank_wish(request)
    with scope_of(request.partner_id):
        household = find_household_of(get_referral(request))
    if household is not None and household.erased_at is None:
        request.erasure_asked_at = request.erasure_asked_at or request.updated_at
        record("request.erasure_asked", by=by, subject=request)
        return False
    erase(request)
    record("request.erased", by=by, subject=request)
    return True


def _held(request_id: int) -> HelpRequest:
    request = find_held_request(request_id)
    if request is None or request.erased_at is not None:
        raise NotFound
    return request

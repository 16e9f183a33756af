"""A resident asks for a seat on the public page; staff answer. Name and contact are erased with the answer."""

from datetime import timedelta

from ...foundation.access import policy
from ...foundation.access.identity import Actor, system_actor
from ...foundation.audit.actions import record
from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, Throttled
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...foundation.throttle import is_within
from ...households.rules import LANGUAGES
from ..models import ClassPlace, ClassRequest
from ..queries.classes import hold_class
from ..queries.requests import (
    OpenClass,
    count_waiting_requests,
    find_same,
    hold_request,
    list_kept_too_long,
)
from ..rules.requests import CLOSED, ENROLLED, OUT_OF_TIME, OUTCOMES, WAITS, Asking, check_asking

RESIDENT = system_actor("resident")
CONSENT_VERSION = "class-2026-1"  # the text of templates/residents/ask_for_seat.html; a new text gets a new version
SENT_PER_ADDRESS, HOUR = 20, timedelta(hours=1)
AT_ONCE = 500


def ask_for_seat(*, course: OpenClass, asking: Asking, consent_language: str, address: str, by: Actor) -> None:
    """Ask for a seat. Who asks again with the same contact while they wait is on the list once.

    Raises Invalid with a sentence per field, Throttled past the hour's number from one ``address``.
    """
    policy.check(by, "class:work")
    if not is_within("class.asked", address, limit=SENT_PER_ADDRESS, window=HOUR):
        raise Throttled(_("Very many requests came from here in the last hour. Please wait a while and send it again."))
    with scope_of(course.partner_id):
        held = hold_class(course.id)  # two clicks at once are one request
        check_asking(asking, LANGUAGES, waiting=count_waiting_requests(held.id))
        had = find_same(held.id, asking)
        made = had or ClassRequest(
            partner_id=held.partner_id, code=new_code(), class_id=held.id, state=WAITS, name=asking.name,
            phone=asking.phone, phone_e164=asking.phone_e164, email=asking.email, language=asking.language,
            consent_text_version=CONSENT_VERSION, consent_language=consent_language, created_at=clock.now(),
        )  # fmt: skip
        session().add(made)
        record("class.seat_asked", by=by, subject=made, course=held.code, again=had is not None)


def finish_request(*, request: ClassRequest, place: ClassPlace, by: Actor) -> None:
    """Note that who asked has a place now. Raises Conflict where the request was answered meanwhile."""
    policy.check(by, "class:work", request)
    held = _held(request)
    held.place_id = place.id
    _close(held, ENROLLED, by)
    record("class.seat_given", by=by, subject=held)


def close_request(*, request: ClassRequest, outcome: str | None, by: Actor) -> None:
    """Close a request without a seat. Raises Conflict where it was answered meanwhile."""
    policy.check(by, "class:work", request)
    if outcome not in OUTCOMES:
        raise Invalid(fields={"outcome": _("Please choose a reason.")})
    held = _held(request)
    held.outcome = outcome
    _close(held, CLOSED, by)
    record("class.request_closed", by=by, subject=held, outcome=outcome)


def _held(request: ClassRequest) -> ClassRequest:
    held = hold_request(request.id)
    if held.state != WAITS:
        raise Conflict(_("This request was answered already. Somebody was faster."))
    return held


def _close(held: ClassRequest, state: str, by: Actor) -> None:
    held.state, held.closed_at, held.closed_by = state, clock.now(), by.user_id
    held.name = held.phone = held.phone_e164 = held.email = None


def forget_requests(*, by: Actor) -> int:
    """Erase what nobody answered until long after the class was over; return how many those were."""
    policy.check(by, "class:work")
    old = list_kept_too_long(now=clock.now(), limit=AT_ONCE)
    for request in old:
        request.outcome = OUT_OF_TIME
        _close(request, CLOSED, by)
    if old:
        record("class.requests_forgotten", by=by, subject_type="class_requests", requests=len(old))
    return len(old)

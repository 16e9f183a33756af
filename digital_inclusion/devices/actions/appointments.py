"""Agree with a household on a time at which it gets the device that is held back for it."""

from ...agenda.actions.slots import book_slot, cancel_booking
from ...agenda.models import Booking
from ...agenda.queries.slots import get_slot
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, NotFound
from ...foundation.kernel.messages import _
from ..queries.appointments import HAND_OVER
from ..queries.requests import find_live, get_request, hold_request
from ..queries.units import hold_devices

_NOTHING_RESERVED = _("No device is reserved for this request. Reserve one first, then book a time.")


def book_hand_over(*, code: str, slot: str, by: Actor) -> Booking:
    """Book a time for the request ``code``; its unit is held back until that day at least. A time it had is given back.

    Raises Conflict when nothing is reserved, Invalid, with the next free time, when somebody was faster.
    """
    policy.check(by, "device:request")
    request = get_request(code)
    policy.check(by, "device:request", request)
    seen = find_live(request_id=request.id)
    if seen is None:
        raise Conflict(_NOTHING_RESERVED)
    hold_devices([seen.device_id])  # the unit, the request, the slot: always in this order
    hold_request(request.id)
    live = find_live(request_id=request.id)
    if live is None:
        raise Conflict(_NOTHING_RESERVED)
    chosen = get_slot(slot)
    if chosen.purpose != HAND_OVER or chosen.partner_id != request.partner_id:
        raise NotFound
    made = book_slot(code=slot, thing=request.code, by=by)
    live.until_on = max(live.until_on, clock.local(chosen.starts_at).date())
    return made


def cancel_hand_over(*, code: str, by: Actor) -> None:
    """Give the time back; the unit stays reserved until its day."""
    policy.check(by, "device:request")
    request = get_request(code)
    policy.check(by, "device:request", request)
    cancel_booking(thing=request.code, by=by)

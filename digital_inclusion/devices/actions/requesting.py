"""Ask for a device for a household, withdraw it, and fulfill it by handing a device over."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...progress.queries.deliveries import list_held
from ...progress.queries.served import Served
from ..models import Device, DeviceRequest
from ..queries.allowances import get_allowed
from ..queries.requests import (
    find_live,
    find_open_request,
    get_request,
    hold_request,
    list_requests_of,
    list_reservations,
)
from ..queries.units import hold_devices
from ..rules import requests as rules
from ..rules.handing_over import OneMore, check_one_of_a_kind
from ..rules.requests import RequestState, Wanted
from ..rules.states import State
from .moving import Place, step
from .reservations import end_reservation

_ASKED_ALREADY = _("This household has asked for a device of this kind already.")
_CHANGED = _("The reservation changed while you were working. Please look at it again.")


def ask_for_device(*, household: Served, wanted: Wanted, by: Actor) -> DeviceRequest:
    """Put the household in line for a device. Raises Invalid when it asked already, or has what the program allows."""
    policy.check(by, "device:request", household)
    rules.check_wanted(wanted)
    allowed = get_allowed()
    exception = OneMore(_("said at the hand-over")) if allowed.more_when else None
    check_one_of_a_kind(wanted.kind, list_held(household.id), allowed, exception)
    if find_open_request(household.id, wanted.kind) is not None:
        raise Invalid(fields={"kind": _ASKED_ALREADY})
    request = DeviceRequest(
        code=new_code(),
        partner_id=household.partner_id,
        household_id=household.id,
        kind=wanted.kind,
        needs=[code for code in rules.NEEDS if code in wanted.needs],
        keyboard=wanted.keyboard if "keyboard" in wanted.needs else None,
        note=wanted.note,
        state=RequestState.WAITING.value,
        asked_on=clock.today(),
        asked_by=by.user_id,
        created_at=clock.now(),
    )
    try:
        with session().begin_nested():
            session().add(request)
    except IntegrityError:  # somebody asked for the same household at the same moment
        raise Invalid(fields={"kind": _ASKED_ALREADY}) from None
    record("device.requested", by=by, subject=request, kind=request.kind)
    return request


def withdraw_request(*, code: str, reason: str, by: Actor) -> None:
    """Take a request back; a unit held back for it is in stock again."""
    policy.check(by, "device:request")
    request = get_request(code)
    policy.check(by, "device:request", request)
    if reason not in rules.WITHDRAW_REASONS:
        raise Invalid(fields={"reason": _("Please choose a reason.")})
    _withdraw(request, reason, by)


def _withdraw(request: DeviceRequest, reason: str, by: Actor) -> None:
    unit = _hold_reserved([request]).get(request.id)
    held = hold_request(request.id)
    rules.check_step(held.state, RequestState.WITHDRAWN)
    _close_reservation(held, unit, None, by)
    held.state, held.closed_reason = RequestState.WITHDRAWN.value, reason
    held.closed_at, held.closed_by = clock.now(), by.user_id
    record("device.request_withdrawn", by=by, subject=held, reason=reason)


def _hold_reserved(requests: Sequence[DeviceRequest], *more: int) -> dict[int, Device]:
    """Hold the units reserved for the requests, and ``more``, all at once; return them by request."""
    live = {one.id: find_live(request_id=one.id) for one in requests}
    ids = {key: one.device_id for key, one in live.items() if one is not None}
    held = {device.id: device for device in hold_devices({*ids.values(), *more})}
    return {key: held[device_id] for key, device_id in ids.items()}


def _close_reservation(request: DeviceRequest, unit: Device | None, taken: Device | None, by: Actor) -> None:
    """End the reservation of a held request that is being closed. ``unit``: what was reserved when it was held."""
    live = find_live(request_id=request.id)
    if live is None:
        return
    if unit is None or live.device_id != unit.id:
        raise Conflict(_CHANGED)
    if taken is not None and taken.id == unit.id:
        end_reservation(live, rules.HANDED_OVER, by)
        return
    end_reservation(live, rules.CLOSED, by)
    step(unit, State.READY, Place(), by)


@dataclass(frozen=True, slots=True)
class Fulfilling:
    """An open request that a hand-over is about to fulfill, and the unit that is reserved for it; both held."""

    request: DeviceRequest
    reserved: Device | None


def hold_open_request(household_id: int, kind: str, device: Device | None) -> Fulfilling | None:
    """Hold the unit that is handed over, the household's open request of the kind and the unit reserved for it."""
    more = [device.id] if device is not None else []
    request = find_open_request(household_id, kind)
    if request is None:
        hold_devices(more)
        return None
    reserved = _hold_reserved([request], *more).get(request.id)
    held = hold_request(request.id)
    return Fulfilling(held, reserved) if held.state in rules.OPEN else None


def fulfill_request(*, fulfilling: Fulfilling, device: Device | None, number: int, by: Actor) -> None:
    """Close a request by the hand-over ``number``; another unit reserved for it is in stock again."""
    policy.check(by, "delivery:record")
    request = fulfilling.request
    rules.check_step(request.state, RequestState.FULFILLED)
    _close_reservation(request, fulfilling.reserved, device, by)
    request.state, request.fact_number = RequestState.FULFILLED.value, number
    request.closed_at, request.closed_by = clock.now(), by.user_id
    record("device.request_fulfilled", by=by, subject=request, fact=number)


def forget_requests(*, household_id: int, by: Actor) -> None:
    """Withdraw and blank what a household that is being erased asked for."""
    policy.check(by, "household:erase")
    for request in list_requests_of(household_id):
        if request.state in rules.OPEN:
            _withdraw(request, rules.ERASED, by)
        request.needs, request.keyboard, request.note = [], None, None
        for reservation in list_reservations(request.id):
            reservation.reason = None

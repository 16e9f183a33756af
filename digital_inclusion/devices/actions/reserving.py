"""Hold a unit back for a household that asked for one, and set it free again."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound
from ...foundation.kernel.messages import _
from ..models import Device, DeviceRequest, Reservation
from ..queries.allowances import get_reserved_until
from ..queries.proposals import count_free, list_proposals, wishes_in
from ..queries.requests import find_live, get_request, hold_request, list_ahead, list_overdue
from ..queries.units import find_scanned, hold_devices, unit_of
from ..rules import requests as rules
from ..rules.matching import meets
from ..rules.requests import RequestState
from ..rules.states import STATES, State, check_move
from .moving import Place, check_holder, step
from .reservations import end_reservation

MOST_AT_ONCE = 500
_UNKNOWN = _("We know no device with this tag or serial number here.")
_TAKEN = _("Somebody reserved this device a moment ago. Please choose another one.")
_ON_ITS_WAY = _("This device is on its way to another organization.")


def reserve_device(*, code: str, scanned: str, reason: str | None, by: Actor) -> Reservation:
    """Hold a unit back for the request ``code``.

    Raises Invalid where a reason is missing: for a unit that was not proposed, and when households before this one in
    line could use it and not enough are left. Raises Conflict when somebody was faster.
    """
    policy.check(by, "device:request")
    request = get_request(code)
    policy.check(by, "device:request", request)
    seen = find_scanned([scanned], by=by)[scanned]
    if seen is None:
        raise Invalid(fields={"scanned": _UNKNOWN})
    (device,) = hold_devices([seen.id])  # the unit before the request, as everywhere
    request = hold_request(request.id)
    _check_both(device, request, by)
    said = (reason or "").strip() or None
    if said is None and (question := _needs_a_word(device, request)):
        raise Invalid(fields={"reason": question})
    return _reserve(device, request, said, by)


def _check_both(device: Device, request: DeviceRequest, by: Actor) -> None:
    if request.state == RequestState.RESERVED:
        raise Conflict(_("A device is reserved for this request already."))
    rules.check_step(request.state, RequestState.RESERVED)
    check_holder(device, by)
    if device.holder_id != request.partner_id:
        raise NotFound
    if device.state == State.RESERVED:
        raise Conflict(_TAKEN)
    if device.state != State.READY:
        raise Invalid(
            fields={"scanned": _("This device is not ready to be handed over.")}, state=STATES[State(device.state)]
        )
    if device.offered_to_id is not None:
        raise Invalid(fields={"scanned": _ON_ITS_WAY})
    if device.kind != request.kind:
        raise Invalid(fields={"scanned": _("This device is of another kind than they asked for.")})
    check_move(unit_of(device), State.RESERVED, by_hand=False)


def _needs_a_word(device: Device, request: DeviceRequest) -> str | None:
    """Return the question that only a reason answers; None: the reservation explains itself."""
    ahead = list_ahead(request)
    return rules.needs_a_word(
        is_proposed=device.id in {one.device.id for one in list_proposals(request)},
        ahead=len(ahead),
        ahead_it_fits=sum(meets(device, wishes_in(one)) for one in ahead),
        free=count_free(request.partner_id, request.kind, most=len(ahead) + 1),
    )


def _reserve(device: Device, request: DeviceRequest, reason: str | None, by: Actor) -> Reservation:
    step(device, State.RESERVED, Place(), by)
    made = Reservation(
        partner_id=request.partner_id, device_id=device.id, request_id=request.id, until_on=get_reserved_until(),
        reason=reason, made_at=clock.now(), made_by=by.user_id,
    )  # fmt: skip
    session().add(made)
    request.state = RequestState.RESERVED.value
    record("device.reserved", by=by, subject=made, request=request.id, device=device.id, explained=reason is not None)
    return made


def release_device(*, code: str, by: Actor) -> None:
    """Set the unit free that is held back for the request; the household is in line again."""
    policy.check(by, "device:request")
    request = get_request(code)
    policy.check(by, "device:request", request)
    live = find_live(request_id=request.id)
    if live is None or not _set_free(live, rules.RELEASED, by):
        raise Conflict(_("No device is reserved for this request any more."))


def _set_free(seen: Reservation, how: str, by: Actor) -> bool:
    """End a reservation and put its unit back into stock; False when it ended meanwhile."""
    (device,) = hold_devices([seen.device_id])
    live = find_live(device_id=device.id)
    if live is None or live.id != seen.id:
        return False
    end_reservation(live, how, by)
    step(device, State.READY, Place(), by)
    return True


def end_overdue_reservations(*, by: Actor) -> int:
    """Set units free that nobody fetched in time, at most 500 at once; return how many were looked at."""
    policy.check(by, "device:request")
    overdue = list_overdue(clock.today(), most=MOST_AT_ONCE)
    for one in sorted(overdue, key=lambda reservation: reservation.device_id):
        _set_free(one, rules.EXPIRED, by)
    return len(overdue)

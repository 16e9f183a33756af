"""End reservations: what every way out of "reserved" has in common."""

from ...agenda.actions.slots import cancel_booking
from ...agenda.queries.slots import find_booking
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.kernel import clock
from ..models import Device, Reservation
from ..queries.requests import find_live, hold_request
from ..rules.requests import CLOSED, HANDED_OVER, MOVED, RequestState


def end_reservation(reservation: Reservation, how: str, by: Actor) -> None:
    """Write down how a reservation ended; its request waits again, unless it is being closed. Its unit is held."""
    reservation.ended_at, reservation.ended_by, reservation.how = clock.now(), by.user_id, how
    request = hold_request(reservation.request_id)
    if request.state == RequestState.RESERVED and how not in (HANDED_OVER, CLOSED):
        request.state = RequestState.WAITING.value
    record("device.reservation_ended", by=by, subject=reservation, request=request.id, how=how)
    booking = find_booking(request.code)
    if booking is not None and (how != HANDED_OVER or booking.slot.starts_at > clock.now()):
        cancel_booking(thing=request.code, by=by)


def let_go(device: Device, by: Actor) -> None:
    """End the reservation of a unit that somebody moves away, where there is one."""
    live = find_live(device_id=device.id)
    if live is not None:
        end_reservation(live, MOVED, by)

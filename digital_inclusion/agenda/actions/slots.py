"""Offer slots, close one, book a place, give it back. Never more places than there is room for."""

from datetime import datetime

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ..models import Booking, Slot
from ..queries.slots import count_taken, find_booking, hold_slot, is_offered, list_free
from ..rules.slots import NewSlots, check_offer, refusal, refused


def offer_slots(*, new: NewSlots, by: Actor) -> list[Slot]:
    """Offer a slot of the own organization, and the same in the weeks after it. Raises Invalid with a sentence
    per field, also where the very same is offered already."""
    policy.check(by, "slot:offer")
    if by.partner_id is None or by.user_id is None:
        raise NotAllowed
    now = clock.now()
    check_offer(new, now=clock.local(now).replace(tzinfo=None))
    made = []
    for starts, ends in new.spans():
        slot = Slot(
            code=new_code(),
            partner_id=by.partner_id,
            purpose=new.purpose,
            starts_at=clock.from_local(starts),
            ends_at=clock.from_local(ends),
            place=new.place.strip(),
            capacity=new.capacity,
            created_at=now,
            created_by=by.user_id,
        )
        if is_offered(partner_id=slot.partner_id, purpose=slot.purpose, starts_at=slot.starts_at):
            raise Invalid(fields={"starts": _("There is such a slot at this time already, in one of these weeks.")})
        made.append(slot)
    session().add_all(made)
    record("slots.offered", by=by, subject=made[0], purpose=new.purpose, slots=len(made), capacity=new.capacity)
    return made


def close_slot(*, slot: Slot, by: Actor) -> None:
    """Offer the slot no longer. Who has booked it may come: nothing is cancelled behind anybody's back."""
    policy.check(by, "slot:offer", slot)
    held = hold_slot(slot.code)
    if held.closed_at is not None:
        raise Conflict(_("This slot is closed already."))
    held.closed_at, held.closed_by = clock.now(), by.user_id
    record("slot.closed", by=by, subject=held, booked=count_taken(held))


def book_slot(*, code: str, thing: str, by: Actor) -> Booking:
    """Take a place in the slot for the thing; a place that it has in another one is given back.

    ``thing``: the code of what the appointment is about. The caller has asked whether ``by`` may do that with it.
    Raises Invalid, with the next free time, for a slot that is over, closed or fully booked.
    """
    policy.check(by, "slot:book")
    slot = hold_slot(code)
    policy.check(by, "slot:book", slot)
    had = find_booking(thing)
    if had is not None and had.slot_id == slot.id:
        return had
    _check_free(slot)
    if had is not None:
        _give_back(had)
        session().flush()
    made = Booking(partner_id=slot.partner_id, slot=slot, thing=thing, state="booked", booked_at=clock.now())
    session().add(made)
    record("slot.booked", by=by, subject=slot, thing=thing, instead=had.slot_id if had is not None else None)
    return made


def _check_free(slot: Slot) -> None:
    now = clock.now()
    why = refusal(
        starts_at=slot.starts_at,
        closed=slot.closed_at is not None,
        taken=count_taken(slot),
        capacity=slot.capacity,
        now=now,
    )
    if why is not None:
        raise refused(why, following=_following(slot, now))


def _following(slot: Slot, now: datetime) -> datetime | None:
    free = [one for one in list_free(partner_id=slot.partner_id, purpose=slot.purpose, now=now) if one.id != slot.id]
    later = [one for one in free if one.starts_at >= slot.starts_at]
    return min(later or free, key=lambda one: (one.starts_at, one.id)).starts_at if free else None


def cancel_booking(*, thing: str, by: Actor) -> None:
    """Give the thing's place back. Raises Conflict where it has none (any more)."""
    policy.check(by, "slot:book")
    had = find_booking(thing)
    if had is None:
        raise Conflict(_("This appointment is cancelled already."))
    slot = hold_slot(had.slot.code)
    policy.check(by, "slot:book", slot)
    session().refresh(had)
    if had.state != "booked":
        raise Conflict(_("This appointment is cancelled already."))
    _give_back(had)
    record("slot.cancelled", by=by, subject=slot, thing=thing)


def _give_back(booking: Booking) -> None:
    booking.state, booking.cancelled_at = "cancelled", clock.now()

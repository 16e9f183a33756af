"""Move units from state to state, and from one organization to another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from ...foundation.kernel.messages import _
from ...partners.queries import list_all_partners
from ..models import Device, DeviceMove
from ..queries.units import find_scanned, hold_devices, is_out, unit_of
from ..rules.states import IN_STOCK, NEW_ROUND, State, check_grade, check_move

MOST_AT_ONCE = 500
_LOST_THERE = _("A household lost this device. On its page, void the loss and note that the device came back.")
_UNKNOWN = _("We know no device with this tag or serial number here.")


@dataclass(slots=True)
class Outcome:
    """What became of scanned units: codes of those that went, and a sentence for each that did not."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, DomainError]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a unit stands, and why it moved."""

    site: str | None = None
    shelf: str | None = None
    reason: str | None = None


def move_devices(*, scanned: Sequence[str], to: str, place: Place, by: Actor) -> Outcome:
    """Move every scanned unit that may go to ``to``; the others stay where they are, each with its reason."""
    policy.check(by, "device:work")
    if to not in set(State):
        raise Invalid(fields={"to": _("Please choose where they go.")})

    def one(device: Device) -> None:
        check_move(unit_of(device), to, reason=place.reason)
        if device.state == State.LOST and is_out(device):
            raise Conflict(_LOST_THERE)
        step(device, State(to), place, by)

    return each_scanned(scanned, one, by)


def grade_device(*, device_id: int, functional: str, cosmetic: str, by: Actor) -> None:
    """Grade a tested unit: how well it works and how it looks."""
    policy.check(by, "device:work")
    (device,) = hold_devices([device_id])
    check_holder(device, by)
    check_grade(device.state, functional, cosmetic)
    device.functional, device.cosmetic, device.updated_at = functional, cosmetic, clock.now()
    record(
        "device.graded", by=by, subject=device, partner_id=device.holder_id, functional=functional, cosmetic=cosmetic
    )
    if device.state != State.GRADED:
        step(device, State.GRADED, Place(), by)


def offer_devices(*, scanned: Sequence[str], partner_id: int, by: Actor) -> Outcome:
    """Send units on their way to another organization. They are its own once it accepts them."""
    policy.check(by, "device:work")
    if partner_id not in {partner.id for partner in list_all_partners()}:
        raise Invalid(fields={"to": _("Please choose an organization from the list.")})

    def one(device: Device) -> None:
        if device.state not in IN_STOCK or partner_id == device.holder_id:
            raise Conflict(_("This device cannot be sent there."))
        device.offered_to_id, device.updated_at = partner_id, clock.now()
        record("device.offered", by=by, subject=device, partner_id=device.holder_id, to=partner_id)

    return each_scanned(scanned, one, by)


def accept_devices(*, scanned: Sequence[str], by: Actor) -> Outcome:
    """Take over units that are on their way to the own organization."""
    policy.check(by, "device:read")

    def one(device: Device) -> None:
        if by.partner_id is None or device.offered_to_id != by.partner_id:
            raise Conflict(_("This device is not on its way to you."))
        device.holder_id, device.offered_to_id = by.partner_id, None
        record("device.accepted", by=by, subject=device, partner_id=by.partner_id)
        step(device, State(device.state), Place(), by)

    return each_scanned(scanned, one, by, held=False)


def each_scanned(scanned: Sequence[str], act: Callable[[Device], None], by: Actor, *, held: bool = True) -> Outcome:
    """Do ``act`` with every scanned unit, in a fixed order; note a sentence for each it refuses."""
    words = list(dict.fromkeys(word.strip() for word in scanned if word.strip()))
    if not words:
        raise Invalid(fields={"scanned": _("Scan or type at least one tag or serial number.")})
    if len(words) > MOST_AT_ONCE:
        raise Invalid(fields={"scanned": _("That is more than 500. Please do them in two parts.")})
    outcome, found = Outcome(), find_scanned(words, by=by)
    fresh = {device.id: device for device in hold_devices({one.id for one in found.values() if one is not None})}
    for word in words:
        seen = found[word]
        device = fresh.get(seen.id) if seen is not None else None
        try:
            if device is None:
                raise NotFound(_UNKNOWN)
            if held:
                check_holder(device, by)
            act(device)
        except DomainError as error:
            outcome.refused.append((word, error))
        else:
            outcome.done.append(device.code)
    return outcome


def check_holder(device: Device, by: Actor) -> None:
    """Raise NotAllowed unless the own organization holds the unit: nobody else's hands are on it."""
    if device.holder_id != by.partner_id:
        raise NotAllowed(_("Another organization has this device."))


def step(device: Device, to: State, place: Place, by: Actor) -> None:
    """Write the move. ``check_move`` comes first."""
    came_from = State(device.state) if device.state else None
    if to is State.QUARANTINED and came_from in NEW_ROUND:
        device.round, device.media_listed = device.round + 1, False
        device.functional = device.cosmetic = None
    now = clock.now()
    device.state, device.state_since, device.updated_at = to.value, now, now
    device.site = place.site or device.site
    device.shelf = place.shelf or device.shelf
    if to not in IN_STOCK:
        device.offered_to_id = None
    session().add(device)
    session().flush()
    session().add(
        DeviceMove(
            device_id=device.id,
            from_state=came_from,
            to_state=to,
            holder_id=device.holder_id,
            site=device.site,
            shelf=device.shelf,
            reason=(place.reason or "").strip() or None,
            moved_at=now,
            moved_by=by.user_id,
        )
    )
    record("device.moved", by=by, subject=device, partner_id=device.holder_id, to=to.value)

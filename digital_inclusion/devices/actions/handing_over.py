"""Hand over a device to a household: one we follow, or any other."""

from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.files import remove_file, store_file
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...progress.actions.holding import hold_identity
from ...progress.actions.recording import record_delivery
from ...progress.queries.deliveries import list_held
from ...progress.rules.deliveries import NewDelivery
from ...progress.rules.facts import Item
from ..models import Device
from ..queries.allowances import get_allowed
from ..queries.requests import find_live
from ..queries.signatures import SIGNATURE, list_signatures
from ..queries.units import find_anywhere, find_by_fact, find_scanned, hold_devices, unit_of
from ..rules import handing_over as rules
from ..rules.handing_over import OneMore
from ..rules.states import STATES, State, check_move
from .moving import Place, step
from .repairs import follow_return
from .requesting import Fulfilling, fulfill_request, hold_open_request

MOST_BYTES = 64 * 1024
_UNKNOWN = _("We follow no device with this tag or serial number. Use the form without scanning.")
_ELSEWHERE = _("We follow this device, and another organization has it. Ask it to send the device to you first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """How the household agreed. ``strokes``: its signature on the screen; ``seen_by``: who saw the paper; ``remark``:
    what the evidence says besides."""

    how: str
    seen_by: str
    strokes: str = ""
    remark: str = ""


def hand_over_device(
    *, household_id: int, delivery: NewDelivery, again: bool, one_more: OneMore | None = None, by: Actor
) -> int:
    """Record that a device was handed over; return the fact's number. A unit that is out is refused.

    A unit that we follow goes by its passport: its kind, its source and its wiping are what we know, not what is typed.
    """
    policy.check(by, "delivery:record")
    hold_identity(household_id)  # what it has stays so until the commit
    device = find_anywhere(delivery.unit, by=by)
    kind = device.kind if device is not None else delivery.device_kind or ""
    fulfilling = hold_open_request(household_id, kind, device)
    if device is not None:
        delivery = _as_known(delivery, _held_ready(device, household_id, by))
    delivery = _allowed(household_id, delivery, one_more, by)
    number = record_delivery(
        household_id=household_id, delivery=delivery, cause="device.handed_over", by=by, again=again
    )
    _goes_home(device, number, fulfilling, by)
    return number


def hand_over_scanned(
    *, household_id: int, scanned: str, on: date, signed: Signed, loan_due_on: date | None, grant_id: int | None,
    one_more: OneMore | None = None, by: Actor,
) -> int:  # fmt: skip
    """Hand a unit of ours over with the household's signature: the delivery and its evidence in one step.

    Signed on the screen it proves itself (rule 8); on paper a verifier looks. Returns the fact's number.
    """
    policy.check(by, "delivery:record")
    hold_identity(household_id)  # what it has stays so until the commit
    seen = find_known(scanned, by=by)
    fulfilling = hold_open_request(household_id, seen.kind, seen)
    device = _held_ready(seen, household_id, by)
    file_id = None
    if signed.how == rules.ON_SCREEN:
        drawing = BytesIO(rules.drawing_of(signed.strokes))
        file_id = store_file(
            drawing, name="signature.svg", purpose=SIGNATURE, partner_id=by.partner_id or 0, limit=MOST_BYTES
        ).id
    said = f"{device.code}, {signed.remark}" if signed.remark else device.code
    evidence = rules.evidence_of(signed.how, seen_by=signed.seen_by, on=on, tag=said, file_id=file_id)
    delivery = NewDelivery(
        item=Item.DEVICE, occurred_on=on, unit=device.serial or device.code, loan_due_on=loan_due_on,
        grant_id=grant_id, evidence=evidence, device_kind=device.kind,
    )  # fmt: skip
    delivery = _allowed(household_id, _as_known(delivery, device), one_more, by)
    number = record_delivery(
        household_id=household_id, delivery=delivery, cause="device.handed_over", by=by, again=True
    )  # a unit is out once at a time: what looks like a double entry is another hand-over
    _goes_home(device, number, fulfilling, by)
    return number


def find_ready(scanned: str, *, household_id: int, by: Actor) -> Device:
    """Return the unit under a scanned tag or serial, held until the commit, when it can go to the household now.

    Raises Invalid or Conflict with what is in the way.
    """
    policy.check(by, "delivery:record")
    return _held_ready(find_known(scanned, by=by), household_id, by)


def find_known(scanned: str, *, by: Actor) -> Device:
    """Return the own organization's unit under a scanned tag or serial; Invalid says where else it may be."""
    seen = find_scanned([scanned], by=by)[scanned]
    if seen is None:
        raise Invalid(fields={"scanned": _ELSEWHERE if find_anywhere(scanned, by=by) else _UNKNOWN})
    return seen


def _held_ready(device: Device, household_id: int, by: Actor) -> Device:
    (held,) = hold_devices([device.id])
    if held.holder_id != by.partner_id:
        raise Invalid(fields={"unit": _ELSEWHERE})
    if held.state == State.RESERVED:
        _check_reserved_for(held, household_id, by)
    if held.state not in (State.READY, State.RESERVED):
        raise Conflict(
            _("This device is “%(state)s”. It can be handed over when it is ready."), state=STATES[held.state]
        )
    check_move(unit_of(held), State.HANDED_OVER, by_hand=False)
    return held


def _check_reserved_for(device: Device, household_id: int, by: Actor) -> None:
    """Raise Conflict when the unit is held back for another household; which one, hears who may see it."""
    live = find_live(device_id=device.id)
    if live is None or live.request.household_id == household_id:
        return
    if policy.allows(by, "household:read", live):
        raise Conflict(
            _("This device is reserved for household %(code)s until %(day)s."),
            code=live.request.household.code,
            day=live.until_on,
        )
    raise Conflict(_("This device is reserved for another household until %(day)s."), day=live.until_on)


def _allowed(household_id: int, delivery: NewDelivery, one_more: OneMore | None, by: Actor) -> NewDelivery:
    """Return the delivery when the household may have it, with the reason where the exception allows one more."""
    kind, held = delivery.device_kind or "", list_held(household_id)
    if not rules.check_one_of_a_kind(kind, held, get_allowed(), one_more):
        return delivery
    record("device.allowed_more", by=by, subject_type="households", subject_id=household_id, kind=kind)
    return replace(delivery, note=one_more.why if one_more is not None else None)


def _as_known(delivery: NewDelivery, device: Device) -> NewDelivery:
    """Return the delivery with what the passport says."""
    return replace(
        delivery, unit=device.serial or device.code, device_kind=device.kind, donated=True, passport_complete=True
    )


def _goes_home(device: Device | None, number: int, fulfilling: Fulfilling | None, by: Actor) -> None:
    """Close the request that the hand-over fulfills, and move the unit, where it is one of ours."""
    if fulfilling is not None:
        fulfill_request(fulfilling=fulfilling, device=device, number=number, by=by)
    if device is not None:
        device.fact_number = number
        step(device, State.HANDED_OVER, Place(), by)


def follow_end(*, number: int, reason: str, by: Actor) -> None:
    """Bring a unit of ours in line with the end of its hand-over: it came back, after all or at once, or it is lost."""
    policy.check(by, "household:correct")
    device = _out_by(number)
    if device is None:
        return
    if reason == "returned":
        came = _("It came back") if device.state == State.LOST else None
        _comes_back(device, Place(reason=came), by)
    elif reason == "lost" and device.state == State.HANDED_OVER:
        step(device, State.LOST, Place(reason=_("Lost by the household")), by)


def follow_void(*, number: int, by: Actor) -> None:
    """Bring a unit of ours in line with a hand-over that never was: it is looked at as if it had come back."""
    policy.check(by, "household:correct")
    device = _out_by(number)
    if device is not None and device.state == State.HANDED_OVER:
        _comes_back(device, Place(reason=_("The hand-over was void")), by)


def follow_correction(*, number: int, new_number: int, same_unit: bool, by: Actor) -> None:
    """Bring a unit of ours in line with a corrected hand-over: another fact tells of it, or another unit went."""
    policy.check(by, "household:correct")
    device = _out_by(number)
    if device is None:
        return
    if same_unit:
        device.fact_number = new_number
    elif device.state == State.HANDED_OVER:
        _comes_back(device, Place(reason=_("The hand-over was another device's")), by)


def _out_by(number: int) -> Device | None:
    """Return the unit of ours that the hand-over took to a home, held, where it is there yet or was lost there."""
    found = find_by_fact(number)
    if found is None:
        return None
    (held,) = hold_devices([found.id])
    return held if held.state in (State.HANDED_OVER, State.LOST) else None


def _comes_back(device: Device, place: Place, by: Actor) -> None:
    """Take the unit back into quarantine: whoever used it has left data on it."""
    if device.state == State.HANDED_OVER:
        step(device, State.RETURNED, place, by)
        place = Place()
    step(device, State.QUARANTINED, place, by)
    follow_return(device=device, by=by)


def erase_signatures(*, household_id: int, by: Actor) -> None:
    """Remove the signatures of a household that is being erased."""
    policy.check(by, "household:erase")
    for stored in list_signatures(household_id):
        remove_file(stored)

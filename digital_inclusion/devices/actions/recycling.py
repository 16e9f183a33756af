"""Fill a batch, send it to a certified recycler, keep its certificate, or void it."""

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

from sqlalchemy.exc import IntegrityError

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.files import store_file
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ..models import Device, RecyclingBatch, RecyclingUnit
from ..queries.recycling import find_open_unit, hold_batch, units_in
from ..queries.units import hold_devices, unit_of
from ..rules import recycling as rules
from ..rules.recycling import BatchState, Recycler
from ..rules.states import State, check_move
from .moving import Outcome, Place, check_holder, each_scanned, step

PURPOSE = "recycling_certificate"
_IN_ANOTHER = _("This device is in a batch already: %(code)s.")
_IN_THIS = _("This device is in this batch already.")


def begin_batch(*, recycler: Recycler, by: Actor) -> RecyclingBatch:
    """Begin a batch for a recycler whose certification is in force today."""
    policy.check(by, "device:work")
    if by.partner_id is None:
        raise NotAllowed
    rules.check_recycler(recycler, on=clock.today())
    batch = RecyclingBatch(
        code=new_code(),
        partner_id=by.partner_id,
        recycler=recycler.name,
        certification=recycler.certification,
        certification_number=recycler.number,
        certified_until=recycler.until,
        state=BatchState.OPEN,
        created_at=clock.now(),
        created_by=by.user_id or 0,
    )
    session().add(batch)
    record("recycling.begun", by=by, subject=batch)
    return batch


def scan_into_batch(*, code: str, scanned: Sequence[str], by: Actor) -> Outcome:
    """Put every scanned unit in that could be recycled now; the others stay out, each with its reason."""
    policy.check(by, "device:work")
    batch = _held(code, by)
    rules.check_open(batch.state)

    def one(device: Device) -> None:
        known = find_open_unit(device.id)
        if known is not None:
            other = known.batch_id != batch.id
            raise Conflict(_IN_ANOTHER, code=known.batch.code) if other else Conflict(_IN_THIS)
        check_move(unit_of(device), State.RECYCLED)
        try:
            with session().begin_nested():
                session().add(
                    RecyclingUnit(
                        batch_id=batch.id, device_id=device.id, added_at=clock.now(), added_by=by.user_id or 0
                    )  # fmt: skip
                )
        except IntegrityError:  # somebody scanned it into another batch at the same moment
            raise Conflict(_("This device is in another batch already.")) from None

    outcome = each_scanned(scanned, one, by)
    if outcome.done:
        record("recycling.scanned", by=by, subject=batch, units=len(outcome.done))
    return outcome


def take_out_of_batch(*, code: str, device_code: str, by: Actor) -> None:
    """Take a unit out of a batch that has not been sent."""
    policy.check(by, "device:work")
    batch = _held(code, by)
    rules.check_open(batch.state)
    found = next((one for one in units_in(batch) if one.device.code == device_code), None)
    if found is None:
        raise NotFound
    found.left_at, found.left_by = clock.now(), by.user_id or 0
    record("recycling.taken_out", by=by, subject=batch, unit=device_code)


def send_batch(*, code: str, sent_on: date, by: Actor) -> int:
    """Send the batch: every unit in it is recycled from now on, in one step. Returns how many.

    Raises Invalid naming each unit that cannot go any more; then nothing is sent.
    """
    policy.check(by, "device:work")
    batch = _held(code, by)
    rules.check_batch_move(batch.state, BatchState.SENT)
    rules.check_sent_on(sent_on, begun=clock.local(batch.created_at).date(), today=clock.today())
    rules.check_recycler(_recycler(batch), on=sent_on)
    devices = hold_devices([one.device_id for one in units_in(batch)])
    if not devices:
        raise Invalid(_("There is nothing in this batch yet. Scan at least one device."))
    _check_each(devices, by)
    for device in devices:
        step(device, State.RECYCLED, Place(reason=_in_words(batch)), by)
    batch.state, batch.sent_on, batch.sent_by = BatchState.SENT, sent_on, by.user_id or 0
    record("recycling.sent", by=by, subject=batch, units=len(devices))
    return len(devices)


def _check_each(devices: Sequence[Device], by: Actor) -> None:
    stay = []
    for device in devices:
        try:
            check_holder(device, by)
            check_move(unit_of(device), State.RECYCLED)
        except (Conflict, Invalid, NotAllowed):
            stay.append(device.code)
    if stay:
        raise Invalid(
            _("These devices cannot be recycled any more; take them out first: %(codes)s."), codes=", ".join(stay[:20])
        )


def _in_words(batch: RecyclingBatch) -> str:
    return f"{batch.recycler}, {batch.code}"[:300]


def certify_batch(
    *, code: str, weight_g: int, number: str, stream: BinaryIO, filename: str, by: Actor
) -> RecyclingBatch:
    """Keep what the recycler weighed and certified. From then on nothing about the batch changes."""
    policy.check(by, "device:work")
    batch = _held(code, by)
    rules.check_batch_move(batch.state, BatchState.CERTIFIED)
    if not 0 < weight_g <= rules.HEAVIEST_G:
        raise Invalid(fields={"weight": _("Write the weight in kilograms, for example 412.5.")})
    kind = rules.file_kind(stream.read(16))
    stream.seek(0)
    stored = store_file(
        stream, name=f"{filename[:180]}" or f"certificate.{kind}", purpose=PURPOSE, partner_id=batch.partner_id,
        limit=rules.LARGEST_FILE,
    )  # fmt: skip
    batch.state, batch.weight_g, batch.certificate_number = BatchState.CERTIFIED, weight_g, number
    batch.file_id, batch.certified_at, batch.certified_by = stored.id, clock.now(), by.user_id or 0
    record("recycling.certified", by=by, subject=batch, grams=weight_g)
    return batch


def void_batch(*, code: str, reason: str | None, by: Actor) -> int:
    """Say that the batch never reached its end. What was sent comes back into quarantine; returns how many units."""
    policy.check(by, "device:work")
    batch = _held(code, by)
    rules.check_batch_move(batch.state, BatchState.VOID)
    if not (reason or "").strip():
        raise Invalid(fields={"reason": _("Please say why.")})
    inside, now = units_in(batch), clock.now()
    back = [one for one in hold_devices([unit.device_id for unit in inside]) if _is_sent(one, batch)]
    for device in back:
        step(device, State.QUARANTINED, Place(reason=reason), by)
    for unit in inside:
        unit.left_at, unit.left_by = now, by.user_id or 0
    batch.state, batch.void_reason, batch.voided_at, batch.voided_by = (
        BatchState.VOID, (reason or "").strip(), now, by.user_id or 0,
    )  # fmt: skip
    record("recycling.voided", by=by, subject=batch, units=len(back))
    return len(back)


def _is_sent(device: Device, batch: RecyclingBatch) -> bool:
    return batch.state == BatchState.SENT and device.state == State.RECYCLED


def _recycler(batch: RecyclingBatch) -> Recycler:
    return Recycler(
        name=batch.recycler,
        certification=batch.certification,
        number=batch.certification_number,
        until=batch.certified_until,
    )


def _held(code: str, by: Actor) -> RecyclingBatch:
    batch = hold_batch(code)
    policy.check(by, "device:work", batch)
    return batch

"""The demo's donated devices: one lot on its way through the workshop, one that is promised. All invented."""

from collections.abc import Sequence
from datetime import date, timedelta

from ...devices.actions.listing_media import declare_media, list_medium
from ...devices.actions.moving import Place, grade_device, move_devices
from ...devices.actions.pledging import NewLot, note_lot
from ...devices.actions.receiving import scan_unit
from ...devices.actions.recycling import begin_batch, scan_into_batch, send_batch
from ...devices.actions.sanitizing import note_sanitization, validate_sanitization, verify_sanitization
from ...devices.actions.taking_in import Described
from ...devices.models import Device, Donation
from ...devices.rules.erasures import SeenMedium
from ...devices.rules.recycling import Recycler
from ...devices.rules.sanitizing import NewSanitization, Verdict
from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from .doing import Desk

# kind, maker, model, data medium (None: it keeps nothing), what wipes it
_MODELS = (
    ("laptop", "Dell", "Latitude 7490", "ssd", "block_erase"),
    ("laptop", "Lenovo", "ThinkPad T480", "ssd", "crypto_erase"),
    ("laptop", "HP", "EliteBook 840 G5", "ssd", "block_erase"),
    ("desktop", "HP", "EliteDesk 800 G4", "hdd", "secure_erase"),
    ("tablet", "Apple", "iPad 7", "flash", "crypto_erase"),
    ("monitor", "Dell", "P2419H", None, None),
)
# How far each unit of the first lot has come. The last two never came.
_FAR = (
    "ready", "ready", "ready", "ready", "ready", "ready", "graded_low", "graded", "testing", "testing", "repair",
    "wiped", "wiped", "wiped", "to_validate", "to_validate", "to_validate", "to_verify", "to_verify", "quarantined",
    "quarantined", "scrap", "missing", "missing",
)  # fmt: skip
_CAME, _WIPED, _DONE = timedelta(days=24), timedelta(days=12), timedelta(days=4)  # before the plan's last day
_LATER = frozenset({"ready", "graded_low", "graded", "testing", "repair", "scrap"})
_DISK = 256_000  # MB


def fill_devices(desk: Desk) -> None:
    """Do what happened with donated devices in the last weeks."""
    technician, validator = desk.world.workshop
    came = desk.plan.until - _CAME
    with desk.at(came - timedelta(days=9)):
        lot = _note(technician, "Redwood Credit Union", "facilities@redwood.example", range(len(_FAR)), came)
    with desk.at(desk.plan.until - timedelta(days=2)):
        _note(technician, "Valley Makers Library", "frontdesk@valley.example", range(100, 108), None)
    for number, far in enumerate(_FAR):
        if far != "missing":
            _bring_far(desk, lot, number, far, technician, validator)


def _note(by: Actor, donor: str, contact: str, numbers: Sequence[int], received_on: date | None) -> Donation:
    lines = "\n".join(f"{kind}, {maker}, {model}, {_serial(n)}" for n in numbers for kind, maker, model, *_ in [_of(n)])
    return note_lot(
        lot=NewLot(donor=donor, contact=contact, received_on=received_on), lines=lines, chosen={}, by=by
    )  # fmt: skip


def _of(number: int) -> tuple[str, str, str, str | None, str | None]:
    return _MODELS[number % len(_MODELS)]


def _serial(number: int) -> str:
    return f"5CD{8100 + number}XQ{number % 7}"


def _bring_far(desk: Desk, lot: Donation, number: int, far: str, technician: Actor, validator: Actor) -> None:
    """Take one unit in and bring it as far as it is."""
    kind, maker, model, medium, _technique = _of(number)
    with desk.at(desk.plan.until - _CAME):
        unit = Described(kind=kind, maker=maker, model=model, serial=_serial(number))
        place = Place(site="Workshop", shelf=f"A{number + 1}")
        device = scan_unit(lot=lot, word=_serial(number), unit=unit, place=place, by=technician).device
        if device is None:
            raise LookupError(f"the demo's unit {number} did not come")
    if far == "quarantined":
        return
    with desk.at(desk.plan.until - _WIPED):
        if medium is not None:
            seen = SeenMedium(kind=medium, maker=maker, model="M.2", serial=f"S4{number:03}NX0", size_mb=_DISK)
            list_medium(code=device.code, medium=seen, by=technician)
        declare_media(code=device.code, by=technician)
        if medium is not None:
            _wipe(device, number, far, technician, validator)
        else:
            _move(device, "sanitized", technician)
    if far in _LATER:
        with desk.at(desk.plan.until - _DONE):
            _refurbish(device, far, technician)


def _wipe(device: Device, number: int, far: str, technician: Actor, validator: Actor) -> None:
    technique = _of(number)[4] or ""
    new = NewSanitization(
        technique=technique, tool="nvme-cli", tool_version="2.8", performed_at=clock.now(), succeeded=True
    )
    done = note_sanitization(code=device.code, place=1, new=new, by=technician)
    if far != "to_verify":
        verify_sanitization(code=done.code, verification="sample", verified=True, by=technician)
    if far not in ("to_verify", "to_validate"):
        validate_sanitization(code=done.code, said=Verdict(verdict="accept", destination="reuse"), by=validator)


def _refurbish(device: Device, far: str, by: Actor) -> None:
    if far == "scrap":
        return _recycle(device, by)
    _move(device, "testing", by)
    if far == "repair":
        return _move(device, "repair", by)
    if far != "testing":
        grade_device(device_id=device.id, functional="F3" if far == "graded_low" else "F5", cosmetic="C6", by=by)
    if far == "ready":
        _move(device, "ready", by)
    return None


def _recycle(device: Device, by: Actor) -> None:
    """Send the unit to a recycler, whose certificate has not come yet."""
    today = clock.today()
    recycler = Recycler(
        name="South Bay Electronics Recycling", certification="r2", number="R2-48121", until=today + timedelta(days=200)
    )
    batch = begin_batch(recycler=recycler, by=by)
    scan_into_batch(code=batch.code, scanned=[device.code], by=by)
    send_batch(code=batch.code, sent_on=today, by=by)


def _move(device: Device, to: str, by: Actor) -> None:
    outcome = move_devices(scanned=[device.code], to=to, place=Place(), by=by)
    for _word, error in outcome.refused:
        raise error

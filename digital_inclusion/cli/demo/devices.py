"""The demo's donated devices: one lot on its way through the workshop, one that is promised. All invented."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from ...agenda.actions.slots import offer_slots
from ...agenda.rules.slots import NewSlots
from ...devices.actions.bench import assign_devices
from ...devices.actions.describing import note_specs, specs_of
from ...devices.actions.donating import DONOR, Offered, send_pledge
from ...devices.actions.donors import change_workshop
from ...devices.actions.harvesting import NewPart, take_part
from ...devices.actions.listing_media import declare_media, list_medium
from ...devices.actions.moving import Place, grade_device, move_devices
from ...devices.actions.pledging import NewLot, note_lot
from ...devices.actions.receiving import scan_unit
from ...devices.actions.recycling import begin_batch, scan_into_batch, send_batch
from ...devices.actions.sanitizing import note_sanitization, validate_sanitization, verify_sanitization
from ...devices.actions.taking_in import Described
from ...devices.actions.testing import note_checks
from ...devices.models import Device, Donation
from ...devices.queries.checks import proposal_for
from ...devices.rules.donating import Giver
from ...devices.rules.erasures import SeenMedium
from ...devices.rules.recycling import Recycler
from ...devices.rules.sanitizing import NewSanitization, Verdict
from ...devices.rules.specs import FIELDS, Value, print_of
from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.kernel.ids import new_token
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
_FAILS = {"repair": {"battery": "fails"}, "graded_low": {"ports": "fails"}}
_WINDOWS: dict[str, Value] = {"memory_mb": 16_384, "storage_gb": 256, "system": "Windows 11", "licence": "refurbisher"}
_SPECS: dict[str, dict[str, Value]] = {
    "laptop": _WINDOWS | {"processor": "Core i5-8350U", "screen_tenths": 140, "battery_percent": 84, "keyboard": "en",
                          "has_camera": True, "weight_g": 1580},
    "desktop": _WINDOWS | {"processor": "Core i5-8500", "weight_g": 5200},
    "tablet": {"memory_mb": 3072, "storage_gb": 32, "screen_tenths": 102, "battery_percent": 88, "has_camera": True,
               "system": "iPadOS 18", "licence": "maker", "weight_g": 490},
    "monitor": {"screen_tenths": 238, "weight_g": 5400},
}  # fmt: skip


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
    _ask_donors(desk, technician)


def _ask_donors(desk: Desk, technician: Actor) -> None:
    """Open the workshop to donors: times to bring and to fetch devices, and one gift from the public page."""
    partner_id = technician.partner_id or 0
    with desk.at(desk.plan.until):
        change_workshop(
            partner_id=partner_id, takes_devices=True, fetches=True, address="40 Orchard Yard, side door",
            phone="(408) 555-0110", by=desk.world.manager,
        )  # fmt: skip
        brought = _offer(technician, "drop_off", 3, "40 Orchard Yard, side door", 4)
        _offer(technician, "pick_up", 5, "At the donor’s door", 2)
        giver = Giver(
            kind="organization", name="Copperfield Dental", contact="(408) 555-0177", way="drop_off", slot=brought
        )
        offered = Offered({"laptop": 5, "monitor": 2})
        send_pledge(giver=giver, taker_id=partner_id, offered=offered, token=new_token(), address="demo", by=DONOR)


def _offer(by: Actor, purpose: str, days: int, place: str, room: int) -> str:
    """Offer an afternoon in each of four weeks; return the code of the first."""
    starts = datetime.combine(clock.today() + timedelta(days=days), time(14))
    new = NewSlots(
        purpose=purpose, starts_at=starts, ends_at=starts + timedelta(hours=3), place=place, capacity=room, weeks=4
    )
    return offer_slots(new=new, by=by)[0].code


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
    if far == "testing":
        return None
    _describe(device, by)
    fails = _FAILS.get(far, {})
    note_checks(code=device.code, results=fails, rest_works=True, by=by)
    if far == "repair":
        assign_devices(scanned=[device.code], to=by.user_id, by=by)
        _move(device, "repair", by)
        take_part(code=device.code, new=NewPart(kind="battery", description="3 cells", weight_g=260), by=by)
        return None
    grade = proposal_for(device).functional or "F1"
    grade_device(device_id=device.id, functional=grade, cosmetic="C6", by=by)
    if far == "ready":
        _move(device, "ready", by)
    return None


def _describe(device: Device, by: Actor) -> None:
    """Note what the unit is made of, as far as its kind has it."""
    values = {name: _SPECS[device.kind].get(name) for name in FIELDS[device.kind]}
    note_specs(code=device.code, values=values, seen=print_of(specs_of(device)), attested=True, by=by)


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

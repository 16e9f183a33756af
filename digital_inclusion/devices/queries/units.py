"""Units: one with everything about it, lists, and those scanned. Whoever asks sees what their organization holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from ...accounts.models import User
from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ...partners.models import Partner
from ...progress.models import FactRow, UnitOut
from ...progress.rules.units import is_serial, unit_key
from ..models import DataMedium, Device, DeviceMove, Sanitization
from ..rules.sanitizing import MEDIA
from ..rules.scanning import scanned_tag
from ..rules.specs import system_missing
from ..rules.states import IN_STOCK, State, Unit

PAGE = 50
GROUPS = {"stock": IN_STOCK, "workshop": IN_STOCK - {State.READY, State.RESERVED}}


def visible(by: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions under which ``by`` sees a unit: the own organization holds it, or is offered it."""
    if sees_every_partner(by.roles):
        return []
    own = by.partner_id or -1
    return [or_(Device.holder_id == own, Device.offered_to_id == own)]


def get_device(code: str, *, by: Actor) -> Device:
    """Return the unit with its media and what was done to them; NotFound for one that ``by`` does not see."""
    statement = (
        select(Device)
        .where(Device.code == code, *visible(by))
        .options(selectinload(Device.media).selectinload(DataMedium.sanitizations))
    )
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def hold_devices(ids: Collection[int]) -> list[Device]:
    """Return the units as they stand, held until the commit, by id so that two who take the same ones do not cross."""
    held = select(Device).where(Device.id.in_(sorted(ids))).order_by(Device.id).with_for_update()
    return list(session().scalars(held.execution_options(populate_existing=True)))


def find_scanned(words: Sequence[str], *, by: Actor) -> dict[str, Device | None]:
    """Return for each scanned tag or serial the unit that ``by`` sees under it, or None."""
    codes = {word: scanned_tag(word) for word in words}
    keys = {word: unit_key(word) for word in words}
    statement = select(Device).where(
        or_(
            Device.code.in_([code for code in codes.values() if code]),
            Device.serial_key.in_([key for key in keys.values() if key]),
        ),
        *visible(by),
    )
    by_code, by_key = {}, {}
    for device in session().scalars(statement.order_by(Device.id)):
        by_code[device.code], by_key[device.serial_key] = device, device
    return {word: by_code.get(codes[word] or "") or by_key.get(keys[word]) for word in words}


def unit_of(device: Device) -> Unit:
    """Return what the rules look at."""
    return Unit(
        state=device.state,
        media_listed=device.media_listed,
        uncertified=[name_of(medium) for medium in media_in(device) if certificate_of(medium, device.round) is None],
        functional=device.functional,
        system_missing=system_missing(device.kind, device.system),
    )


def media_in(device: Device) -> list[DataMedium]:
    """Return the data media that are in the unit."""
    return [medium for medium in device.media if medium.removed_at is None]


def name_of(medium: DataMedium) -> str:
    """Return how people call the medium: model and serial as far as known, else what kind it is."""
    return " ".join(part for part in (medium.model or medium.maker, medium.serial) if part) or MEDIA[medium.kind]


def certificate_of(medium: DataMedium, round_: int) -> Sanitization | None:
    """Return the certificate of the medium for the unit's round, None where there is none."""
    earned = [one for one in medium.sanitizations if one.certificate is not None and one.round == round_]
    return earned[-1] if earned else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFilter:
    """What the list shows. ``state``: one of them, or a name of GROUPS, or "all"."""

    state: str = "stock"
    kind: str | None = None
    grade: str | None = None
    site: str | None = None  # "": nobody wrote where it stands
    ready: tuple[datetime | None, datetime] | None = None  # since when it has been ready: after, up to
    donation_id: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One unit in a list, and who holds it."""

    device: Device
    holder: str


def list_devices(wanted: DeviceFilter, *, by: Actor) -> list[DeviceRow]:
    """Return units, those longest in the house first; one more than a page tells of a next one."""
    statement = (
        select(Device, Partner.name)
        .join(Partner, Partner.id == Device.holder_id)
        .where(*_conditions(wanted), *visible(by))
        .order_by(Device.id)
        .limit(PAGE + 1)
    )
    if wanted.after is not None:
        statement = statement.where(Device.id > wanted.after)
    return [DeviceRow(device, holder) for device, holder in session().execute(statement)]


def count_devices(wanted: DeviceFilter, *, by: Actor) -> int:
    """Return how many units the filter shows in all."""
    return session().scalar(select(func.count(Device.id)).where(*_conditions(wanted), *visible(by))) or 0


def count_by_state(*, by: Actor) -> dict[str, int]:
    """Return how many units there are in each state; states without any are left out."""
    statement = select(Device.state, func.count(Device.id)).where(*visible(by)).group_by(Device.state)
    return {row[0]: row[1] for row in session().execute(statement.order_by(Device.state))}


def _conditions(wanted: DeviceFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state in GROUPS:
        found.append(Device.state.in_(sorted(GROUPS[wanted.state])))
    elif wanted.state in set(State):
        found.append(Device.state == wanted.state)
    if wanted.kind is not None:
        found.append(Device.kind == wanted.kind)
    if wanted.grade is not None:
        found.append(Device.functional == wanted.grade)
    if wanted.site is not None:
        found.append(func.coalesce(Device.site, "") == wanted.site)
    if wanted.ready is not None:
        found.append(is_ready_in(*wanted.ready))
    if wanted.donation_id is not None:
        found.append(Device.donation_id == wanted.donation_id)
    return found


def is_ready_in(after: datetime | None, until: datetime) -> ColumnElement[bool]:
    """Return the condition that a unit became ready after the one instant, up to the other."""
    ready = func.coalesce(Device.ready_at, Device.state_since)
    return ready <= until if after is None else and_(ready > after, ready <= until)


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a unit, who made it and who held the unit from then on."""

    move: DeviceMove
    by: str | None
    holder: str


def list_steps(device_id: int) -> list[Step]:
    """Return where the unit has been, newest first."""
    statement = (
        select(DeviceMove, User.name, Partner.name)
        .join(Partner, Partner.id == DeviceMove.holder_id)
        .outerjoin(User, User.id == DeviceMove.moved_by)
        .where(DeviceMove.device_id == device_id)
        .order_by(DeviceMove.id.desc())
    )
    return [Step(move, name, holder) for move, name, holder in session().execute(statement)]


def find_anywhere(text: str | None, *, by: Actor) -> Device | None:
    """Return the unit with the tag or serial, whoever has it; a serial that looks like a tag only among one's own."""
    key, code = unit_key(text), scanned_tag(text or "")
    if key is None:
        return None
    named = [Device.code == code] if code else []
    found = find_scanned([text or ""], by=by)[text or ""]
    if found is not None or not (code or is_serial(key)):
        return found
    return session().scalars(select(Device).where(or_(Device.serial_key == key, *named)).order_by(Device.id)).first()


def find_by_fact(number: int) -> Device | None:
    """Return the unit that the hand-over took to a home, None for one we do not follow."""
    return session().scalars(select(Device).where(Device.fact_number == number).order_by(Device.id)).first()


def find_seen(scanned: str, *, by: Actor) -> Device | None:
    """Return the unit that ``by`` sees under the scanned tag or serial, or None."""
    return find_scanned([scanned], by=by)[scanned]


def proofs_of(device: Device) -> list[Sanitization]:
    """Return the certificates of the unit's round when each of its media has one, else nothing."""
    found = [certificate_of(medium, device.round) for medium in media_in(device)]
    proofs = [one for one in found if one is not None]
    return proofs if device.media_listed and len(proofs) == len(found) else []


def find_home(device: Device) -> str | None:
    """Return the code of the household that has the unit; None where it is nowhere, or with another partner's."""
    if device.state != State.HANDED_OVER:
        return None
    statement = (
        select(Household.code)
        .join(FactRow, FactRow.record_id == Household.id)
        .where(FactRow.number == device.fact_number, Household.erased_at.is_(None))
    )
    return session().scalars(statement).first()


def is_out(device: Device) -> bool:
    """Tell whether a household still has the unit by what stands on record, lost there or not."""
    return session().scalars(select(UnitOut).where(UnitOut.fact_number == device.fact_number)).first() is not None

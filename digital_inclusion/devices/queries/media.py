"""Data media: those of a unit, those taken out, what waits for a validator, certificates.

Whoever asks sees the media of the units that they see.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from ...accounts.models import User
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...partners.models import Partner
from ..models import DataMedium, Device, DeviceMove, Sanitization
from ..rules.sanitizing import Method
from ..rules.states import NEW_ROUND, State
from .units import visible

PAGE = 50


def hold_device(code: str, *, by: Actor) -> Device:
    """Return the unit with its media as they stand, held until the commit; NotFound for one that ``by`` does not see.

    Whoever changes anything about a unit's media holds the unit first.
    """
    statement = (
        select(Device)
        .where(Device.code == code, *visible(by))
        .options(selectinload(Device.media).selectinload(DataMedium.sanitizations))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def medium_at(device: Device, place: int) -> DataMedium:
    """Return the unit's medium by its place, counted from 1; media keep their place, also when they are taken out."""
    if not 1 <= place <= len(device.media):
        raise NotFound
    return device.media[place - 1]


def _tries(by: Actor) -> Select[Sanitization]:
    return (
        select(Sanitization)
        .join(Sanitization.medium)
        .join(DataMedium.device)
        .where(*visible(by))
        .options(contains_eager(Sanitization.medium).contains_eager(DataMedium.device))
    )


def get_sanitization(code: str, *, by: Actor) -> Sanitization:
    """Return the try with its medium and unit."""
    found = session().scalars(_tries(by).where(Sanitization.code == code)).first()
    if found is None:
        raise NotFound
    return found


def hold_sanitization(code: str, *, by: Actor) -> Sanitization:
    """Return the try as it stands, its unit held until the commit."""
    device = hold_device(get_sanitization(code, by=by).medium.device.code, by=by)
    return next(one for medium in device.media for one in medium.sanitizations if one.code == code)


def is_current(sanitization: Sanitization) -> bool:
    """Return whether the try is of the unit's present round, or of the round in which the medium was taken out."""
    medium = sanitization.medium
    return sanitization.round >= (medium.device.round if medium.removed_round is None else medium.removed_round)


_CURRENT = or_(
    and_(DataMedium.removed_round.is_(None), Sanitization.round >= Device.round),
    Sanitization.round >= DataMedium.removed_round,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A try that waits for a validator, and by whom it was done and verified."""

    sanitization: Sanitization
    performed_by: str
    verified_by: str


def list_to_validate(*, by: Actor, after: int | None = None) -> list[Waiting]:
    """Return what waits at the own organization, oldest first; one more than a page tells of a next one."""
    performer, verifier = aliased(User), aliased(User)
    statement = (
        select(Sanitization, performer.name, verifier.name)
        .join(Sanitization.medium)
        .join(DataMedium.device)
        .join(performer, performer.id == Sanitization.performed_by)
        .join(verifier, verifier.id == Sanitization.verified_by)
        .where(
            Device.holder_id == (by.partner_id or -1),
            Sanitization.succeeded.is_(True),
            Sanitization.verified.is_(True),
            Sanitization.verdict.is_(None),
            _CURRENT,
            Sanitization.id > (after or 0),
        )
        .options(contains_eager(Sanitization.medium).contains_eager(DataMedium.device))
        .order_by(Sanitization.id)
        .limit(PAGE + 1)
    )
    return [Waiting(*row) for row in session().execute(statement)]


_lived_on = aliased(DataMedium)
_WAITS = (
    DataMedium.removed_at.is_not(None),
    ~select(Sanitization.id)
    .where(
        Sanitization.medium_id == DataMedium.id,
        Sanitization.certificate.is_not(None),
        Sanitization.method != Method.CLEAR,
        Sanitization.round >= DataMedium.removed_round,
    )
    .exists(),
    ~select(_lived_on.id)
    .where(
        _lived_on.serial_key == DataMedium.serial_key,
        _lived_on.id > DataMedium.id,
        _lived_on.removed_at.is_(None),
    )
    .exists(),
)


def waiting_media(device: Device) -> set[int]:
    """Return the ids of media taken out of the unit that nobody has purged, destroyed or put into another unit."""
    statement = select(DataMedium.id).where(DataMedium.device_id == device.id, *_WAITS).order_by(DataMedium.id)
    return set(session().scalars(statement))


def list_taken_out(*, by: Actor, after: int | None = None) -> list[DataMedium]:
    """Return such media of all units of the own organization, in the order in which they were listed."""
    statement = (
        select(DataMedium)
        .join(DataMedium.device)
        .where(Device.holder_id == (by.partner_id or -1), DataMedium.id > (after or 0), *_WAITS)
        .options(contains_eager(DataMedium.device).selectinload(Device.media))
        .order_by(DataMedium.id)
        .limit(PAGE + 1)
    )
    return list(session().scalars(statement))


def find_held_media(serial_keys: Collection[str], *, by: Actor) -> list[DataMedium]:
    """Return media with these serials of units that the own organization holds, those in a unit last."""
    statement = (
        select(DataMedium)
        .join(DataMedium.device)
        .where(DataMedium.serial_key.in_(sorted(serial_keys)), Device.holder_id == (by.partner_id or -1))
        .options(contains_eager(DataMedium.device))
        .order_by(DataMedium.removed_at.is_(None), DataMedium.id)
    )
    return list(session().scalars(statement))


def find_held_unit(serial_key: str, *, by: Actor) -> Device | None:
    """Return the unit of the own organization with this serial, the one taken in last."""
    statement = select(Device).where(Device.serial_key == serial_key, Device.holder_id == (by.partner_id or -1))
    return session().scalars(statement.order_by(Device.id.desc())).first()


def round_began(device: Device) -> datetime:
    """Return when the unit's present round began: when it came into quarantine from outside."""
    statement = (
        select(DeviceMove.moved_at)
        .where(
            DeviceMove.device_id == device.id,
            DeviceMove.to_state == State.QUARANTINED,
            DeviceMove.from_state.in_(sorted(NEW_ROUND)),
        )
        .order_by(DeviceMove.id.desc())
    )
    return session().scalars(statement).first() or device.created_at


@dataclass(frozen=True, slots=True)
class Signer:
    """Who answers for one part of a certificate."""

    name: str
    organization: str
    site: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of sanitization with everybody who stands behind it."""

    sanitization: Sanitization
    performed: Signer
    verified: Signer
    validated: Signer


def get_certificate(number: str, *, by: Actor) -> Certificate:
    """Return the certificate with this number."""
    found = session().scalars(_tries(by).where(Sanitization.certificate == number)).first()
    if found is None:
        raise NotFound
    device_id = found.medium.device_id
    return Certificate(
        found,
        _signer(found.performed_by, found.performed_at, device_id),
        _signer(found.verified_by, found.verified_at, device_id),
        _signer(found.validated_by, found.validated_at, device_id),
    )


def _signer(user_id: int | None, at: datetime | None, device_id: int) -> Signer:
    if user_id is None or at is None:
        raise NotFound
    names = select(User.name, Partner.name).join(Partner, Partner.id == User.partner_id).where(User.id == user_id)
    name, organization = session().execute(names).one()
    site = (
        select(DeviceMove.site)
        .where(DeviceMove.device_id == device_id, DeviceMove.moved_at <= at, DeviceMove.site.is_not(None))
        .order_by(DeviceMove.id.desc())
    )
    return Signer(name, organization, session().scalars(site).first(), at)

"""Lots: one, the list of them, what was promised against what came; serials in this house and in two houses."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from ...agenda.models import Slot
from ...agenda.queries.slots import find_bookings
from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...partners.models import Partner
from ...progress.rules.units import is_serial, unit_key
from ..models import DataMedium, Device, Donation
from ..rules.scanning import scanned_tag
from ..rules.states import State

PAGE = 50
MOST_DOUBLES = 500
_AT_ONCE = 5000  # serials in one statement

_PROMISED = Device.declared.is_not(None)
_CAME = Device.state != State.PLEDGED
SHOWN: dict[str, tuple[ColumnElement[bool], ...]] = {
    "came": (_PROMISED, _CAME),
    "missing": (_PROMISED, Device.state == State.PLEDGED),
    "extra": (Device.declared.is_(None),),
    "different": (
        _PROMISED,
        or_(
            Device.declared["kind"].as_string() != Device.kind,
            and_(
                Device.declared["model"].as_string().is_not(None),
                Device.declared["model"].as_string() != func.coalesce(Device.model, ""),
            ),
        ),
    ),
}


def get_lot(code: str) -> Donation:
    """Return the lot; NotFound for another organization's."""
    found = session().scalars(select(Donation).where(Donation.code == code)).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot in the list: whose it is, how many units were promised, and how many came, promised or not."""

    lot: Donation
    partner: str
    promised: int
    came: int
    slot: Slot | None = None  # the time that its donor chose


def list_lots(*, after: int | None = None) -> list[LotRow]:
    """Return lots, the newest first; one more than a page tells of a next one."""
    promised = func.count(Device.id).filter(_PROMISED)
    statement = (
        select(Donation, Partner.name, promised, func.count(Device.id).filter(_CAME))
        .join(Partner, Partner.id == Donation.partner_id)
        .outerjoin(Device, Device.donation_id == Donation.id)
        .group_by(Donation.id, Partner.name)
        .order_by(Donation.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.where(Donation.id < after)
    rows = session().execute(statement).all()
    booked = find_bookings([lot.code for lot, *_rest in rows])
    return [LotRow(*row, booked[row[0].code].slot if row[0].code in booked else None) for row in rows]


def count_lot(lot: Donation) -> dict[str, int]:
    """Return how many units there are under each name of SHOWN, and how many were promised."""
    counts = {name: func.count(Device.id).filter(*conditions) for name, conditions in SHOWN.items()}
    counts["promised"] = func.count(Device.id).filter(_PROMISED)
    row = session().execute(select(*counts.values()).where(Device.donation_id == lot.id)).one()
    return dict(zip(counts, row, strict=True))


@dataclass(frozen=True, slots=True)
class LotUnit:
    """A unit of a lot, and whether the reader can open it."""

    device: Device
    open: bool


def list_units(lot: Donation, shown: str, *, after: int | None = None, by: Actor) -> list[LotUnit]:
    """Return the lot's units under a name of SHOWN, as listed; one more than a page tells of a next one."""
    statement = select(Device).where(Device.donation_id == lot.id, *SHOWN[shown]).order_by(Device.id).limit(PAGE + 1)
    if after is not None:
        statement = statement.where(Device.id > after)
    everything = sees_every_partner(by.roles)
    return [LotUnit(one, everything or one.holder_id == by.partner_id) for one in session().scalars(statement)]


def list_latest(lot: Donation, count: int) -> list[Device]:
    """Return the units of the lot that came last, the last first."""
    statement = select(Device).where(Device.donation_id == lot.id, _CAME)
    return list(session().scalars(statement.order_by(Device.state_since.desc(), Device.id.desc()).limit(count)))


def list_tags(lot: Donation, *, by: Actor, most: int) -> list[str]:
    """Return the tags of the lot's units in the reader's house, as listed; before any came, of all promised."""
    statement = select(Device.code).where(Device.donation_id == lot.id, Device.holder_id == by.partner_id)
    statement = statement.order_by(Device.id).limit(most)
    return list(session().scalars(statement.where(_CAME))) or list(session().scalars(statement))


def find_same_list(manifest_key: str) -> Donation | None:
    """Return the first lot that was made from the very same list."""
    statement = select(Donation).where(Donation.manifest_key == manifest_key).order_by(Donation.id).limit(1)
    return session().scalars(statement).first()


def _in_house(partner_id: int) -> ColumnElement[bool]:
    return or_(Device.origin_id == partner_id, Device.holder_id == partner_id)


def _some(words: Collection[str]) -> Iterator[list[str]]:
    """Yield the words in parts that fit into one statement."""
    every = sorted(words)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def find_serials(keys: Collection[str], *, partner_id: int) -> dict[str, tuple[str, bool]]:
    """Return of serials those that the organization has or had: serial -> tag, and whether it is only promised."""
    found: dict[str, tuple[str, bool]] = {}
    for some in _some(keys):
        statement = select(Device.serial_key, Device.code, Device.state).where(
            Device.serial_key.in_(some), _in_house(partner_id)
        )
        for key, code, state in session().execute(statement.order_by(Device.id.desc())):
            found[key or ""] = code, state == State.PLEDGED
    return found


def find_in_house(word: str, *, partner_id: int) -> Device | None:
    """Return the unit that the organization has or had under a scanned tag or serial; one that came goes first."""
    same = or_(Device.code == (scanned_tag(word) or ""), Device.serial_key == (unit_key(word) or ""))
    statement = select(Device).where(same, _in_house(partner_id))
    return session().scalars(statement.order_by(Device.state == State.PLEDGED, Device.id).limit(1)).first()


def find_nameless(lot: Donation, kind: str, model: str | None) -> Device | None:
    """Return a unit of the kind that the lot promised without a serial number, one of the model before others."""
    statement = select(Device).where(
        Device.donation_id == lot.id, Device.state == State.PLEDGED, Device.serial_key.is_(None), Device.kind == kind
    )
    alike = case((func.lower(Device.model) == (model or "").lower(), 0), else_=1)
    return session().scalars(statement.order_by(alike, Device.id).limit(1)).first()


@dataclass(frozen=True, slots=True)
class Double:
    """A unit whose serial another organization has too, and who holds it."""

    device: Device
    holder: str


def list_doubles() -> list[Double]:
    """Return units whose serial two organizations took in, by serial; for the city alone, at most 500."""
    other = aliased(Device)
    statement = (
        select(Device, Partner.name)
        .join(Partner, Partner.id == Device.holder_id)
        .where(select(other.id).where(other.serial_key == Device.serial_key, other.id != Device.id).exists())
        .order_by(Device.serial_key, Device.id)
        .limit(MOST_DOUBLES)
    )
    return [Double(*row) for row in session().execute(statement) if is_serial(row[0].serial_key or "")]


def get_labelled(code: str) -> Device:
    """Return the unit under a label that somebody scanned, with its media; NotFound for one that never came."""
    statement = (
        select(Device)
        .where(Device.code == code, _CAME)
        .options(selectinload(Device.media).selectinload(DataMedium.sanitizations))
    )
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found

"""Pledges of the public page, who takes devices, and what a donor may read of the own lot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ...accounts.models import RoleAssignment, User
from ...agenda.models import Booking, Slot
from ...agenda.queries.slots import find_booking, list_free
from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...partners.models import Partner
from ...partners.queries import find_city_partner
from ..models import Device, DeviceMove, Donation, Pledge, Workshop
from ..rules.donating import Taker
from ..rules.states import State


def find_workshop(partner_id: int) -> Workshop | None:
    """Return what the organization says of itself to donors; None where it never did."""
    return session().get(Workshop, partner_id)


def hold_workshop(partner_id: int) -> None:
    """Let pledges to one organization come one after the other until the commit."""
    session().scalars(select(Workshop).where(Workshop.partner_id == partner_id).with_for_update()).first()


def has_technician(partner_id: int, *, at: datetime) -> bool:
    """Return whether somebody at the organization may take devices in now."""
    statement = (
        select(User.id)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(
            User.partner_id == partner_id,
            User.active,
            RoleAssignment.role == "technician",
            RoleAssignment.starts_at <= at,
            RoleAssignment.ends_at.is_(None) | (RoleAssignment.ends_at > at),
        )
        .order_by(User.id)
        .limit(1)
    )
    return session().scalar(statement) is not None


def list_takers() -> list[Taker]:
    """Return who takes devices, by name; the city where nobody else does."""
    statement = (
        select(Partner, Workshop)
        .join(Workshop, Workshop.partner_id == Partner.id)
        .where(Workshop.takes_devices, Partner.active)
        .order_by(Partner.name, Partner.id)
    )
    found = [_taker(partner, workshop) for partner, workshop in session().execute(statement)]
    if found:
        return found
    city = find_city_partner()
    return [_taker(city, find_workshop(city.id))] if city is not None else []


def _taker(partner: Partner, workshop: Workshop | None) -> Taker:
    if workshop is None:
        return Taker(partner.id, partner.name, None, None, fetches=False)
    return Taker(partner.id, partner.name, workshop.address, workshop.phone, workshop.fetches)


def list_times(*, partner_id: int, purpose: str) -> list[Slot]:
    """Return the times that a donor may choose, the next first."""
    with scope_of(partner_id):
        return list_free(partner_id=partner_id, purpose=purpose, now=clock.now())


def find_pledge(reference: str | None) -> Pledge | None:
    """Return the pledge with the reference, or None."""
    if reference is None:
        return None
    return session().scalars(select(Pledge).where(Pledge.reference == reference)).first()


def find_pledge_of(lot: Donation) -> Pledge | None:
    """Return the pledge that made the lot, None for one that staff noted."""
    return session().scalars(select(Pledge).where(Pledge.donation_id == lot.id)).first()


def find_held_pledge(pledge_id: int) -> Pledge | None:
    """Return the pledge, held until the commit, as it stands now."""
    held = select(Pledge).where(Pledge.id == pledge_id).with_for_update()
    return session().scalars(held.execution_options(populate_existing=True)).first()


def find_sent(digest: str, *, since: datetime) -> Pledge | None:
    """Return the latest pledge sent since then by the browser whose token has the digest."""
    statement = select(Pledge).where(Pledge.shown_digest == digest, Pledge.created_at >= since)
    return session().scalars(statement.order_by(Pledge.id.desc()).limit(1)).first()


def get_lot_of(pledge: Pledge) -> Donation:
    """Return the lot that the pledge made; only within the scope of who takes it."""
    return session().scalars(select(Donation).where(Donation.id == pledge.donation_id)).one()


def list_pledged(lots: Collection[int]) -> set[int]:
    """Return which of the lots, by id, were pledged on the public page."""
    return set(
        session().scalars(
            select(Pledge.donation_id).where(Pledge.donation_id.in_(lots)).order_by(Pledge.donation_id)
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrived:
    """A unit that came, and when."""

    device: Device
    at: datetime


def list_arrived(lot: Donation) -> list[Arrived]:
    """Return the lot's units that came, by kind, then as listed, each with the instant it was taken in first."""
    first = (
        select(DeviceMove.device_id, func.min(DeviceMove.moved_at).label("at"))
        .where(DeviceMove.to_state == State.RECEIVED)
        .group_by(DeviceMove.device_id)
        .subquery()
    )
    statement = (
        select(Device, first.c.at)
        .join(first, first.c.device_id == Device.id)
        .where(Device.donation_id == lot.id)
        .order_by(Device.kind, Device.id)
    )
    return [Arrived(device, clock.as_utc(at)) for device, at in session().execute(statement)]


def count_kinds(lot: Donation) -> list[tuple[str, int]]:
    """Return how many units of each kind the lot promised, by kind."""
    kind = func.coalesce(Device.declared["kind"].as_string(), Device.kind)
    statement = select(kind, func.count(Device.id)).where(
        Device.donation_id == lot.id, Device.declared.is_not(None)
    )  # fmt: skip
    return [(name, count) for name, count in session().execute(statement.group_by(kind).order_by(kind))]


@dataclass(frozen=True, slots=True)
class Followed:
    """Everything a donor may read of a pledge: who takes it, what was promised, the time chosen, what came."""

    pledge: Pledge
    lot: Donation
    taker: Taker
    promised: list[tuple[str, int]]
    booking: Booking | None
    slot: Slot | None
    arrived: list[Arrived]

    @property
    def is_open(self) -> bool:
        """Return whether a time may still be chosen: nothing has come, and more is waited for."""
        return not self.arrived and self.lot.closed_at is None


def find_followed(pledge_id: int | None) -> Followed | None:
    """Return what the donor may read of the pledge that reference and PIN opened; None once it is erased."""
    pledge = session().get(Pledge, pledge_id) if pledge_id is not None else None
    if pledge is None or not pledge.pin_hash:
        return None
    partner = session().get_one(Partner, pledge.partner_id)
    with scope_of(pledge.partner_id):
        lot = get_lot_of(pledge)
        booking = find_booking(pledge.reference)
        return Followed(
            pledge=pledge,
            lot=lot,
            taker=_taker(partner, find_workshop(partner.id)),
            promised=count_kinds(lot),
            booking=booking,
            slot=booking.slot if booking is not None else None,
            arrived=list_arrived(lot),
        )

"""Requests for devices: one, those of a household, and the line; reservations that stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from ...agenda.models import Booking, Slot
from ...agenda.queries.slots import BOOKED
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...foundation.reading import read_rows
from ...households.models import Household
from ...partners.models import Partner
from ...progress.models import FactRow
from ...progress.rules.facts import Item, Kind
from ..models import Device, DeviceMove, DeviceRequest, Reservation
from ..rules.requests import OPEN, RequestState
from ..rules.states import State

PAGE = 50
LATELY = timedelta(days=30)
_OPEN = sorted(OPEN)


def get_request(code: str) -> DeviceRequest:
    """Return the request with its household; NotFound for another organization's."""
    statement = select(DeviceRequest).where(DeviceRequest.code == code).options(joinedload(DeviceRequest.household))
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def hold_request(request_id: int) -> DeviceRequest:
    """Return the request as it stands, held until the commit. Units are held before requests, never after."""
    held = select(DeviceRequest).where(DeviceRequest.id == request_id).with_for_update()
    return session().scalars(held.execution_options(populate_existing=True)).one()


def find_live(*, device_id: int | None = None, request_id: int | None = None) -> Reservation | None:
    """Return the reservation that stands for the unit, or for the request."""
    one = Reservation.device_id == device_id if device_id is not None else Reservation.request_id == request_id
    statement = select(Reservation).where(one, Reservation.ended_at.is_(None)).options(joinedload(Reservation.request))
    return session().scalars(statement.order_by(Reservation.id).execution_options(populate_existing=True)).first()


def find_open_request(household_id: int, kind: str) -> DeviceRequest | None:
    """Return the household's open request for a device of the kind."""
    statement = select(DeviceRequest).where(
        DeviceRequest.household_id == household_id, DeviceRequest.kind == kind, DeviceRequest.state.in_(_OPEN)
    )
    return session().scalars(statement.order_by(DeviceRequest.id)).first()


def list_requests_of(household_id: int) -> list[DeviceRequest]:
    """Return everything the household asked for, in the order of asking."""
    statement = select(DeviceRequest).where(DeviceRequest.household_id == household_id)
    return list(session().scalars(statement.order_by(DeviceRequest.id)))


@dataclass(frozen=True, slots=True)
class Asked:
    """An open request as its household's page tells of it. ``tag``: the unit held back, ``until_on`` its last day;
    ``comes_at``: when they come for it."""

    code: str
    kind: str
    state: str
    asked_on: date
    tag: str | None
    until_on: date | None
    comes_at: datetime | None


def list_asked(household_id: int) -> list[Asked]:
    """Return the household's open requests, in the order of asking."""
    return [Asked(*row) for row in read_rows(_asked(), {"household": household_id})]


@cache
def _asked() -> Select[str, str, str, date, str, date, datetime]:
    return (
        select(
            DeviceRequest.code, DeviceRequest.kind, DeviceRequest.state, DeviceRequest.asked_on, Device.code,
            Reservation.until_on, Slot.starts_at,
        )
        .outerjoin(Reservation, (Reservation.request_id == DeviceRequest.id) & Reservation.ended_at.is_(None))
        .outerjoin(Device, Device.id == Reservation.device_id)
        .outerjoin(Booking, (Booking.thing == DeviceRequest.code) & (Booking.state == BOOKED))
        .outerjoin(Slot, Slot.id == Booking.slot_id)
        .where(DeviceRequest.household_id == bindparam("household"), DeviceRequest.state.in_(_OPEN))
        .order_by(DeviceRequest.id)
    )  # fmt: skip


def _has_one() -> ColumnElement[bool]:
    """Return the condition that the household of a request has a device on record: given or its own, not void, not
    ended, and not from before it left (rule 10)."""
    void, end, undone = aliased(FactRow), aliased(FactRow), aliased(FactRow)
    return exists().where(
        FactRow.record_id == DeviceRequest.household_id,
        FactRow.kind.in_([Kind.DELIVERY.value, Kind.ALREADY_HAD.value]),
        FactRow.item == Item.DEVICE.value,
        ~exists().where(void.refers_to == FactRow.number, void.kind == Kind.VOID.value),
        ~exists().where(
            or_(
                end.refers_to == FactRow.number,
                and_(
                    end.record_id == FactRow.record_id,
                    end.refers_to.is_(None),
                    end.occurred_on >= FactRow.occurred_on,
                ),
            ),
            end.kind == Kind.END.value,
            ~exists().where(undone.refers_to == end.number, undone.kind == Kind.VOID.value),
        ),
    )


@dataclass(frozen=True, slots=True)
class InLine:
    """A request that waits: its place among those of its organization and kind, and its place in the whole list."""

    request: DeviceRequest
    household: str  # name; for who may see it
    household_code: str
    partner: str
    has_one: bool
    place: int
    number: int


def _line() -> Any:
    """Return every waiting request with its places: households without any device first, then by day and number."""
    waiting = (
        select(DeviceRequest.id, DeviceRequest.partner_id, DeviceRequest.kind, DeviceRequest.asked_on,
               _has_one().label("has_one"))
        .where(DeviceRequest.state == RequestState.WAITING.value)
        .subquery()
    )  # fmt: skip
    order = (waiting.c.has_one, waiting.c.asked_on, waiting.c.id)
    place = func.row_number().over(partition_by=(waiting.c.partner_id, waiting.c.kind), order_by=order)
    return select(
        waiting.c.id, waiting.c.has_one, waiting.c.partner_id, waiting.c.kind, place.label("place"),
        func.row_number().over(order_by=order).label("number"),
    ).subquery()  # fmt: skip


def list_line(
    *, kind: str | None = None, partner_id: int | None = None, after: int = 0, most: int = PAGE + 1
) -> list[InLine]:
    """Return who waits, the first in line first; one more than a page tells of a next one."""
    line = _line()
    statement = (
        select(DeviceRequest, Household.head_name, Household.code, Partner.name, line.c.has_one, line.c.place,
               line.c.number)
        .join(line, line.c.id == DeviceRequest.id)
        .join(Household, Household.id == DeviceRequest.household_id)
        .join(Partner, Partner.id == DeviceRequest.partner_id)
        .where(line.c.number > after)
        .order_by(line.c.number)
        .limit(most)
    )  # fmt: skip
    if kind is not None:
        statement = statement.where(DeviceRequest.kind == kind)
    if partner_id is not None:
        statement = statement.where(DeviceRequest.partner_id == partner_id)
    return [InLine(*row) for row in session().execute(statement)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request stands in its line: which one of how many, and how many became ready of late."""

    place: int | None  # None: it does not wait
    waiting: int
    ready_lately: int


def place_of(request: DeviceRequest) -> Place:
    """Return where the request stands."""
    line = _line()
    place = session().scalar(select(line.c.place).where(line.c.id == request.id))
    waiting = select(func.count(DeviceRequest.id)).where(
        DeviceRequest.partner_id == request.partner_id,
        DeviceRequest.kind == request.kind,
        DeviceRequest.state == RequestState.WAITING.value,
    )
    return Place(
        place,
        session().scalar(waiting) or 0,
        count_ready_lately(kinds=[request.kind], partner_id=request.partner_id).get(request.kind, 0),
    )


def list_ahead(request: DeviceRequest) -> list[DeviceRequest]:
    """Return who waits for the same kind before this request, the first in line first."""
    line = _line()
    own = select(line.c.place).where(line.c.id == request.id).scalar_subquery()
    statement = (
        select(DeviceRequest)
        .join(line, line.c.id == DeviceRequest.id)
        .where(DeviceRequest.partner_id == request.partner_id, DeviceRequest.kind == request.kind, line.c.place < own)
        .order_by(line.c.place)
    )
    return list(session().scalars(statement))


def count_waiting(*, partner_id: int | None = None) -> dict[str, int]:
    """Return how many wait for each kind; kinds that nobody waits for are left out."""
    statement = select(DeviceRequest.kind, func.count(DeviceRequest.id)).where(
        DeviceRequest.state == RequestState.WAITING.value
    )
    if partner_id is not None:
        statement = statement.where(DeviceRequest.partner_id == partner_id)
    rows = session().execute(statement.group_by(DeviceRequest.kind).order_by(DeviceRequest.kind))
    return {row[0]: row[1] for row in rows}


def count_ready_lately(*, kinds: Collection[str] | None = None, partner_id: int | None = None) -> dict[str, int]:
    """Return how many units of each kind became ready in the last 30 days; reserved ones set free are no news."""
    statement = (
        select(Device.kind, func.count(Device.id.distinct()))
        .join(DeviceMove, DeviceMove.device_id == Device.id)
        .where(
            DeviceMove.to_state == State.READY.value,
            DeviceMove.from_state.not_in([State.READY.value, State.RESERVED.value]),
            DeviceMove.moved_at >= clock.now() - LATELY,
        )
    )
    if partner_id is not None:
        statement = statement.where(DeviceMove.holder_id == partner_id)
    if kinds is not None:
        statement = statement.where(Device.kind.in_(sorted(kinds)))
    return {row[0]: row[1] for row in session().execute(statement.group_by(Device.kind).order_by(Device.kind))}


def list_overdue(today: date, *, most: int) -> Sequence[Reservation]:
    """Return reservations that stand although their last day is over, the oldest first."""
    statement = select(Reservation).where(Reservation.ended_at.is_(None), Reservation.until_on < today)
    return session().scalars(statement.order_by(Reservation.until_on, Reservation.id).limit(most)).all()


def list_reservations(request_id: int) -> list[Reservation]:
    """Return all reservations of a request, the newest first, with their units."""
    statement = select(Reservation).where(Reservation.request_id == request_id).options(joinedload(Reservation.device))
    return list(session().scalars(statement.order_by(Reservation.id.desc())))

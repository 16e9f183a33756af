"""What came in by weight, for the balance: grouped, so that a hundred thousand units are a few hundred rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, false, func, literal, or_, select
from sqlalchemy.orm import aliased

from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.database import session
from ...foundation.kernel import clock
from ...partners.models import Partner
from ...progress.models import FactRow, Proof
from ...progress.rules.facts import Kind
from ..models import Device, DeviceMove, DevicePart, RecyclingBatch, RecyclingUnit
from ..rules.balance import Came, InHomes, Line, Share
from ..rules.states import State

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which units: those that came from a day to a day (the city's, both included), of one partner or of all."""

    since: date | None = None
    until: date | None = None
    partner_id: int | None = None


def seen_by(asked: Asked, by: Actor) -> Asked:
    """Return what ``by`` may ask: outside the city nothing but the own organization."""
    own = asked.partner_id if sees_every_partner(by.roles) else by.partner_id or -1
    return Asked(since=asked.since, until=asked.until, partner_id=own)


def _arrived() -> Subquery:
    """Return for each unit the instant at which it first came."""
    came = select(DeviceMove.device_id, func.min(DeviceMove.moved_at).label("at"))
    return came.where(DeviceMove.to_state == State.RECEIVED).group_by(DeviceMove.device_id).subquery("arrived")


def _of(statement: Any, asked: Asked) -> Select[*tuple[Any, ...]]:
    """Narrow a statement over units to those that came and that are asked for."""
    found: Select[*tuple[Any, ...]] = statement.where(Device.state != State.PLEDGED)
    if asked.partner_id is not None:
        found = found.where(or_(Device.origin_id == asked.partner_id, Device.holder_id == asked.partner_id))
    if asked.since is None and asked.until is None:
        return found
    arrived = _arrived()
    found = found.join(arrived, arrived.c.device_id == Device.id)
    if asked.since is not None:
        found = found.where(arrived.c.at >= clock.end_of_day(asked.since - timedelta(days=1)))
    if asked.until is not None:
        found = found.where(arrived.c.at < clock.end_of_day(asked.until))
    return found


def _elsewhere(asked: Asked) -> ColumnElement[bool]:
    return false() if asked.partner_id is None else Device.holder_id != asked.partner_id


def _parts() -> Subquery:
    """Return for each unit the weight of its parts, and how many parts nobody weighed."""
    weight = func.coalesce(func.sum(DevicePart.weight_g), 0).label("grams")
    loose = (func.count(DevicePart.id) - func.count(DevicePart.weight_g)).label("loose")
    return select(DevicePart.device_id, weight, loose).group_by(DevicePart.device_id).subquery("parts")


def list_came(asked: Asked) -> list[Came]:
    """Return the units that came, those alike in one row."""
    parts = _parts()
    alike = (
        Device.kind, Device.state, Device.weight_g, func.coalesce(parts.c.grams, 0), func.coalesce(parts.c.loose, 0),
        case((_elsewhere(asked), 1), else_=0),
    )  # fmt: skip
    statement = _of(select(*alike, func.count(Device.id)), asked).outerjoin(parts, parts.c.device_id == Device.id)
    return [
        Came(
            kind=kind,
            state=state,
            weight_g=weight,
            parts_g=int(grams),
            loose_parts=loose,
            elsewhere=bool(away),
            count=n,
        )
        for kind, state, weight, grams, loose, away, n in session().execute(
            statement.group_by(*alike).order_by(*alike[:2], Device.weight_g)
        )
    ]


def weigh_in(asked: Asked, weights_g: Mapping[str, int]) -> Share:
    """Return what came in, added up by the database on another way than the lines: units, and grams by kind.

    A unit without any weight adds what was weighed of its parts.
    """
    weighed, parts = Device.weight_g.is_not(None), _parts()
    statement = _of(
        select(
            Device.kind,
            func.count(Device.id),
            func.coalesce(func.sum(Device.weight_g), 0),
            func.count(Device.id).filter(~weighed),
            func.coalesce(func.sum(parts.c.grams).filter(~weighed), 0),
        ),
        asked,
    ).outerjoin(parts, parts.c.device_id == Device.id)
    found = Share()
    for kind, units, grams, guessed, of_parts in session().execute(
        statement.group_by(Device.kind).order_by(Device.kind)
    ):
        typical = weights_g.get(kind)
        found.units += units
        found.grams += int(grams) + (int(of_parts) if typical is None else typical * guessed)
        found.estimated += 0 if typical is None else guessed
        found.unknown += guessed if typical is None else 0
    return found


def list_in_homes(asked: Asked) -> list[InHomes]:
    """Return the units in homes by kind, and whether their hand-over is verified and no end of use is on record."""
    end, void = aliased(FactRow), aliased(FactRow)
    ended = exists().where(
        end.refers_to == Device.fact_number,
        end.kind == Kind.END.value,
        ~exists().where(void.refers_to == end.number, void.kind == Kind.VOID.value),
    )
    confirmed = exists().where(Proof.fact_number == Device.fact_number, Proof.state == "confirmed")
    proven = case((and_(confirmed, ~ended), 1), else_=0).label("proven")
    one = (
        _of(select(Device.kind, proven), asked).where(Device.state == State.HANDED_OVER, ~_elsewhere(asked)).subquery()
    )
    statement = select(one.c.kind, one.c.proven, func.count(literal(1))).group_by(one.c.kind, one.c.proven)
    return [
        InHomes(kind=kind, proven=bool(is_proven), count=count)
        for kind, is_proven, count in session().execute(statement.order_by(one.c.kind, one.c.proven))
    ]


def count_without_batch(asked: Asked) -> int:
    """Return how many recycled units stand in no batch with the recycler's certificate."""
    proven = exists().where(
        RecyclingUnit.device_id == Device.id, RecyclingUnit.left_at.is_(None),
        RecyclingBatch.id == RecyclingUnit.batch_id, RecyclingBatch.state == "certified",
    )  # fmt: skip
    statement = _of(select(func.count(Device.id)), asked)
    return session().scalar(statement.where(Device.state == State.RECYCLED, ~_elsewhere(asked), ~proven)) or 0


@dataclass(frozen=True, slots=True)
class Weighed:
    """A unit of a line: what it weighs as recorded, the weight of its parts, and who holds it."""

    device: Device
    parts_g: int
    holder: str


_STANDS: dict[Line, tuple[State, ...]] = {
    Line.REUSED: (State.HANDED_OVER,),
    Line.RECYCLED: (State.RECYCLED,),
    Line.DISPOSED: (State.DISPOSED,),
    Line.LOST: (State.LOST,),
}


def list_line(line: Line, asked: Asked, *, after: int | None = None) -> list[Weighed]:
    """Return the units of a line, as they were noted; one more than a page tells of a next one."""
    parts = _parts()
    statement = (
        _of(select(Device, func.coalesce(parts.c.grams, 0), Partner.name), asked)
        .outerjoin(parts, parts.c.device_id == Device.id)
        .join(Partner, Partner.id == Device.holder_id)
        .where(*_stands(line, asked, parts), Device.id > (after or 0))
    )
    return [
        Weighed(one, int(grams), holder)
        for one, grams, holder in session().execute(statement.order_by(Device.id).limit(PAGE + 1))
    ]


def _stands(line: Line, asked: Asked, parts: Subquery) -> Iterator[ColumnElement[bool]]:
    if line is Line.HARVESTED:
        yield parts.c.device_id.is_not(None)
        return
    yield _elsewhere(asked) if line is Line.PASSED_ON else ~_elsewhere(asked)
    if line is Line.STOCK:
        yield Device.state.not_in([state for states in _STANDS.values() for state in states])
    elif line is not Line.PASSED_ON:
        yield Device.state.in_(_STANDS[line])

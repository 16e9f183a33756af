"""Units that could be reserved: the best for a request, read by index class by class, however many stand in stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all
from sqlalchemy.orm import selectinload

from ...foundation.database import session
from ..models import DataMedium, Device, DeviceRequest
from ..rules.matching import HAS, NEVER, UNKNOWN, Reason, UnitClass, Wishes, levels, ranked, reasons_of, wishes_of
from ..rules.states import State, obstacles
from .units import unit_of

MOST_PROPOSED = 5
_SPARE = 5  # more than are shown, because one of them may turn out not to be clean


@dataclass(frozen=True, slots=True)
class Proposal:
    """A unit for a request, and what speaks for it or against it."""

    device: Device
    reasons: Sequence[Reason]


def is_free(holder_id: int, kind: str) -> list[ColumnElement[bool]]:
    """Return the hard conditions that the database holds: in this house, ready, not on its way to another one."""
    return [
        Device.holder_id == holder_id,
        Device.kind == kind,
        Device.state == State.READY.value,
        Device.offered_to_id.is_(None),
    ]


def wishes_in(request: DeviceRequest) -> Wishes:
    """Return what the request asks of a unit."""
    return wishes_of(request.needs, request.keyboard)


def list_proposals(request: DeviceRequest, *, most: int = MOST_PROPOSED) -> list[Proposal]:
    """Return the units that suit the request best, the best first, with the reasons."""
    wishes = wishes_in(request)
    ids = _first_ids(request, wishes, most + _SPARE)
    statement = (
        select(Device)
        .where(Device.id.in_(ids))
        .options(selectinload(Device.media).selectinload(DataMedium.sanitizations))
        .order_by(Device.id)
    )
    found = ranked(session().scalars(statement), wishes)
    fit = [one for one in found if not list(obstacles(unit_of(one), State.RESERVED))]
    return [Proposal(one, reasons_of(one, wishes)) for one in fit[:most]]


def _first_ids(request: DeviceRequest, wishes: Wishes, most: int) -> list[int]:
    """Return the ids of the best ``most`` units: level by level the longest in stock, until there are enough.

    Units of a lower level are worse than all of a higher one, so that nothing below has to be read.
    """
    ids: list[int] = []
    for level in levels(wishes):
        parts = [_class(request, wishes, one, most) for one in level]
        rows = session().execute(union_all(*parts))
        equals = sorted((ready_at or NEVER, unit_id) for ready_at, unit_id in rows)
        ids += [unit_id for _ready_at, unit_id in equals[: most - len(ids)]]
        if len(ids) == most:
            break
    return ids


def _class(request: DeviceRequest, wishes: Wishes, one: UnitClass, most: int) -> Select[Any]:
    conditions = [*is_free(request.partner_id, request.kind), Device.fits == one.fits]
    if one.keyboard is not None:
        conditions.append(_keyboard(one.keyboard, wishes.keyboard or ""))
    columns = (Device.ready_at, Device.id)
    first = select(*columns).where(*conditions).order_by(*columns).limit(most).subquery()
    return select(first.c.ready_at, first.c.id)


def _keyboard(mark: int, language: str) -> ColumnElement[bool]:
    if mark == HAS:
        return Device.keyboard == language
    return Device.keyboard.is_(None) if mark == UNKNOWN else Device.keyboard != language


def count_free(holder_id: int, kind: str, *, most: int) -> int:
    """Return how many units of the kind can be reserved, counted up to ``most``."""
    some = select(Device.id).where(*is_free(holder_id, kind)).limit(most).subquery()
    return session().scalar(select(func.count()).select_from(some)) or 0


def list_longest_in_stock(holder_id: int | None, kinds: Sequence[str], *, most: int) -> list[Device]:
    """Return units that can be reserved, the longest in stock first."""
    statement = select(Device).where(
        Device.state == State.READY.value, Device.offered_to_id.is_(None), or_(*(Device.kind == one for one in kinds))
    )
    if holder_id is not None:
        statement = statement.where(Device.holder_id == holder_id)
    return list(session().scalars(statement.order_by(Device.ready_at, Device.id).limit(most)))

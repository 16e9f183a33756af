"""Requests for repair: the list, one, those of a household or a unit. Other organizations' are not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...foundation.reading import read_rows
from ...households.models import Household
from ...progress.models import FactRow
from ...progress.rules.units import unit_key
from ..models import Device, RepairRequest
from ..rules.repairs import OPEN
from ..rules.scanning import scanned_tag
from ..rules.states import State

PAGE = 50
SHOWN = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Repair:
    """A request, whose it is, the unit it is about and the hand-over by which they have it, as far as known."""

    request: RepairRequest
    household: Household
    device: Device | None
    fact: FactRow | None


def _repairs() -> Select[*tuple[Any, ...]]:
    return (
        select(RepairRequest, Household, Device, FactRow)
        .join(Household, Household.id == RepairRequest.household_id)
        .outerjoin(Device, Device.id == RepairRequest.device_id)
        .outerjoin(FactRow, FactRow.number == RepairRequest.fact_number)
    )


def list_repairs(shown: str = "open", *, after: int | None = None) -> list[Repair]:
    """Return open requests, oldest first, or closed ones, newest first; one more than a page tells of a next one."""
    is_open = RepairRequest.state.in_(sorted(OPEN))
    if shown == "open":
        statement = _repairs().where(is_open, RepairRequest.id > (after or 0)).order_by(RepairRequest.id)
    else:
        statement = _repairs().where(~is_open).order_by(RepairRequest.id.desc())
        statement = statement.where(RepairRequest.id < after) if after is not None else statement
    return [Repair(*row) for row in session().execute(statement.limit(PAGE + 1))]


def get_repair(code: str) -> Repair:
    """Return the request; NotFound for another organization's."""
    row = session().execute(_repairs().where(RepairRequest.code == code)).first()
    if row is None:
        raise NotFound
    return Repair(*row)


def hold_repair(code: str) -> RepairRequest:
    """Return the request as it stands, held until the commit."""
    statement = select(RepairRequest).where(RepairRequest.code == code).with_for_update()
    found = session().scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


class OpenRepair(NamedTuple):
    """What a household waits for."""

    code: str
    trouble: str
    state: str
    sent_at: datetime


def list_open_repairs(household_id: int) -> list[OpenRepair]:
    """Return what a household waits for, oldest first."""
    return [OpenRepair(*row) for row in read_rows(_open(), {"household": household_id})]


@cache
def _open() -> Select[str, str, str, datetime]:
    return (
        select(RepairRequest.code, RepairRequest.trouble, RepairRequest.state, RepairRequest.sent_at)
        .where(RepairRequest.household_id == bindparam("household"), RepairRequest.state.in_(sorted(OPEN)))
        .order_by(RepairRequest.id)
    )


def list_repairs_with_words(household_id: int) -> Sequence[RepairRequest]:
    """Return every request of a household, oldest first: for erasing what it says."""
    statement = select(RepairRequest).where(RepairRequest.household_id == household_id)
    return session().scalars(statement.order_by(RepairRequest.id)).all()


def list_repairs_of(device_id: int) -> Sequence[RepairRequest]:
    """Return the requests about a unit that one may see, oldest first."""
    statement = select(RepairRequest).where(RepairRequest.device_id == device_id)
    return session().scalars(statement.order_by(RepairRequest.id)).all()


def list_waiting_for(device_id: int) -> Sequence[RepairRequest]:
    """Return the open requests about a unit, held until the commit, oldest first."""
    statement = select(RepairRequest).where(RepairRequest.device_id == device_id, RepairRequest.state.in_(sorted(OPEN)))
    return session().scalars(statement.order_by(RepairRequest.id).with_for_update()).all()


def list_at_home(household_id: int) -> list[tuple[Device, FactRow]]:
    """Return the units that a household has now, each with its hand-over, by number."""
    statement = (
        select(Device, FactRow)
        .join(FactRow, FactRow.number == Device.fact_number)
        .where(FactRow.record_id == household_id, Device.state == State.HANDED_OVER)
        .order_by(FactRow.number)
    )
    return [(device, fact) for device, fact in session().execute(statement)]


def find_at_home(household_id: int, tag: str | None) -> tuple[Device, FactRow] | None:
    """Return the household's unit with the tag or serial; without one the only unit that it has. None: unclear."""
    here = list_at_home(household_id)
    if not tag:
        return here[0] if len(here) == 1 else None
    code, key = scanned_tag(tag), unit_key(tag)
    return next((one for one in here if one[0].code == code or (key and one[0].serial_key == key)), None)


def count_open_repairs(household_id: int) -> int:
    """Return how many open requests a household has."""
    return len(list_open_repairs(household_id))

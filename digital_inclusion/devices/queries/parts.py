"""Parts: those of a unit, those in it, those on the shelf."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ..models import Device, DevicePart

PAGE = 50
_target = aliased(Device)


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part, the unit it was taken out of, and the tag of the unit it is in now."""

    part: DevicePart
    origin: Device
    used_in: str | None

    @property
    def code(self) -> str | None:
        """Return the part's own code."""
        return self.part.code


_ROWS = (
    select(DevicePart, Device, _target.code)
    .join(Device, Device.id == DevicePart.device_id)
    .outerjoin(_target, _target.id == DevicePart.used_in_id)
)


def list_shelf(*, by: Actor, kind: str | None = None, after: int | None = None) -> list[PartRow]:
    """Return the parts on the own organization's shelf, oldest first; one more than a page tells of a next one."""
    statement = _ROWS.where(
        DevicePart.holder_id == (by.partner_id or -1), DevicePart.used_in_id.is_(None), DevicePart.id > (after or 0)
    )
    if kind is not None:
        statement = statement.where(DevicePart.kind == kind)
    return [PartRow(*row) for row in session().execute(statement.order_by(DevicePart.id).limit(PAGE + 1))]


def count_shelf(*, by: Actor) -> dict[str, int]:
    """Return how many parts of each kind are on the shelf; kinds without any are left out."""
    statement = (
        select(DevicePart.kind, func.count(DevicePart.id))
        .where(DevicePart.holder_id == (by.partner_id or -1), DevicePart.used_in_id.is_(None))
        .group_by(DevicePart.kind)
        .order_by(DevicePart.kind)
    )
    return {row[0]: row[1] for row in session().execute(statement)}


def list_parts(device: Device) -> list[PartRow]:
    """Return the parts taken out of the unit, and those of others that are in it, in the order they were taken."""
    statement = _ROWS.where(or_(DevicePart.device_id == device.id, DevicePart.used_in_id == device.id))
    return [PartRow(*row) for row in session().execute(statement.order_by(DevicePart.id))]


def get_part(code: str, *, by: Actor) -> PartRow:
    """Return the part as it stands; NotFound for one that another organization has."""
    statement = _ROWS.where(DevicePart.code == code, DevicePart.holder_id == (by.partner_id or -1))
    row = session().execute(statement.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    return PartRow(*row)


def hold_part(code: str, *, by: Actor) -> DevicePart:
    """Return the part as it stands, held until the commit."""
    statement = select(DevicePart).where(DevicePart.code == code, DevicePart.holder_id == (by.partner_id or -1))
    held = statement.with_for_update().execution_options(populate_existing=True)
    found = session().scalars(held.order_by(DevicePart.id)).first()
    if found is None:
        raise NotFound
    return found

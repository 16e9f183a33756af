"""Recycling batches: one, the list, the units in it. Other organizations' batches are not there."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from ...foundation.database import session
from ...foundation.files import StoredFile
from ...foundation.kernel.errors import NotFound
from ...partners.models import Partner
from ..models import Device, DevicePart, RecyclingBatch, RecyclingUnit
from ..rules.balance import Factors, weight_of
from ..rules.recycling import BatchWeight, weigh_batch

PAGE = 50


def get_batch(code: str) -> RecyclingBatch:
    """Return the batch with its units; NotFound for another organization's."""
    found = session().scalars(_batch(code)).first()
    if found is None:
        raise NotFound
    return found


def hold_batch(code: str) -> RecyclingBatch:
    """Return the batch as it stands, held until the commit. Whoever changes it holds it before its units."""
    found = session().scalars(
        _batch(code).with_for_update(of=RecyclingBatch).execution_options(populate_existing=True)
    ).first()  # fmt: skip
    if found is None:
        raise NotFound
    return found


def _batch(code: str) -> Select[RecyclingBatch]:
    return (
        select(RecyclingBatch)
        .where(RecyclingBatch.code == code)
        .options(selectinload(RecyclingBatch.units).selectinload(RecyclingUnit.device))
    )


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch in the list, whose it is, and how many units are in it."""

    batch: RecyclingBatch
    partner: str
    units: int


def list_batches(*, after: int | None = None) -> list[BatchRow]:
    """Return batches, the newest first; one more than a page tells of a next one."""
    inside = func.count(RecyclingUnit.id).filter(RecyclingUnit.left_at.is_(None))
    statement = (
        select(RecyclingBatch, Partner.name, inside)
        .join(Partner, Partner.id == RecyclingBatch.partner_id)
        .outerjoin(RecyclingUnit, RecyclingUnit.batch_id == RecyclingBatch.id)
        .group_by(RecyclingBatch.id, Partner.name)
        .order_by(RecyclingBatch.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.where(RecyclingBatch.id < after)
    return [BatchRow(*row) for row in session().execute(statement)]


def units_in(batch: RecyclingBatch) -> list[RecyclingUnit]:
    """Return what is in the batch; what was in it last, for one that is void."""
    inside = [one for one in batch.units if one.left_at is None]
    return inside or [one for one in batch.units if batch.voided_at is not None and one.left_at == batch.voided_at]


def weigh(batch: RecyclingBatch, factors: Factors) -> BatchWeight:
    """Return what the batch weighs by our books."""
    devices = [one.device for one in units_in(batch)]
    statement = (
        select(DevicePart.device_id, func.coalesce(func.sum(DevicePart.weight_g), 0))
        .where(DevicePart.device_id.in_([one.id for one in devices]))
        .group_by(DevicePart.device_id)
        .order_by(DevicePart.device_id)
    )
    parts = {device_id: int(grams or 0) for device_id, grams in session().execute(statement)}
    return weigh_batch(
        [(weight_of(one.kind, one.weight_g, factors), one.weight_g is None, parts.get(one.id, 0)) for one in devices]
    )


def find_open_unit(device_id: int) -> RecyclingUnit | None:
    """Return where the unit stands in a batch now, None where it is in none."""
    statement = select(RecyclingUnit).where(RecyclingUnit.device_id == device_id, RecyclingUnit.left_at.is_(None))
    return session().scalars(statement).first()


def find_batch_of(device: Device) -> RecyclingBatch | None:
    """Return the batch that the unit is in, None where there is none that one may see."""
    statement = (
        select(RecyclingBatch)
        .join(RecyclingUnit, RecyclingUnit.batch_id == RecyclingBatch.id)
        .where(RecyclingUnit.device_id == device.id, RecyclingUnit.left_at.is_(None))
    )
    return session().scalars(statement).first()


def get_certificate_file(batch: RecyclingBatch) -> StoredFile:
    """Return the recycler's certificate as it came; NotFound before there is one."""
    found = session().get(StoredFile, batch.file_id) if batch.file_id is not None else None
    if found is None:
        raise NotFound
    return found

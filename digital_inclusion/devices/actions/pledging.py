"""Note a lot: who gives, and the list of what they give. Shown first, then written at once, however long it is."""

import gc
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from sqlalchemy import Integer, Table, insert, literal, null, select
from sqlalchemy.exc import IntegrityError

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import Instant, let_go, note_bulk_write, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...foundation.sheets import SheetError, open_sheet
from ...progress.actions.book import bulk_insert
from ..models import Device, DeviceMove, Donation
from ..queries.lots import find_same_list, find_serials
from ..rules.manifest import MOST_CHARACTERS, MOST_ROWS, TOO_MANY, Listed, Manifest, columns_of, read_lines, to_lines
from ..rules.states import State

_MOST_WORKSHEETS = 20
_TRIES = 3  # among a hundred thousand units, 20,000 new tags meet an old one now and then


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot:
    """What is said of a lot. ``received_on`` None: it is promised and will come. ``again``: the list is known, and
    meant once more."""

    donor: str
    contact: str | None = None
    received_on: date | None = None
    note: str | None = None
    manifest_name: str | None = None
    again: bool = False
    donor_kind: str | None = None
    way: str | None = None
    pick_up_at: str | None = None


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python from looking for garbage in everything for the moment in which many rows are made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_file(*, stream: BinaryIO, filename: str, most: int = MOST_ROWS, by: Actor) -> str:
    """Return what a file says of devices as lines, ``most`` rows. Raises SheetError for what cannot be read, and
    Invalid where no column tells of devices."""
    policy.check(by, "device:work")
    let_go()  # nobody waits for us while we read
    with _without_collector(), open_sheet(stream, filename) as sheet:
        if columns_of(sheet.headers):
            return _lines(sheet, most)
        others = [name for name in sheet.worksheets[:_MOST_WORKSHEETS] if name != sheet.worksheet]
    for name in others:
        try:
            with open_sheet(stream, filename, worksheet=name) as sheet:
                if columns_of(sheet.headers):
                    return _lines(sheet, most)
        except SheetError:
            continue  # an empty one
    raise Invalid(_("We found no devices in this file. It needs columns such as Type, Make, Model and Serial number."))


def _lines(sheet: Any, most: int) -> str:
    rows = []
    for row in sheet:
        rows.append(row)
        if len(rows) > most:
            raise Invalid(TOO_MANY[most])
    lines = to_lines(columns_of(sheet.headers), rows)
    if len(lines) > MOST_CHARACTERS:
        raise Invalid(_("This list is too long. Please divide it."))
    return lines


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list would bring, and the lot that the very same list made before."""

    manifest: Manifest
    same: Donation | None


def preview_list(*, lines: str, chosen: Mapping[str, str], by: Actor) -> Preview:
    """Return what would be written, without writing anything."""
    policy.check(by, "device:work")
    if by.partner_id is None:
        raise NotAllowed
    manifest = read_lines(lines, chosen)
    known = find_serials([unit.key for unit in manifest.units if unit.key], partner_id=by.partner_id)
    manifest.refuse_known(known)
    return Preview(manifest, find_same_list(_key_of(lines)) if lines.strip() else None)


def note_lot(*, lot: NewLot, lines: str, chosen: Mapping[str, str], by: Actor) -> Donation:
    """Write a lot and a pledged unit for every row that can be taken. Raises Conflict for a list that is known."""
    policy.check(by, "device:work")
    if by.partner_id is None:
        raise NotAllowed
    with _without_collector():
        return _note(lot, lines, chosen, by)


def _note(lot: NewLot, lines: str, chosen: Mapping[str, str], by: Actor) -> Donation:
    seen = preview_list(lines=lines, chosen=chosen, by=by)
    if seen.same is not None and not lot.again:
        raise Conflict(_("This very list is lot %(code)s already. Nothing was written."), code=seen.same.code)
    return write_lot(lot=lot, manifest=seen.manifest, lines=lines, by=by)


def write_lot(*, lot: NewLot, manifest: Manifest, lines: str, by: Actor) -> Donation:
    """Write a lot of ``by``'s organization and a pledged unit for each of the manifest's, unasked."""
    policy.check(by, "device:work")
    donation = Donation(
        code=new_code(),
        partner_id=by.partner_id or 0,
        donor=lot.donor,
        donor_contact=lot.contact,
        donor_kind=lot.donor_kind,
        way=lot.way,
        pick_up_at=lot.pick_up_at,
        received_on=lot.received_on,
        note=lot.note,
        manifest_name=lot.manifest_name,
        manifest_key=_key_of(lines) if lines.strip() else None,
        created_at=clock.now(),
        created_by=by.user_id or 0,
    )
    session().add(donation)
    session().flush()
    _pledge(donation, manifest.units, by)
    record("donation.noted", by=by, subject=donation, pledged=len(manifest.units), refused=len(manifest.refused))
    return donation


def _key_of(lines: str) -> str:
    """Return the digest of a list: the same rows, however their lines end."""
    told = "\n".join(line.rstrip() for line in lines.splitlines() if line.strip())
    return hashlib.sha256(told.encode()).hexdigest()


def _pledge(donation: Donation, units: list[Listed], by: Actor) -> None:
    """Write the units and their first step, past the ORM."""
    now = clock.now()
    same: dict[str, Any] = {
        "origin_id": donation.partner_id,
        "holder_id": donation.partner_id,
        "donation_id": donation.id,
        "state": State.PLEDGED.value,
        "state_since": now,
        "round": 0,
        "media_listed": False,
        "created_at": now,
        "updated_at": now,
    }
    for tries_left in reversed(range(_TRIES)):
        try:
            with session().begin_nested():
                bulk_insert(session(), _table(Device), [{"code": new_code(), **_row(unit), **same} for unit in units])
            break
        except IntegrityError:
            if not tries_left:
                raise
    moves = select(
        Device.id, null(), literal(State.PLEDGED.value), Device.holder_id, literal(now, Instant()),
        literal(by.user_id, Integer()),
    ).where(Device.donation_id == donation.id)  # fmt: skip
    columns = ["device_id", "from_state", "to_state", "holder_id", "moved_at", "moved_by"]
    session().execute(insert(DeviceMove).from_select(columns, moves))
    note_bulk_write(session(), "devices", "device_moves")


def _row(unit: Listed) -> dict[str, Any]:
    declared = {"kind": unit.kind, "word": unit.word, "maker": unit.maker, "model": unit.model, "serial": unit.serial}
    return {
        "kind": unit.kind,
        "maker": unit.maker,
        "model": unit.model,
        "serial": unit.serial,
        "serial_key": unit.key,
        "declared": {name: said for name, said in declared.items() if said},
    }


def _table(model: type) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table

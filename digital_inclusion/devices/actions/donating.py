"""What a donor does on the public page: pledge devices, choose a time, have name and contact erased.

``by`` is the page itself: donors have no account. Reference and PIN open one pledge and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import BinaryIO

from ...agenda.actions.slots import book_slot, cancel_booking
from ...agenda.queries.slots import get_slot
from ...foundation.access import policy
from ...foundation.access.identity import Actor, system_actor
from ...foundation.audit.actions import record
from ...foundation.credentials import hash_password, pin_of
from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, NotFound, Throttled, Unavailable
from ...foundation.kernel.ids import token_digest
from ...foundation.kernel.messages import _
from ...foundation.pins import open_with_pin
from ...foundation.throttle import count_try, is_within
from ..models import Pledge
from ..queries.lots import find_serials
from ..queries.pledges import (
    find_held_pledge,
    find_pledge,
    get_lot_of,
    hold_workshop,
    list_arrived,
    list_takers,
)
from ..rules.donating import Giver, Taker, check_counts, check_giver
from ..rules.manifest import MOST_PUBLIC, Manifest, read_lines, so_many
from .pledging import NewLot, read_file, write_lot
from .receiving import forget_donor

DONOR = system_actor("donor")
SENT_PER_ADDRESS, READ_PER_ADDRESS, HOUR = 20, 60, timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Offered:
    """The devices that a donor offers: a number of each kind, a list, and what its unknown words mean."""

    counts: Mapping[str, int] = field(default_factory=dict)
    lines: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    manifest_name: str | None = None


def read_offer(*, stream: BinaryIO, filename: str, address: str, by: Actor) -> str:
    """Return what a donor's file says of devices as lines. Raises as read_file, and Throttled past the hour's number
    from one ``address``: reading is work, and anybody may ask for it."""
    policy.check(by, "device:work")
    session().rollback()  # the count has a transaction of its own, which must not wait for this one
    count_try("pledge.file", address, limit=READ_PER_ADDRESS, window=HOUR)
    return read_file(stream=stream, filename=filename, most=MOST_PUBLIC, by=by)


def preview_offer(*, offered: Offered, by: Actor) -> Manifest:
    """Return what would be pledged, without writing anything. Says nothing of what is in the house: anybody asks."""
    policy.check(by, "device:work")
    manifest = read_lines(offered.lines, offered.chosen, most=MOST_PUBLIC)
    check_counts(offered.counts, len(manifest.units) + len(manifest.refused))
    manifest.units = so_many(offered.counts) + manifest.units
    return manifest


def send_pledge(*, giver: Giver, taker_id: int, offered: Offered, token: str, address: str, by: Actor) -> Pledge:
    """Pledge devices to an organization that takes some. ``token`` is the browser's: the PIN is made from it.

    Raises Invalid with a sentence per field, also for a time that was taken meanwhile; Throttled past the hour's
    number from one ``address``.
    """
    policy.check(by, "device:work")
    taker = _find_taker(taker_id)
    check_giver(giver, taker)
    if not is_within("pledge.sent", address, limit=SENT_PER_ADDRESS, window=HOUR):
        raise Throttled(_("Very many pledges came from here in the last hour. Please wait a while and send it again."))
    manifest = preview_offer(offered=offered, by=by)
    lot = NewLot(
        donor=giver.name,
        contact=giver.contact,
        donor_kind=giver.kind,
        way=giver.way,
        pick_up_at=giver.pick_up_at if giver.way == "pick_up" else None,
        manifest_name=offered.manifest_name,
    )
    within = replace(by, partner_id=taker_id)
    with scope_of(taker_id):
        hold_workshop(taker_id)
        _share_no_number(manifest, taker_id)
        donation = write_lot(lot=lot, manifest=manifest, lines=offered.lines, by=within)
        if giver.slot:
            _book(donation.code, giver.slot, giver.way, within)
        pledge = Pledge(
            reference=donation.code,
            donation_id=donation.id,
            partner_id=taker_id,
            pin_hash=hash_password(pin_of(token, donation.code)),
            shown_digest=token_digest(token),
            created_at=donation.created_at,
        )
        session().add(pledge)
        record("pledge.sent", by=by, subject=pledge, pledged=len(manifest.units), refused=len(manifest.refused))
    return pledge


def _find_taker(taker_id: int) -> Taker | None:
    takers = list_takers()
    if not takers:
        raise Unavailable(_("Nobody can take devices yet: the city’s organization is not set up."))
    return next((one for one in takers if one.partner_id == taker_id), None)


def _share_no_number(manifest: Manifest, partner_id: int) -> None:
    """Leave it to whoever scans it to find what a serial number means that the organization knows already.

    The donor hears nothing of that: else anybody could ask which devices are in the house.
    """
    known = find_serials([unit.key for unit in manifest.units if unit.key], partner_id=partner_id)
    manifest.units = [replace(unit, key=None) if unit.key in known else unit for unit in manifest.units]


def _book(reference: str, code: str, way: str | None, by: Actor) -> None:
    slot = get_slot(code)
    if slot.purpose != purpose_of(way):
        raise NotFound
    book_slot(code=code, thing=reference, by=by)


def purpose_of(way: str | None) -> str:
    """Return which kind of slot fits the way in which devices come."""
    return "pick_up" if way == "pick_up" else "drop_off"


def open_pledge(*, reference: str, pin: str, address: str, by: Actor) -> int:
    """Return the id of the pledge that the reference and the PIN open; raise Invalid, the same for every reason."""
    policy.check(by, "donor:read")
    return open_with_pin("pledge", reference=reference, pin=pin, address=address, find=_stored_pin)


def _stored_pin(reference: str | None) -> tuple[int, str]:
    found = find_pledge(reference)
    return (found.id, found.pin_hash) if found is not None else (0, "")


def choose_time(*, pledge_id: int, slot: str | None, by: Actor) -> None:
    """Take a time for the pledge in place of the one it had; None: give that one back.

    Raises Invalid for a time that was taken meanwhile, Conflict once devices came.
    """
    policy.check(by, "slot:book")
    pledge = _held(pledge_id)
    with scope_of(pledge.partner_id):
        lot = get_lot_of(pledge)
        if lot.closed_at is not None or list_arrived(lot):
            raise Conflict(_("Your devices have come already. No time is needed any more."))
        if slot is not None:
            _book(pledge.reference, slot, lot.way, by)
        else:
            cancel_booking(thing=pledge.reference, by=by)


def erase_pledge(*, pledge_id: int, by: Actor) -> None:
    """Forget who pledged: reference and PIN open nothing any more. Where nothing came, nothing is waited for."""
    policy.check(by, "donor:erase")
    pledge = _held(pledge_id)
    with scope_of(pledge.partner_id):
        lot = get_lot_of(pledge)
        session().refresh(lot, with_for_update=True)
        if lot.closed_at is None and not list_arrived(lot):
            lot.closed_at, lot.closed_by = clock.now(), 0
        forget_donor(lot=lot, by=by)
        record("donation.erased", by=by, subject=lot)


def _held(pledge_id: int) -> Pledge:
    pledge = find_held_pledge(pledge_id)
    if pledge is None or not pledge.pin_hash:
        raise NotFound
    return pledge

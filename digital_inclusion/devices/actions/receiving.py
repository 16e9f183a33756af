"""Receive a lot: unit by unit as it is scanned, then close it. Forget its donor when asked."""

from dataclasses import dataclass

from ...agenda.actions.slots import cancel_booking
from ...agenda.queries.slots import find_booking
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.messages import _
from ..models import Device, Donation
from ..queries.donors import find_donor, list_links
from ..queries.lots import count_lot, find_in_house, find_nameless
from ..queries.pledges import find_pledge_of
from ..rules.scanning import check_scan, is_label
from .moving import Place
from .taking_in import Described, receive_pledged, take_in_device


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan brought. ``device`` None: we do not know the unit, and somebody must say what it is."""

    device: Device | None
    elsewhere: bool = False  # another lot had promised it, and keeps it


def scan_unit(*, lot: Donation, word: str | None, unit: Described | None, place: Place, by: Actor) -> Scanned:
    """Take in the unit under a scanned serial or tag; ``unit`` describes one that no list names.

    Where the list promised units of that kind without serial numbers, it is one of those.

    Raises Invalid for a QR code of somebody else, and for a unit that is here already; Conflict for a closed lot.
    """
    policy.check(by, "device:work", lot)
    if by.partner_id is None:
        raise NotAllowed
    session().refresh(lot, with_for_update=True)
    if lot.closed_at is not None:
        raise Conflict(_("This lot is closed. Note what still comes as a new lot."))
    known = None
    if word:
        check_scan(word)
        known = find_in_house(word, partner_id=by.partner_id)
    if known is not None:
        device = receive_pledged(device=known, place=place, by=by)
    elif word and is_label(word):
        raise Invalid(fields={"scanned": _("We know no device with this tag here.")})
    elif unit is None:
        return Scanned(None)
    else:
        promised = find_nameless(lot, unit.kind, unit.model)
        device = take_in_device(donation=lot, unit=unit, promised=promised, place=place, by=by)
    if device.donation_id == lot.id and lot.received_on is None:
        lot.received_on = clock.today()
    return Scanned(device, elsewhere=device.donation_id != lot.id)


def close_lot(*, lot: Donation, by: Actor) -> None:
    """Say that all that came is taken in. What is still pledged did not come, and stays on record as that."""
    policy.check(by, "device:work", lot)
    session().refresh(lot, with_for_update=True)
    if lot.closed_at is not None:
        raise Conflict(_("This lot is closed already."))
    lot.closed_at, lot.closed_by = clock.now(), by.user_id
    counts = count_lot(lot)
    record("donation.closed", by=by, subject=lot, came=counts["came"], extra=counts["extra"], missing=counts["missing"])


def erase_donor(*, lot: Donation, by: Actor) -> None:
    """Forget who gave it: name, contact, note, address, the name of their file, reference and PIN. What came stays."""
    policy.check(by, "donor:erase", lot)
    forget_donor(lot=lot, by=by)
    record("donation.erased", by=by, subject=lot)


def forget_donor(*, lot: Donation, by: Actor) -> None:
    """Blank what says who gave the lot; give its appointment back; end the links by which the donor looks on."""
    policy.check(by, "donor:erase", lot)
    lot.donor, lot.donor_contact, lot.note, lot.manifest_name = "", None, None, None
    lot.donor_kind, lot.pick_up_at = None, None
    pledge = find_pledge_of(lot)
    if pledge is not None:
        pledge.pin_hash, pledge.shown_digest, pledge.erased_at = "", "", clock.now()
    if find_booking(lot.code) is not None:
        cancel_booking(thing=lot.code, by=by)
    donor = find_donor(lot)
    for link in list_links(donor) if donor is not None else ():
        link.ended_at = link.ended_at or clock.now()

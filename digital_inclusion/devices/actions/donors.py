"""Say whether an organization takes devices; make and end the links by which donors look on."""

from collections.abc import Collection
from datetime import timedelta

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import new_token, token_digest
from ...foundation.kernel.messages import _
from ...partners.queries import get_partner
from ...progress.queries.program import get_program
from ..models import Donation, Donor, DonorLink, DonorLot, Workshop
from ..queries.donors import find_donor, get_link, hold_donor, list_alike
from ..queries.pledges import find_workshop, has_technician


def change_workshop(
    *, partner_id: int, takes_devices: bool, fetches: bool, address: str | None, phone: str | None, by: Actor
) -> None:
    """Say whether the organization takes devices, and where donors find it. Raises Invalid where nobody could
    receive them, or where donors would not know the way."""
    policy.check(by, "workshop:manage")
    get_partner(partner_id, by=by)
    wrong = {}
    if takes_devices and not has_technician(partner_id, at=clock.now()):
        wrong["takes_devices"] = _("Nobody here has the role Technician yet, so nobody could receive them. Invite one.")
    if takes_devices and not address:
        wrong["address"] = _("Write where donors find you.")
    if wrong:
        raise Invalid(fields=wrong)
    workshop = find_workshop(partner_id) or Workshop(partner_id=partner_id)
    workshop.takes_devices, workshop.fetches = takes_devices, fetches
    workshop.address, workshop.phone, workshop.updated_at = address, phone, clock.now()
    session().add(workshop)
    record(
        "workshop.changed", by=by, subject_type="workshops", subject_id=partner_id, partner_id=partner_id,
        takes_devices=takes_devices, fetches=fetches,
    )  # fmt: skip


def make_link(*, lot: Donation, besides: Collection[str], by: Actor) -> str:
    """Return the token of a new link for the donor of the lot. ``besides``: codes of lots that are the donor's too.

    Lots join for good. Those that join a donor who has links already count from the end of the present month on.
    """
    policy.check(by, "donor:link", lot)
    session().refresh(lot, with_for_update=True)
    if not lot.donor:
        raise Conflict(_("The donor of this lot is erased. Nobody can be given a link."))
    now, donor = clock.now(), find_donor(lot)
    joining = [one for one in list_alike(lot) if one.code in besides]
    counts_from = now if donor is not None else None
    if donor is None:
        donor = Donor(partner_id=lot.partner_id, created_at=now, created_by=by.user_id or 0)
        session().add(donor)
        session().flush()
        joining.append(lot)
    else:
        donor = hold_donor(donor.id)
    session().add_all(
        DonorLot(donation_id=one.id, donor_id=donor.id, counts_from=counts_from) for one in joining
    )  # fmt: skip
    days, token = get_program().file.donations.link_days, new_token()
    link = DonorLink(
        token_digest=token_digest(token), donor_id=donor.id, partner_id=lot.partner_id, created_at=now,
        created_by=by.user_id or 0, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    session().add(link)
    record("donor_link.made", by=by, subject=link, lots=len(joining))
    return token


def end_link(*, link_id: int, lot: Donation, by: Actor) -> None:
    """Make a link worthless. Raises NotFound for a link that shows another donor's lots."""
    policy.check(by, "donor:link", lot)
    link = get_link(link_id, lot=lot)
    if link.ended_at is not None:
        raise Conflict(_("This link is ended already."))
    link.ended_at = clock.now()
    record("donor_link.ended", by=by, subject=link)

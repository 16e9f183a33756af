"""Donors who give again: which lots are theirs, their links, and what may be shown of what became of the devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.dates import last_day, month_of, months
from ...foundation.kernel.errors import NotFound
from ...foundation.kernel.text import fold
from ...progress.queries.program import get_program
from ..models import Device, DeviceMove, Donation, Donor, DonorLink, DonorLot
from ..rules.donating import KindFigures, Story, figures_of

MOST_LOTS = 50  # to choose from at once


def find_donor(lot: Donation) -> Donor | None:
    """Return the donor whose lot it is, None where nobody said so yet."""
    statement = select(Donor).join(DonorLot, DonorLot.donor_id == Donor.id).where(DonorLot.donation_id == lot.id)
    return session().scalars(statement).first()


def hold_donor(donor_id: int) -> Donor:
    """Return the donor, held until the commit, so that lots and links come one after the other."""
    held = select(Donor).where(Donor.id == donor_id).with_for_update().execution_options(populate_existing=True)
    found = session().scalars(held).first()
    if found is None:
        raise NotFound
    return found


def list_lots_of(donor: Donor) -> Sequence[Donation]:
    """Return the donor's lots, the oldest first."""
    statement = select(Donation).join(DonorLot, DonorLot.donation_id == Donation.id)
    return session().scalars(statement.where(DonorLot.donor_id == donor.id).order_by(Donation.id)).all()


def list_alike(lot: Donation) -> list[Donation]:
    """Return other lots of the same organization under the same name that are no donor's yet, the newest first."""
    taken = select(DonorLot.donation_id).where(DonorLot.donation_id == Donation.id).exists()
    statement = (
        select(Donation)
        .where(Donation.partner_id == lot.partner_id, Donation.id != lot.id, Donation.donor != "", ~taken)
        .order_by(Donation.id.desc())
    )
    name = fold(lot.donor)
    alike = (one for one in session().scalars(statement) if fold(one.donor) == name)
    return [one for _place, one in zip(range(MOST_LOTS), alike, strict=False)]


def list_links(donor: Donor) -> Sequence[DonorLink]:
    """Return the links made for the donor, the newest first."""
    statement = select(DonorLink).where(DonorLink.donor_id == donor.id).order_by(DonorLink.id.desc())
    return session().scalars(statement).all()


def get_link(link_id: int, *, lot: Donation) -> DonorLink:
    """Return a link of the lot's donor; NotFound for any other."""
    statement = (
        select(DonorLink)
        .join(DonorLot, DonorLot.donor_id == DonorLink.donor_id)
        .where(DonorLink.id == link_id, DonorLot.donation_id == lot.id)
        .with_for_update(of=DonorLink)
        .execution_options(populate_existing=True)
    )
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def find_link(digest: str) -> DonorLink | None:
    """Return the link whose token has the digest, while it opens."""
    found = session().scalars(select(DonorLink).where(DonorLink.token_digest == digest)).first()
    if found is None or found.ended_at is not None or found.expires_at <= clock.now():
        return None
    return found


@dataclass(frozen=True, slots=True)
class DonorFigures:
    """What a donor is shown: as of which day (None: no month is over yet), figures by kind, the smallest shown."""

    as_of: date | None
    kinds: list[KindFigures]
    small: int
    expires_at: datetime


def figures_behind(link: DonorLink) -> DonorFigures:
    """Return what may be shown of the lots behind the link, as of the end of the last month that is over."""
    small = get_program().file.privacy.small_figure
    with scope_of(link.partner_id):
        stories, first = _stories(link.donor_id)
    ends = _closed_months(first) if first is not None else []
    kinds = figures_of(stories, [clock.end_of_day(day) for day in ends], small=small)
    return DonorFigures(ends[-1] if ends else None, kinds, small, link.expires_at)


def _closed_months(first: datetime) -> list[date]:
    """Return the last days of the months that are over, from the month of ``first``."""
    begins = clock.local(first).date()
    today = clock.today()
    return [last_day(month) for month in months(month_of(begins), today) if last_day(month) < today]


def _stories(donor_id: int) -> tuple[list[Story], datetime | None]:
    """Return the story of every unit in the donor's lots, and when the first one began."""
    statement = (
        select(Device.id, Device.kind, DonorLot.counts_from, DeviceMove.moved_at, DeviceMove.to_state)
        .join(DonorLot, DonorLot.donation_id == Device.donation_id)
        .join(DeviceMove, DeviceMove.device_id == Device.id)
        .where(DonorLot.donor_id == donor_id)
        .order_by(Device.id, DeviceMove.id)
    )
    stories: dict[int, Story] = {}
    first: datetime | None = None
    for device_id, kind, counts_from, at, state in session().execute(statement):
        steps = stories.setdefault(device_id, Story(kind, [], counts_from)).steps
        steps.append((at, state))  # type: ignore[attr-defined]
        first = at if first is None else min(first, at)
    return list(stories.values()), first

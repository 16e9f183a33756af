"""Donors: who takes devices from them, what they pledged on the public page, and the links by which they look on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned


class Workshop(Base):
    """Whether an organization takes donated devices, and where donors find it."""

    __tablename__ = "workshops"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    takes_devices: Mapped[bool] = mapped_column(default=False)
    fetches: Mapped[bool] = mapped_column(default=False)  # it comes and picks devices up
    address: Mapped[str | None] = mapped_column(String(200))  # shown to donors
    phone: Mapped[str | None] = mapped_column(String(40))  # the organization's own, shown to donors
    updated_at: Mapped[datetime]


class Pledge(Base):
    """A lot pledged on the public page, without name and contact: those are in the lot of whoever takes it."""

    __tablename__ = "pledges"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)  # the lot's code; read aloud on the phone
    donation_id: Mapped[int] = mapped_column(ForeignKey("donations.id"), unique=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))  # who takes it
    pin_hash: Mapped[str] = mapped_column(String(200))
    shown_digest: Mapped[str] = mapped_column(String(64), index=True)  # of the token of the browser that sent it
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Donor(PartnerOwned, Base):
    """Somebody who gives again and again: their lots, and nothing else. The name stands in the lots."""

    __tablename__ = "donors"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int]


class DonorLot(Base):
    """A lot of a donor. It never leaves again, so that no figure tells of it by a difference."""

    __tablename__ = "donor_lots"

    donation_id: Mapped[int] = mapped_column(ForeignKey("donations.id"), primary_key=True)
    donor_id: Mapped[int] = mapped_column(ForeignKey("donors.id"), index=True)
    counts_from: Mapped[datetime | None]  # months that end before it do not know the lot; None: all do


class DonorLink(Base):
    """A link by which a donor sees figures of the lots. Only the digest of its token is kept."""

    __tablename__ = "donor_links"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_later"),
        Index("ix_donor_links_donor_id", "donor_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    donor_id: Mapped[int] = mapped_column(ForeignKey("donors.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

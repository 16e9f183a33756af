"""Funds, grants and what they pay for."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned


class Fund(Base):
    """A pot of public money."""

    __tablename__ = "funds"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]


class Grant(PartnerOwned, Base):
    """An award to a partner: fund, period, amount in cents."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="period_in_order"),
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("funds.id"))
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]

    fund: Mapped[Fund] = relationship()
    targets: Mapped[list["GrantTarget"]] = relationship(order_by="GrantTarget.outcome", cascade="all, delete-orphan")


class GrantTarget(PartnerOwned, Base):
    """How many of one outcome (a milestone) a grant aims at, and what one verified result is worth in cents."""

    __tablename__ = "grant_targets"
    __table_args__ = (
        UniqueConstraint("grant_id", "outcome"),
        CheckConstraint("target >= 0", name="target_not_negative"),
        CheckConstraint("unit_rate_cents >= 0", name="rate_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id"))
    outcome: Mapped[str] = mapped_column(String(24))
    target: Mapped[int]
    unit_rate_cents: Mapped[int] = mapped_column(BigInteger)

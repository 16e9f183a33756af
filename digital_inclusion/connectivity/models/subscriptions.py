"""Subscriptions: a household's lines with their terms, and what lowers their price.

Each line that is a fact (delivered, or already there) has one row, written by ``actions/following.py`` at its
posting; so have lines that came in from files. What the fact says is repeated here, so that one table answers who
loses what when. The price and its end are typed by whoever knows them.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned


def _ends(table: str, column: str) -> Index:
    """Return the index by which the radar finds what ends between two days; most ends never."""
    known = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=known, postgresql_where=known)


class Subscription(PartnerOwned, Base):
    """A line: its fact's number is its own."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint("kind IN ('home', 'mobile', 'hotspot')", name="kind_known"),
        CheckConstraint("price_cents >= 0", name="price_not_negative"),
        CheckConstraint("price_after_cents >= 0", name="later_price_not_negative"),
        CheckConstraint("promo_until_on IS NOT NULL OR price_after_cents IS NULL", name="later_price_has_a_day"),
        CheckConstraint(
            "(measured_on IS NULL) = (measured_down_kbps IS NULL AND measured_up_kbps IS NULL)",
            name="measured_on_a_day",
        ),
        Index("ix_subscriptions_household_id", "household_id", "partner_id"),
        _ends("subscriptions", "promo_until_on"),
    )

    fact_number: Mapped[int] = mapped_column(ForeignKey("facts.number"), primary_key=True, autoincrement=False)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    # as the facts say; kept in line at each posting
    is_given: Mapped[bool]  # by the program; False: they had it already
    is_void: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]  # the first day without it
    district: Mapped[str] = mapped_column(String(20))
    provider: Mapped[str | None] = mapped_column(String(80))
    plan: Mapped[str | None] = mapped_column(String(80))
    down_kbps: Mapped[int]
    up_kbps: Mapped[int]
    price_cents: Mapped[int | None]  # a month, before subsidies, while a promotion lasts
    # terms, as somebody wrote them down
    kind: Mapped[str] = mapped_column(String(8), default="home")
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    promo_until_on: Mapped[date | None]  # the last day of the promotion
    price_after_cents: Mapped[int | None]  # a month from the day after
    terms_seen_on: Mapped[date | None]  # when somebody last looked at the terms; None: nobody has
    device_fact: Mapped[int | None]  # the hand-over of the hotspot that it needs
    data_gb: Mapped[int | None]  # a month; None: no limit, or not known
    measured_on: Mapped[date | None]  # the last speed test
    measured_down_kbps: Mapped[int | None]
    measured_up_kbps: Mapped[int | None]
    updated_at: Mapped[datetime]

    subsidies: Mapped[list["Subsidy"]] = relationship(order_by="Subsidy.from_on, Subsidy.id")


class Subsidy(PartnerOwned, Base):
    """What a program pays a month toward a line, from a day to a day."""

    __tablename__ = "subsidies"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="period_in_order"),
        Index("ix_subsidies_fact_number", "fact_number", "partner_id"),
        _ends("subsidies", "until_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    fact_number: Mapped[int] = mapped_column(ForeignKey("subscriptions.fact_number"))
    program: Mapped[str] = mapped_column(String(40))  # of the rulebook, or "city_voucher"
    amount_cents: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date | None]  # the last day; None: no end known
    end_reason: Mapped[str | None] = mapped_column(String(24))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), index=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]

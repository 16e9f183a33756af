"""Offers: what providers sell to households with little money, as dated records."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base


class Offer(Base):
    """A plan of a provider. What it costs and gives stands in its terms; it is never deleted, only closed."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("provider", "plan"),
        CheckConstraint("kind IN ('home', 'mobile', 'hotspot')", name="kind_known"),
        CheckConstraint("(verified_on IS NULL) = (verified_by IS NULL)", name="verified_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    provider: Mapped[str] = mapped_column(String(80))
    plan: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(8))
    program: Mapped[str | None] = mapped_column(String(40))  # of the rulebook: who qualifies; None: everybody
    zip_codes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # where; None: all over the area
    languages: Mapped[list[str]] = mapped_column(JSON)  # in which the provider serves people
    how_to_apply: Mapped[str | None] = mapped_column(String(500))
    link: Mapped[str | None] = mapped_column(String(300))
    phone: Mapped[str | None] = mapped_column(String(40))  # the provider's
    opens_on: Mapped[date]
    closes_on: Mapped[date | None]  # the last day on which somebody can sign up; None: open
    verified_on: Mapped[date | None]  # when somebody last looked whether it is still so
    verified_by: Mapped[int | None]
    source: Mapped[str | None] = mapped_column(String(200))  # where it is written
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]

    terms: Mapped[list["OfferTerms"]] = relationship(order_by="OfferTerms.from_on, OfferTerms.id")


class OfferTerms(Base):
    """What an offer costs and gives from a day until the next terms. Never changed: of one day the last row holds."""

    __tablename__ = "offer_terms"
    __table_args__ = (
        CheckConstraint("price_cents >= 0", name="price_not_negative"),
        CheckConstraint("down_kbps > 0 AND up_kbps > 0", name="speeds_positive"),
        CheckConstraint(
            "(promo_cents IS NULL) = (promo_months IS NULL AND promo_until_on IS NULL)", name="promo_has_an_end"
        ),
        CheckConstraint("promo_months IS NULL OR promo_until_on IS NULL", name="promo_ends_one_way"),
        Index("ix_offer_terms_offer_id", "offer_id", "from_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    from_on: Mapped[date]
    price_cents: Mapped[int]  # a month, without promotion and before any subsidy
    promo_cents: Mapped[int | None]  # a month while the promotion lasts
    promo_months: Mapped[int | None]  # so long from the start of service
    promo_until_on: Mapped[date | None]  # or up to this day for everybody
    setup_cents: Mapped[int] = mapped_column(default=0)  # once
    equipment: Mapped[str | None] = mapped_column(String(120))  # what comes with it
    equipment_cents: Mapped[int] = mapped_column(default=0)  # a month
    down_kbps: Mapped[int]
    up_kbps: Mapped[int]
    data_gb: Mapped[int | None]  # a month; None: no limit
    low_cost: Mapped[bool] = mapped_column(default=False)  # the provider's own plan for people with little money
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]

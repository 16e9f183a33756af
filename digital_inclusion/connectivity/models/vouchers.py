"""City vouchers: what the city promised to pay a month toward a line. Each month's money stands in funding's ledger."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned
from ...funding.models import Budget
from ...households.models import Household
from .subscriptions import Subscription, Subsidy


class Voucher(PartnerOwned, Base):
    """A voucher for a household's line, for whole months. What it lowers the price by is a subsidy of the line."""

    __tablename__ = "vouchers"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'stopped')", name="state_known"),
        CheckConstraint("monthly_cents > 0", name="amount_positive"),
        CheckConstraint("months > 0", name="months_positive"),
        CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name="stopped_is_dated"),
        CheckConstraint("(stopped_at IS NULL) = (stop_reason IS NULL)", name="stopped_has_a_reason"),
        Index("ix_vouchers_household_id", "household_id", "from_on"),
        Index("ix_vouchers_months", "until_on", "from_on"),
        Index("ix_vouchers_partner_id", "partner_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    fact_number: Mapped[int] = mapped_column(ForeignKey("subscriptions.fact_number"), index=True)
    budget_id: Mapped[int] = mapped_column(ForeignKey("budgets.id"), index=True)
    subsidy_id: Mapped[int | None] = mapped_column(ForeignKey("subsidies.id"))  # None: stopped before its first month
    provider: Mapped[str] = mapped_column(String(80))  # who is paid
    monthly_cents: Mapped[int]
    from_on: Mapped[date]  # the first day of its first month
    until_on: Mapped[date]  # the last day of its last month; before the first day where none is left
    months: Mapped[int]  # as given
    state: Mapped[str] = mapped_column(String(8))
    stop_reason: Mapped[str | None] = mapped_column(String(16))
    given_at: Mapped[datetime]
    given_by: Mapped[int | None]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[int | None]

    household: Mapped[Household] = relationship()
    line: Mapped[Subscription] = relationship()
    budget: Mapped[Budget] = relationship()
    subsidy: Mapped[Subsidy | None] = relationship()

"""Budgets and the ledger of money: every cent promised, let go, paid and come back, each as a row."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned
from .grants import Fund


class Budget(Base):
    """Money of a fund for vouchers, from a day to a day. Its three sums are those of its entries; it is locked first.

    What is left is amount - committed - paid. The database refuses sums that would make it negative.
    """

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("fund_id", "name"),
        CheckConstraint("ends_on >= starts_on", name="period_in_order"),
        CheckConstraint("committed_cents >= 0 AND paid_cents >= 0", name="sums_not_negative"),
        CheckConstraint("committed_cents + paid_cents <= amount_cents", name="never_over"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("funds.id"))
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]  # the first day of a month
    ends_on: Mapped[date]  # the last day of a month
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    committed_cents: Mapped[int] = mapped_column(BigInteger, default=0)  # promised, not yet paid
    paid_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]

    fund: Mapped[Fund] = relationship()

    @property
    def free_cents(self) -> int:
        """Return what can still be promised."""
        return self.amount_cents - self.committed_cents - self.paid_cents


class MoneyEntry(PartnerOwned, Base):
    """One movement of money. Never changed. Of a voucher's month each kind happens once: nothing is paid twice.

    A budget's own entries belong to the organization that changed it.
    """

    __tablename__ = "money_entries"
    __table_args__ = (
        CheckConstraint("kind IN ('budget', 'commit', 'release', 'pay', 'recover')", name="kind_known"),
        CheckConstraint("cents > 0 OR kind = 'budget'", name="cents_positive"),
        CheckConstraint("(kind = 'budget') = (voucher IS NULL)", name="voucher_named"),
        CheckConstraint("(voucher IS NULL) = (month IS NULL)", name="voucher_has_a_month"),
        CheckConstraint("kind NOT IN ('pay', 'recover') OR batch_id IS NOT NULL", name="paid_in_a_batch"),
        UniqueConstraint("voucher", "month", "kind"),
        Index("ix_money_entries_budget_id", "budget_id", "id"),
        Index("ix_money_entries_batch_id", "batch_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    budget_id: Mapped[int] = mapped_column(ForeignKey("budgets.id"))
    kind: Mapped[str] = mapped_column(String(8))
    cents: Mapped[int] = mapped_column(BigInteger)  # of "budget" also negative
    voucher: Mapped[str | None] = mapped_column(String(12))  # its code
    month: Mapped[date | None]  # its first day
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("payment_batches.id"))
    happened_on: Mapped[date]
    posted_at: Mapped[datetime]
    posted_by: Mapped[int | None]

"""Payment batches: a month's vouchers to be paid, made by one person, approved by another, settled by what was paid."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned

_STANDING = text("state <> 'void'")


class PaymentBatch(Base):
    """What is to be paid for a month. How many and how much is counted from its payments."""

    __tablename__ = "payment_batches"
    __table_args__ = (
        CheckConstraint("state IN ('made', 'approved', 'settled', 'void')", name="state_known"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approved_by_somebody"),
        CheckConstraint("approved_by IS NULL OR approved_by <> made_by", name="two_people"),
        CheckConstraint("(state IN ('approved', 'settled')) = (approved_at IS NOT NULL)", name="approved_is_dated"),
        CheckConstraint("(state = 'void') = (voided_at IS NOT NULL)", name="void_is_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    month: Mapped[date]  # its first day
    state: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]  # None: the product itself
    made_name: Mapped[str] = mapped_column(String(120))  # as they signed it
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None]
    approved_name: Mapped[str | None] = mapped_column(String(120))
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[int | None]
    stopped: Mapped[int] = mapped_column(default=0)  # vouchers whose line was gone: they were stopped with it
    csv_digest: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of the file for the finance system


class Payment(PartnerOwned, Base):
    """What one voucher pays for one month. One that stands for each voucher and month."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("state IN ('due', 'paid', 'rejected', 'void')", name="state_known"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("(state IN ('paid', 'rejected')) = (paid_cents IS NOT NULL)", name="settled_has_an_amount"),
        CheckConstraint("paid_cents >= 0 AND paid_cents <= amount_cents", name="never_more_than_approved"),
        CheckConstraint("state <> 'rejected' OR (paid_cents = 0 AND reason IS NOT NULL)", name="rejected_has_a_reason"),
        Index(
            "uq_payments_standing", "voucher", "month", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING
        ),
        Index("ix_payments_batch_id", "batch_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batches.id"))
    budget_id: Mapped[int] = mapped_column(ForeignKey("budgets.id"), index=True)
    voucher: Mapped[str] = mapped_column(String(12))  # its code
    month: Mapped[date]
    payee: Mapped[str] = mapped_column(String(80))  # the provider
    amount_cents: Mapped[int] = mapped_column(BigInteger)  # as approved
    paid_cents: Mapped[int | None] = mapped_column(BigInteger)  # as the finance system says
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(200))
    settled_on: Mapped[date | None]
    settled_by: Mapped[int | None]

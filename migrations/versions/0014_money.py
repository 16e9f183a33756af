"""budgets with their ledger of money, payment batches, city vouchers."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OWNED = ("money_entries", "payments", "vouchers")
STANDING = sa.text("state <> 'void'")


def upgrade() -> None:
    _payment_batches()
    _budgets()
    _money_entries()
    _payments()
    _vouchers()
    columns = sa.inspect(op.get_bind()).get_columns("money_entries")
    guards.guard("money_entries", [column["name"] for column in columns])
    guards.wall(OWNED)


def _payment_batches() -> None:
    op.create_table(
        "payment_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_name", sa.String(length=120), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_name", sa.String(length=120), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.Column("csv_digest", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(state = 'void') = (voided_at IS NOT NULL)", name=op.f("ck_payment_batches_void_is_dated")),
        sa.CheckConstraint(
            "(state IN ('approved', 'settled')) = (approved_at IS NOT NULL)",
            name=op.f("ck_payment_batches_approved_is_dated"),
        ),
        sa.CheckConstraint(
            "state IN ('made', 'approved', 'settled', 'void')", name=op.f("ck_payment_batches_state_known")
        ),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL)", name=op.f("ck_payment_batches_approved_by_somebody")
        ),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> made_by", name=op.f("ck_payment_batches_two_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batches")),
        sa.UniqueConstraint("code", name=op.f("uq_payment_batches_code")),
    )


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("committed_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("committed_cents + paid_cents <= amount_cents", name=op.f("ck_budgets_never_over")),
        sa.CheckConstraint("committed_cents >= 0 AND paid_cents >= 0", name=op.f("ck_budgets_sums_not_negative")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_budgets_period_in_order")),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f("fk_budgets_fund_id_funds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("code", name=op.f("uq_budgets_code")),
        sa.UniqueConstraint("fund_id", "name", name=op.f("uq_budgets_fund_id_name")),
    )


def _money_entries() -> None:
    op.create_table(
        "money_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("voucher", sa.String(length=12), nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_by", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'budget') = (voucher IS NULL)", name=op.f("ck_money_entries_voucher_named")),
        sa.CheckConstraint("cents > 0 OR kind = 'budget'", name=op.f("ck_money_entries_cents_positive")),
        sa.CheckConstraint(
            "kind IN ('budget', 'commit', 'release', 'pay', 'recover')", name=op.f("ck_money_entries_kind_known")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('pay', 'recover') OR batch_id IS NOT NULL", name=op.f("ck_money_entries_paid_in_a_batch")
        ),
        sa.CheckConstraint("(voucher IS NULL) = (month IS NULL)", name=op.f("ck_money_entries_voucher_has_a_month")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payment_batches.id"], name=op.f("fk_money_entries_batch_id_payment_batches")
        ),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_money_entries_budget_id_budgets")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_money_entries_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_entries")),
        sa.UniqueConstraint("voucher", "month", "kind", name=op.f("uq_money_entries_voucher_month_kind")),
    )
    op.create_index("ix_money_entries_batch_id", "money_entries", ["batch_id", "id"], unique=False)
    op.create_index("ix_money_entries_budget_id", "money_entries", ["budget_id", "id"], unique=False)
    op.create_index(op.f("ix_money_entries_partner_id"), "money_entries", ["partner_id"], unique=False)


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("voucher", sa.String(length=12), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("payee", sa.String(length=80), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('paid', 'rejected')) = (paid_cents IS NOT NULL)", name=op.f("ck_payments_settled_has_an_amount")
        ),
        sa.CheckConstraint(
            "state <> 'rejected' OR (paid_cents = 0 AND reason IS NOT NULL)",
            name=op.f("ck_payments_rejected_has_a_reason"),
        ),
        sa.CheckConstraint("state IN ('due', 'paid', 'rejected', 'void')", name=op.f("ck_payments_state_known")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payments_amount_positive")),
        sa.CheckConstraint(
            "paid_cents >= 0 AND paid_cents <= amount_cents", name=op.f("ck_payments_never_more_than_approved")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payment_batches.id"], name=op.f("fk_payments_batch_id_payment_batches")
        ),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_payments_budget_id_budgets")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_payments_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    op.create_index("ix_payments_batch_id", "payments", ["batch_id", "id"], unique=False)
    op.create_index(op.f("ix_payments_budget_id"), "payments", ["budget_id"], unique=False)
    op.create_index(op.f("ix_payments_partner_id"), "payments", ["partner_id"], unique=False)
    op.create_index(
        "uq_payments_standing",
        "payments",
        ["voucher", "month"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def _vouchers() -> None:
    op.create_table(
        "vouchers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("fact_number", sa.Integer(), nullable=False),
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("subsidy_id", sa.Integer(), nullable=True),
        sa.Column("provider", sa.String(length=80), nullable=False),
        sa.Column("monthly_cents", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("stop_reason", sa.String(length=16), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name=op.f("ck_vouchers_stopped_is_dated")),
        sa.CheckConstraint("state IN ('running', 'stopped')", name=op.f("ck_vouchers_state_known")),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stop_reason IS NULL)", name=op.f("ck_vouchers_stopped_has_a_reason")
        ),
        sa.CheckConstraint("monthly_cents > 0", name=op.f("ck_vouchers_amount_positive")),
        sa.CheckConstraint("months > 0", name=op.f("ck_vouchers_months_positive")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_vouchers_budget_id_budgets")),
        sa.ForeignKeyConstraint(
            ["fact_number"], ["subscriptions.fact_number"], name=op.f("fk_vouchers_fact_number_subscriptions")
        ),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_vouchers_household_id_households")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_vouchers_partner_id_partners")),
        sa.ForeignKeyConstraint(["subsidy_id"], ["subsidies.id"], name=op.f("fk_vouchers_subsidy_id_subsidies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("code", name=op.f("uq_vouchers_code")),
    )
    op.create_index(op.f("ix_vouchers_budget_id"), "vouchers", ["budget_id"], unique=False)
    op.create_index(op.f("ix_vouchers_fact_number"), "vouchers", ["fact_number"], unique=False)
    op.create_index("ix_vouchers_household_id", "vouchers", ["household_id", "from_on"], unique=False)
    op.create_index("ix_vouchers_months", "vouchers", ["until_on", "from_on"], unique=False)
    op.create_index("ix_vouchers_partner_id", "vouchers", ["partner_id", "id"], unique=False)


def downgrade() -> None:
    guards.unguard("money_entries")
    for table in ("vouchers", "payments", "money_entries", "budgets", "payment_batches"):
        op.drop_table(table)

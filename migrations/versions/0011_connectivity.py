"""offers, applications, subscriptions, subsidies and tasks; each line that is a fact gets its subscription."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OWNED = ("applications", "application_moves", "subscriptions", "subsidies", "tasks")
APPEND_ONLY = ("offer_terms", "application_moves")
OPEN = sa.text("closed_at IS NULL")
NOT_DONE = sa.text("done_at IS NULL")

# what a line's subscription repeats of the facts: a void takes a fact back, also one that is an end; an end without a
# reference is the whole record's and ends what began up to its day
LINES = """
INSERT INTO subscriptions (fact_number, partner_id, household_id, is_given, is_void, starts_on, ended_on, district,
                           provider, plan, down_kbps, up_kbps, price_cents, kind, updated_at)
SELECT line.number, line.partner_id, line.record_id, line.kind = 'delivery',
       EXISTS (SELECT 1 FROM facts void WHERE void.kind = 'void' AND void.refers_to = line.number),
       line.occurred_on,
       (SELECT min(gone.occurred_on) FROM facts gone
        WHERE gone.record_id = line.record_id AND gone.kind = 'end'
          AND (gone.refers_to = line.number OR (gone.refers_to IS NULL AND gone.occurred_on >= line.occurred_on))
          AND NOT EXISTS (SELECT 1 FROM facts void
                          WHERE void.kind = 'void' AND void.refers_to IN (gone.number, line.number))),
       coalesce((SELECT district FROM standings WHERE standings.record_id = line.record_id), 'unknown'),
       line.provider, line.plan, line.down_kbps, line.up_kbps, line.price_cents, 'home', postings.recorded_at
FROM facts line JOIN postings ON postings.number = line.posting
WHERE line.item = 'line' AND line.kind IN ('delivery', 'already_had')
"""


def upgrade() -> None:
    _offers()
    _applications()
    _moves()
    _subscriptions()
    _subsidies()
    _tasks()
    if op.get_bind().dialect.name == "postgresql":  # the facts of all partners
        op.execute("SELECT set_config('app.partner', 'all', true)")
    op.execute(LINES)
    for table in APPEND_ONLY:
        columns = sa.inspect(op.get_bind()).get_columns(table)
        guards.guard(table, [column["name"] for column in columns])
    guards.wall(OWNED)


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("provider", sa.String(length=80), nullable=False),
        sa.Column("plan", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=True),
        sa.Column("zip_codes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("how_to_apply", sa.String(length=500), nullable=True),
        sa.Column("link", sa.String(length=300), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('home', 'mobile', 'hotspot')", name=op.f("ck_offers_kind_known")),
        sa.CheckConstraint(
            "(verified_on IS NULL) = (verified_by IS NULL)", name=op.f("ck_offers_verified_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("code", name=op.f("uq_offers_code")),
        sa.UniqueConstraint("provider", "plan", name=op.f("uq_offers_provider_plan")),
    )
    op.create_table(
        "offer_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("promo_cents", sa.Integer(), nullable=True),
        sa.Column("promo_months", sa.Integer(), nullable=True),
        sa.Column("promo_until_on", sa.Date(), nullable=True),
        sa.Column("setup_cents", sa.Integer(), nullable=False),
        sa.Column("equipment", sa.String(length=120), nullable=True),
        sa.Column("equipment_cents", sa.Integer(), nullable=False),
        sa.Column("down_kbps", sa.Integer(), nullable=False),
        sa.Column("up_kbps", sa.Integer(), nullable=False),
        sa.Column("data_gb", sa.Integer(), nullable=True),
        sa.Column("low_cost", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(promo_cents IS NULL) = (promo_months IS NULL AND promo_until_on IS NULL)",
            name=op.f("ck_offer_terms_promo_has_an_end"),
        ),
        sa.CheckConstraint("down_kbps > 0 AND up_kbps > 0", name=op.f("ck_offer_terms_speeds_positive")),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_offer_terms_price_not_negative")),
        sa.CheckConstraint(
            "promo_months IS NULL OR promo_until_on IS NULL", name=op.f("ck_offer_terms_promo_ends_one_way")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_terms_offer_id_offers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_terms")),
    )
    op.create_index("ix_offer_terms_offer_id", "offer_terms", ["offer_id", "from_on", "id"], unique=False)


def _applications() -> None:
    op.create_table(
        "applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.String(length=24), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_rule", sa.String(length=24), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=24), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("worksheet", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'ended') = (closed_at IS NOT NULL)", name=op.f("ck_applications_ended_is_dated")),
        sa.CheckConstraint(
            "(state = 'problem') = (problem IS NOT NULL)", name=op.f("ck_applications_problem_is_named")
        ),
        sa.CheckConstraint(
            "state IN ('prepared', 'submitted', 'approved', 'problem', 'active', 'ending', 'ended')",
            name=op.f("ck_applications_state_known"),
        ),
        sa.CheckConstraint("(due_on IS NULL) = (due_rule IS NULL)", name=op.f("ck_applications_deadline_has_a_rule")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_applications_household_id_households")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_applications_offer_id_offers")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_applications_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("code", name=op.f("uq_applications_code")),
    )
    op.create_index(
        "ix_applications_due",
        "applications",
        ["partner_id", "due_on", "id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(op.f("ix_applications_fact_number"), "applications", ["fact_number"], unique=False)
    op.create_index("ix_applications_household_id", "applications", ["household_id", "id"], unique=False)
    op.create_index(
        "uq_applications_open",
        "applications",
        ["household_id", "program"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _moves() -> None:
    op.create_table(
        "application_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.String(length=24), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_moves_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_application_moves_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_moves")),
    )
    op.create_index("ix_application_moves_application_id", "application_moves", ["application_id", "id"], unique=False)
    op.create_index(op.f("ix_application_moves_partner_id"), "application_moves", ["partner_id"], unique=False)


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("fact_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("district", sa.String(length=20), nullable=False),
        sa.Column("provider", sa.String(length=80), nullable=True),
        sa.Column("plan", sa.String(length=80), nullable=True),
        sa.Column("down_kbps", sa.Integer(), nullable=False),
        sa.Column("up_kbps", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("promo_until_on", sa.Date(), nullable=True),
        sa.Column("price_after_cents", sa.Integer(), nullable=True),
        sa.Column("terms_seen_on", sa.Date(), nullable=True),
        sa.Column("device_fact", sa.Integer(), nullable=True),
        sa.Column("data_gb", sa.Integer(), nullable=True),
        sa.Column("measured_on", sa.Date(), nullable=True),
        sa.Column("measured_down_kbps", sa.Integer(), nullable=True),
        sa.Column("measured_up_kbps", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('home', 'mobile', 'hotspot')", name=op.f("ck_subscriptions_kind_known")),
        sa.CheckConstraint(
            "(measured_on IS NULL) = (measured_down_kbps IS NULL AND measured_up_kbps IS NULL)",
            name=op.f("ck_subscriptions_measured_on_a_day"),
        ),
        sa.CheckConstraint("price_after_cents >= 0", name=op.f("ck_subscriptions_later_price_not_negative")),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_subscriptions_price_not_negative")),
        sa.CheckConstraint(
            "promo_until_on IS NOT NULL OR price_after_cents IS NULL",
            name=op.f("ck_subscriptions_later_price_has_a_day"),
        ),
        sa.ForeignKeyConstraint(["fact_number"], ["facts.number"], name=op.f("fk_subscriptions_fact_number_facts")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_subscriptions_household_id_households")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_subscriptions_offer_id_offers")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_subscriptions_partner_id_partners")),
        sa.PrimaryKeyConstraint("fact_number", name=op.f("pk_subscriptions")),
    )
    op.create_index("ix_subscriptions_household_id", "subscriptions", ["household_id", "partner_id"], unique=False)


def _subsidies() -> None:
    op.create_table(
        "subsidies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("fact_number", sa.Integer(), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=24), nullable=True),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_subsidies_amount_positive")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_subsidies_period_in_order")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_subsidies_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["fact_number"], ["subscriptions.fact_number"], name=op.f("fk_subsidies_fact_number_subscriptions")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_subsidies_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidies")),
    )
    op.create_index(op.f("ix_subsidies_application_id"), "subsidies", ["application_id"], unique=False)
    op.create_index("ix_subsidies_fact_number", "subsidies", ["fact_number", "partner_id"], unique=False)


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("thing", sa.String(length=24), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name=op.f("ck_tasks_done_has_outcome")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_tasks_household_id_households")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_tasks_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("code", name=op.f("uq_tasks_code")),
    )
    op.create_index(
        "ix_tasks_due",
        "tasks",
        ["partner_id", "due_on", "id"],
        unique=False,
        sqlite_where=NOT_DONE,
        postgresql_where=NOT_DONE,
    )
    op.create_index("ix_tasks_household_id", "tasks", ["household_id", "id"], unique=False)
    op.create_index(op.f("ix_tasks_owner_id"), "tasks", ["owner_id"], unique=False)
    op.create_index(
        "uq_tasks_open", "tasks", ["kind", "thing"], unique=True, sqlite_where=NOT_DONE, postgresql_where=NOT_DONE
    )


def downgrade() -> None:
    for table in APPEND_ONLY:
        guards.unguard(table)
    for table in ("tasks", "subsidies", "subscriptions", "application_moves", "applications", "offer_terms", "offers"):
        op.drop_table(table)

"""first tables."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("posting", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.CheckConstraint("user_id IS NOT NULL OR actor_name <> ''", name=op.f("ck_audit_events_somebody_did_it")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_happened_at"), "audit_events", ["happened_at"], unique=False)
    op.create_index(op.f("ix_audit_events_name"), "audit_events", ["name"], unique=False)
    op.create_index(op.f("ix_audit_events_partner_id"), "audit_events", ["partner_id"], unique=False)
    op.create_index(op.f("ix_audit_events_posting"), "audit_events", ["posting"], unique=False)
    op.create_index("ix_audit_events_subject", "audit_events", ["subject_type", "subject_id"], unique=False)
    op.create_index(op.f("ix_audit_events_user_id"), "audit_events", ["user_id"], unique=False)
    op.create_table(
        "cube",
        sa.Column("grain", sa.String(length=5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("milestone", sa.String(length=24), nullable=False),
        sa.Column("aspect", sa.String(length=10), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=20), nullable=False),
        sa.Column("net", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "grain", "starts_on", "milestone", "aspect", "partner_id", "district", name=op.f("pk_cube")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "funds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funds")),
        sa.UniqueConstraint("name", name=op.f("uq_funds_name")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting", sa.Integer(), nullable=False),
        sa.Column("fact", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "margins",
        sa.Column("panel", sa.String(length=10), nullable=False),
        sa.Column("grain", sa.String(length=5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("milestone", sa.String(length=24), nullable=False),
        sa.Column("aspect", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("net", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("panel", "grain", "starts_on", "milestone", "aspect", "key", name=op.f("pk_margins")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox_jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_outbox_jobs_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_jobs")),
    )
    op.create_index("ix_outbox_jobs_state", "outbox_jobs", ["state", "run_after", "id"], unique=False)
    op.create_table(
        "partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('grantee', 'refurbisher', 'city', 'fiscal_agent')", name=op.f("ck_partners_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
        sa.UniqueConstraint("code", name=op.f("uq_partners_code")),
        sa.UniqueConstraint("name", name=op.f("uq_partners_name")),
    )
    op.create_table(
        "postings",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("settings_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_postings")),
    )
    op.create_index(op.f("ix_postings_recorded_at"), "postings", ["recorded_at"], unique=False)
    op.create_table(
        "program_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(length=120), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_versions")),
        sa.UniqueConstraint("posting", name=op.f("uq_program_versions_posting")),
    )
    op.create_table(
        "published_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("posting", sa.Integer(), nullable=False),
        sa.Column("milestone", sa.String(length=24), nullable=False),
        sa.Column("aspect", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_figures")),
        sa.UniqueConstraint("month", "milestone", "aspect", name=op.f("uq_published_figures_month_milestone_aspect")),
    )
    op.create_index(op.f("ix_published_figures_month"), "published_figures", ["month"], unique=False)
    op.create_table(
        "reason_cells",
        sa.Column("partner_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "district", "reason", name=op.f("pk_reason_cells")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "throttles",
        sa.Column("bucket", sa.String(length=100), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window_start", name=op.f("pk_throttles")),
    )
    op.create_index("ix_throttles_expires_at", "throttles", ["expires_at"], unique=False)
    op.create_table(
        "used_forms",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_used_forms")),
    )
    op.create_index(op.f("ix_used_forms_used_at"), "used_forms", ["used_at"], unique=False)
    op.create_table(
        "audit_seals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_event_id", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_event_id"], ["audit_events.id"], name=op.f("fk_audit_seals_last_event_id_audit_events")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("last_event_id", name=op.f("uq_audit_seals_last_event_id")),
    )
    op.create_table(
        "column_mappings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("header", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_column_mappings_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mappings")),
        sa.UniqueConstraint("partner_id", "header", name=op.f("uq_column_mappings_partner_id_header")),
    )
    op.create_index(op.f("ix_column_mappings_partner_id"), "column_mappings", ["partner_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_drafts_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("code", name=op.f("uq_drafts_code")),
    )
    op.create_index(op.f("ix_drafts_partner_id"), "drafts", ["partner_id"], unique=False)
    op.create_index(op.f("ix_drafts_user_id"), "drafts", ["user_id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.Column("milestone", sa.String(length=24), nullable=False),
        sa.Column("aspect", sa.String(length=10), nullable=False),
        sa.Column("sign", sa.Integer(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("district", sa.String(length=20), nullable=False),
        sa.CheckConstraint("sign IN (-1, 1)", name=op.f("ck_entries_one_at_a_time")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_entries_partner_id_partners")),
        sa.ForeignKeyConstraint(["posting"], ["postings.number"], name=op.f("fk_entries_posting_postings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    op.create_index(
        "ix_entries_day", "entries", ["milestone", "aspect", "occurred_on", "posting", "sign"], unique=False
    )
    op.create_index("ix_entries_identity", "entries", ["identity"], unique=False)
    op.create_index("ix_entries_posting", "entries", ["posting"], unique=False)
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_grants_amount_not_negative")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_grants_period_in_order")),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f("fk_grants_fund_id_funds")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_grants_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("number", name=op.f("uq_grants_number")),
    )
    op.create_index(op.f("ix_grants_partner_id"), "grants", ["partner_id"], unique=False)
    op.create_table(
        "households",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("head_name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("phone_e164", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("safe_contact", sa.String(length=20), nullable=True),
        sa.Column("contact_note", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("needs_device", sa.Boolean(), nullable=True),
        sa.Column("needs_connection", sa.Boolean(), nullable=True),
        sa.Column("needs_skills", sa.Boolean(), nullable=True),
        sa.Column("populations", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("navigator_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("import_batch_id", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(erased_at IS NULL) = (erased_by IS NULL)", name=op.f("ck_households_erasure_has_author")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_households_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
        sa.UniqueConstraint("code", name=op.f("uq_households_code")),
        sa.UniqueConstraint("partner_id", "reference", name=op.f("uq_households_partner_id_reference")),
    )
    op.create_index(op.f("ix_households_import_batch_id"), "households", ["import_batch_id"], unique=False)
    op.create_index(op.f("ix_households_navigator_id"), "households", ["navigator_id"], unique=False)
    op.create_index("ix_households_partner_id_head_name", "households", ["partner_id", "head_name", "id"], unique=False)
    op.create_index("ix_households_partner_id_id", "households", ["partner_id", "id"], unique=False)
    op.create_index("ix_households_phone_e164", "households", ["phone_e164", "partner_id"], unique=False)
    op.create_index(op.f("ix_households_team_id"), "households", ["team_id"], unique=False)
    op.create_table(
        "stored_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_stored_files_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("path", name=op.f("uq_stored_files_path")),
    )
    op.create_index(op.f("ix_stored_files_partner_id"), "stored_files", ["partner_id"], unique=False)
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_teams_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("partner_id", "name", name=op.f("uq_teams_partner_id_name")),
    )
    op.create_index(op.f("ix_teams_partner_id"), "teams", ["partner_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_secret", sa.String(length=200), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_users_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index(op.f("ix_users_partner_id"), "users", ["partner_id"], unique=False)
    op.create_table(
        "candidate_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_a", sa.Integer(), nullable=False),
        sa.Column("record_b", sa.Integer(), nullable=False),
        sa.Column("because", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("link_fact", sa.Integer(), nullable=True),
        sa.CheckConstraint("(decided_at IS NULL) = (state = 'open')", name=op.f("ck_candidate_pairs_decision_dated")),
        sa.CheckConstraint("state IN ('open', 'same', 'different')", name=op.f("ck_candidate_pairs_state_known")),
        sa.CheckConstraint("record_a < record_b", name=op.f("ck_candidate_pairs_ordered")),
        sa.ForeignKeyConstraint(["record_a"], ["households.id"], name=op.f("fk_candidate_pairs_record_a_households")),
        sa.ForeignKeyConstraint(["record_b"], ["households.id"], name=op.f("fk_candidate_pairs_record_b_households")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_pairs")),
        sa.UniqueConstraint("record_a", "record_b", name=op.f("uq_candidate_pairs_record_a_record_b")),
    )
    op.create_index(op.f("ix_candidate_pairs_record_a"), "candidate_pairs", ["record_a"], unique=False)
    op.create_index(op.f("ix_candidate_pairs_record_b"), "candidate_pairs", ["record_b"], unique=False)
    op.create_index(op.f("ix_candidate_pairs_state"), "candidate_pairs", ["state"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("way", sa.String(length=30), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_purposes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_consents_withdrawal_has_author")
        ),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_consents_household_id_households")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_consents_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_fact_number"), "consents", ["fact_number"], unique=False)
    op.create_index("ix_consents_household_id", "consents", ["household_id", "partner_id"], unique=False)
    op.create_table(
        "enrollments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.String(length=40), nullable=True),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on >= enrolled_on", name=op.f("ck_enrollments_period_in_order")
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_enrollments_grant_id_grants")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_enrollments_household_id_households")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_enrollments_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollments")),
    )
    op.create_index(op.f("ix_enrollments_fact_number"), "enrollments", ["fact_number"], unique=False)
    op.create_index("ix_enrollments_household_id", "enrollments", ["household_id", "partner_id"], unique=False)
    op.create_table(
        "facts",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("posting", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("item", sa.String(length=10), nullable=True),
        sa.Column("device_kind", sa.String(length=12), nullable=True),
        sa.Column("donated", sa.Boolean(), nullable=True),
        sa.Column("passport_complete", sa.Boolean(), nullable=True),
        sa.Column("loan_due_on", sa.Date(), nullable=True),
        sa.Column("down_kbps", sa.Integer(), nullable=True),
        sa.Column("up_kbps", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("assessment", sa.String(length=60), nullable=True),
        sa.Column("positive", sa.Boolean(), nullable=True),
        sa.Column("zip_code", sa.String(length=10), nullable=True),
        sa.Column("district", sa.String(length=20), nullable=True),
        sa.Column("fixed", sa.Boolean(), nullable=True),
        sa.Column("in_city", sa.Boolean(), nullable=True),
        sa.Column("refers_to", sa.Integer(), nullable=True),
        sa.Column("other_record_id", sa.Integer(), nullable=True),
        sa.Column("self_verified", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("unit_key", sa.String(length=80), nullable=True),
        sa.Column("provider", sa.String(length=80), nullable=True),
        sa.Column("plan", sa.String(length=80), nullable=True),
        sa.Column("price_cents", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("evidence_type", sa.String(length=30), nullable=True),
        sa.Column("evidence_seen_on", sa.Date(), nullable=True),
        sa.Column("document_key", sa.String(length=32), nullable=True),
        sa.Column("evidence_seen_by", sa.String(length=120), nullable=True),
        sa.Column("evidence_reference", sa.String(length=200), nullable=True),
        sa.Column("evidence_file_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "item <> 'device' OR kind = 'check' OR device_kind IS NOT NULL", name=op.f("ck_facts_device_kind_named")
        ),
        sa.CheckConstraint(
            "item <> 'line' OR kind = 'check' OR (down_kbps IS NOT NULL AND up_kbps IS NOT NULL)",
            name=op.f("ck_facts_line_speed_named"),
        ),
        sa.CheckConstraint("kind <> 'link' OR other_record_id IS NOT NULL", name=op.f("ck_facts_link_has_two")),
        sa.CheckConstraint(
            "kind IN ('enrolled', 'consent', 'withdrawal', 'address', 'delivery', 'already_had', 'eligibility', 'end', 'check', 'decision', 'answer', 'void', 'link', 'split')",
            name=op.f("ck_facts_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('decision', 'answer', 'void', 'split') OR refers_to IS NOT NULL", name=op.f("ck_facts_refers")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('delivery', 'already_had', 'check') OR item IS NOT NULL", name=op.f("ck_facts_item_named")
        ),
        sa.CheckConstraint("minutes IS NULL OR minutes >= 0", name=op.f("ck_facts_minutes_not_negative")),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_facts_grant_id_grants")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_facts_partner_id_partners")),
        sa.ForeignKeyConstraint(["posting"], ["postings.number"], name=op.f("fk_facts_posting_postings")),
        sa.ForeignKeyConstraint(["record_id"], ["households.id"], name=op.f("fk_facts_record_id_households")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_facts")),
    )
    op.create_index(
        "ix_facts_batch_id",
        "facts",
        ["batch_id"],
        unique=False,
        sqlite_where=sa.text("batch_id IS NOT NULL"),
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )
    op.create_index(
        "ix_facts_document_key",
        "facts",
        ["document_key"],
        unique=False,
        sqlite_where=sa.text("document_key IS NOT NULL"),
        postgresql_where=sa.text("document_key IS NOT NULL"),
    )
    op.create_index(
        "ix_facts_other_record_id",
        "facts",
        ["other_record_id"],
        unique=False,
        sqlite_where=sa.text("other_record_id IS NOT NULL"),
        postgresql_where=sa.text("other_record_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_facts_posting"), "facts", ["posting"], unique=False)
    op.create_index("ix_facts_record_id", "facts", ["record_id", "number"], unique=False)
    op.create_index(
        "ix_facts_refers_to",
        "facts",
        ["refers_to"],
        unique=False,
        sqlite_where=sa.text("refers_to IS NOT NULL"),
        postgresql_where=sa.text("refers_to IS NOT NULL"),
    )
    op.create_index(
        "ix_facts_unit_key",
        "facts",
        ["unit_key"],
        unique=False,
        sqlite_where=sa.text("unit_key IS NOT NULL"),
        postgresql_where=sa.text("unit_key IS NOT NULL"),
    )
    op.create_table(
        "grant_targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("unit_rate_cents", sa.BigInteger(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("target >= 0", name=op.f("ck_grant_targets_target_not_negative")),
        sa.CheckConstraint("unit_rate_cents >= 0", name=op.f("ck_grant_targets_rate_not_negative")),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_grant_targets_grant_id_grants")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_grant_targets_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_targets")),
        sa.UniqueConstraint("grant_id", "outcome", name=op.f("uq_grant_targets_grant_id_outcome")),
    )
    op.create_index(op.f("ix_grant_targets_partner_id"), "grant_targets", ["partner_id"], unique=False)
    op.create_table(
        "household_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.Column("line", sa.String(length=200), nullable=True),
        sa.Column("unit", sa.String(length=60), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column("zip_code", sa.String(length=10), nullable=True),
        sa.Column("district", sa.String(length=20), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("in_city", sa.Boolean(), nullable=True),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_household_addresses_household_id_households")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_household_addresses_partner_id_partners")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_addresses")),
    )
    op.create_index(op.f("ix_household_addresses_fact_number"), "household_addresses", ["fact_number"], unique=False)
    op.create_index(
        "ix_household_addresses_household_id", "household_addresses", ["household_id", "partner_id"], unique=False
    )
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sheet_name", sa.String(length=80), nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("dropped_columns", sa.JSON(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("default_enrolled_on", sa.Date(), nullable=True),
        sa.Column("consent_attested_on", sa.Date(), nullable=True),
        sa.Column("consent_text_version", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_params", sa.JSON(), nullable=True),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("created_households", sa.Integer(), nullable=False),
        sa.Column("updated_households", sa.Integer(), nullable=False),
        sa.Column("unchanged_rows", sa.Integer(), nullable=False),
        sa.Column("drafted_rows", sa.Integer(), nullable=False),
        sa.Column("refused_rows", sa.Integer(), nullable=False),
        sa.Column("created_deliveries", sa.Integer(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_posting", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('uploaded', 'previewing', 'previewed', 'running', 'finished', 'stopped', 'undoing', 'undone')",
            name=op.f("ck_import_batches_state_known"),
        ),
        sa.CheckConstraint(
            "(consent_attested_on IS NULL) = (consent_text_version IS NULL)",
            name=op.f("ck_import_batches_consent_whole"),
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_import_batches_grant_id_grants")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_import_batches_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sa.UniqueConstraint("code", name=op.f("uq_import_batches_code")),
    )
    op.create_index(op.f("ix_import_batches_partner_id"), "import_batches", ["partner_id"], unique=False)
    op.create_index(op.f("ix_import_batches_sha256"), "import_batches", ["sha256"], unique=False)
    op.create_index(op.f("ix_import_batches_state"), "import_batches", ["state"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("role_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name=op.f("fk_invitations_invited_by_users")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_invitations_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitations_token_digest")),
    )
    op.create_index(op.f("ix_invitations_email"), "invitations", ["email"], unique=False)
    op.create_table(
        "match_keys",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["households.id"], name=op.f("fk_match_keys_record_id_households")),
        sa.PrimaryKeyConstraint("record_id", "kind", "fingerprint", name=op.f("pk_match_keys")),
    )
    op.create_index("ix_match_keys_fingerprint", "match_keys", ["fingerprint", "record_id"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_members_household_id_households")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_members_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
    )
    op.create_index("ix_members_household_id", "members", ["household_id", "partner_id"], unique=False)
    op.create_table(
        "password_resets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_password_resets_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_resets")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_password_resets_token_digest")),
    )
    op.create_index(op.f("ix_password_resets_user_id"), "password_resets", ["user_id"], unique=False)
    op.create_table(
        "record_identities",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["households.id"], name=op.f("fk_record_identities_record_id_households")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_record_identities")),
    )
    op.create_index(op.f("ix_record_identities_identity"), "record_identities", ["identity"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"], unique=False)
    op.create_table(
        "role_assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role <> 'auditor' OR ends_at IS NOT NULL", name=op.f("ck_role_assignments_auditor_time_boxed")
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_role_assignments_period_in_order")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_role_assignments_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignments")),
    )
    op.create_index(op.f("ix_role_assignments_user_id"), "role_assignments", ["user_id"], unique=False)
    op.create_table(
        "search_terms",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column(
            "term", sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_search_terms_household_id_households")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_search_terms_partner_id_partners")),
        sa.PrimaryKeyConstraint("household_id", "term", name=op.f("pk_search_terms")),
    )
    op.create_index(
        "ix_search_terms_partner_id_term", "search_terms", ["partner_id", "term", "household_id"], unique=False
    )
    op.create_index("ix_search_terms_term", "search_terms", ["term", "household_id"], unique=False)
    op.create_table(
        "standings",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("device_verified_on", sa.Date(), nullable=True),
        sa.Column("connectivity_verified_on", sa.Date(), nullable=True),
        sa.Column("skills_verified_on", sa.Date(), nullable=True),
        sa.Column("connected_verified_on", sa.Date(), nullable=True),
        sa.Column("connected_pending_on", sa.Date(), nullable=True),
        sa.Column("connected_until", sa.Date(), nullable=True),
        sa.Column("connected_open", sa.Boolean(), nullable=False),
        sa.Column("skills_sustained_on", sa.Date(), nullable=True),
        sa.Column("district", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("owed_by", sa.String(length=12), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_standings_partner_id_partners")),
        sa.ForeignKeyConstraint(["record_id"], ["households.id"], name=op.f("fk_standings_record_id_households")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_standings")),
    )
    op.create_index("ix_standings_connected", "standings", ["connected_verified_on", "record_id"], unique=False)
    op.create_index(op.f("ix_standings_identity"), "standings", ["identity"], unique=False)
    op.create_index(op.f("ix_standings_partner_id"), "standings", ["partner_id"], unique=False)
    op.create_index("ix_standings_reason", "standings", ["reason", "since"], unique=False)
    op.create_table(
        "team_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id_teams")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_team_members_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
        sa.UniqueConstraint("team_id", "user_id", name=op.f("uq_team_members_team_id_user_id")),
    )
    op.create_index(op.f("ix_team_members_user_id"), "team_members", ["user_id"], unique=False)
    op.create_table(
        "units_out",
        sa.Column("unit_key", sa.String(length=80), nullable=False),
        sa.Column("fact_number", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["households.id"], name=op.f("fk_units_out_record_id_households")),
        sa.PrimaryKeyConstraint("unit_key", name=op.f("pk_units_out")),
        sa.UniqueConstraint("fact_number", name=op.f("uq_units_out_fact_number")),
    )
    op.create_index(op.f("ix_units_out_record_id"), "units_out", ["record_id"], unique=False)
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_user_sessions_token_digest")),
    )
    op.create_index(op.f("ix_user_sessions_user_id"), "user_sessions", ["user_id"], unique=False)
    op.create_table(
        "import_problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=200), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_import_problems_batch_id_import_batches")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_import_problems_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problems")),
    )
    op.create_index("ix_import_problems_batch", "import_problems", ["batch_id", "code", "row"], unique=False)
    op.create_index(op.f("ix_import_problems_partner_id"), "import_problems", ["partner_id"], unique=False)
    op.create_table(
        "imported_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_imported_rows_batch_id_import_batches")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_imported_rows_household_id_households")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_imported_rows_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_rows")),
        sa.UniqueConstraint("partner_id", "row_key", name=op.f("uq_imported_rows_partner_id_row_key")),
    )
    op.create_index("ix_imported_rows_batch", "imported_rows", ["batch_id", "row"], unique=False)
    op.create_index(op.f("ix_imported_rows_household_id"), "imported_rows", ["household_id"], unique=False)
    op.create_index(op.f("ix_imported_rows_partner_id"), "imported_rows", ["partner_id"], unique=False)
    op.create_table(
        "proofs",
        sa.Column("fact_number", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_key", sa.String(length=32), nullable=True),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'questioned', 'answered', 'confirmed', 'void')", name=op.f("ck_proofs_state_known")
        ),
        sa.ForeignKeyConstraint(["fact_number"], ["facts.number"], name=op.f("fk_proofs_fact_number_facts")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_proofs_partner_id_partners")),
        sa.ForeignKeyConstraint(["record_id"], ["households.id"], name=op.f("fk_proofs_record_id_households")),
        sa.PrimaryKeyConstraint("fact_number", name=op.f("pk_proofs")),
    )
    op.create_index("ix_proofs_document", "proofs", ["document_key", "state"], unique=False)
    op.create_index(op.f("ix_proofs_partner_id"), "proofs", ["partner_id"], unique=False)
    op.create_index("ix_proofs_queue", "proofs", ["state", "since", "fact_number"], unique=False)
    op.create_index(op.f("ix_proofs_record_id"), "proofs", ["record_id"], unique=False)
    op.execute("INSERT INTO ledger_head (id, posting, fact, recorded_at) VALUES (1, 0, 0, '2000-01-01 00:00:00')")
    inspector = sa.inspect(op.get_bind())
    for name in guards.FIRST_APPEND_ONLY:
        guards.guard(name, [column["name"] for column in inspector.get_columns(name)])
    guards.wall(guards.FIRST_PARTNER_TABLES)


def downgrade() -> None:
    for name in guards.FIRST_APPEND_ONLY:
        guards.unguard(name)

    op.drop_index(op.f("ix_proofs_record_id"), table_name="proofs")
    op.drop_index("ix_proofs_queue", table_name="proofs")
    op.drop_index(op.f("ix_proofs_partner_id"), table_name="proofs")
    op.drop_index("ix_proofs_document", table_name="proofs")
    op.drop_table("proofs")
    op.drop_index(op.f("ix_imported_rows_partner_id"), table_name="imported_rows")
    op.drop_index(op.f("ix_imported_rows_household_id"), table_name="imported_rows")
    op.drop_index("ix_imported_rows_batch", table_name="imported_rows")
    op.drop_table("imported_rows")
    op.drop_index(op.f("ix_import_problems_partner_id"), table_name="import_problems")
    op.drop_index("ix_import_problems_batch", table_name="import_problems")
    op.drop_table("import_problems")
    op.drop_index(op.f("ix_user_sessions_user_id"), table_name="user_sessions")
    op.drop_table("user_sessions")
    op.drop_index(op.f("ix_units_out_record_id"), table_name="units_out")
    op.drop_table("units_out")
    op.drop_index(op.f("ix_team_members_user_id"), table_name="team_members")
    op.drop_table("team_members")
    op.drop_index("ix_standings_reason", table_name="standings")
    op.drop_index(op.f("ix_standings_partner_id"), table_name="standings")
    op.drop_index(op.f("ix_standings_identity"), table_name="standings")
    op.drop_index("ix_standings_connected", table_name="standings")
    op.drop_table("standings")
    op.drop_index("ix_search_terms_term", table_name="search_terms")
    op.drop_index("ix_search_terms_partner_id_term", table_name="search_terms")
    op.drop_table("search_terms")
    op.drop_index(op.f("ix_role_assignments_user_id"), table_name="role_assignments")
    op.drop_table("role_assignments")
    op.drop_index(op.f("ix_recovery_codes_user_id"), table_name="recovery_codes")
    op.drop_table("recovery_codes")
    op.drop_index(op.f("ix_record_identities_identity"), table_name="record_identities")
    op.drop_table("record_identities")
    op.drop_index(op.f("ix_password_resets_user_id"), table_name="password_resets")
    op.drop_table("password_resets")
    op.drop_index("ix_members_household_id", table_name="members")
    op.drop_table("members")
    op.drop_index("ix_match_keys_fingerprint", table_name="match_keys")
    op.drop_table("match_keys")
    op.drop_index(op.f("ix_invitations_email"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_index(op.f("ix_import_batches_state"), table_name="import_batches")
    op.drop_index(op.f("ix_import_batches_sha256"), table_name="import_batches")
    op.drop_index(op.f("ix_import_batches_partner_id"), table_name="import_batches")
    op.drop_table("import_batches")
    op.drop_index("ix_household_addresses_household_id", table_name="household_addresses")
    op.drop_index(op.f("ix_household_addresses_fact_number"), table_name="household_addresses")
    op.drop_table("household_addresses")
    op.drop_index(op.f("ix_grant_targets_partner_id"), table_name="grant_targets")
    op.drop_table("grant_targets")
    op.drop_index(
        "ix_facts_unit_key",
        table_name="facts",
        sqlite_where=sa.text("unit_key IS NOT NULL"),
        postgresql_where=sa.text("unit_key IS NOT NULL"),
    )
    op.drop_index(
        "ix_facts_refers_to",
        table_name="facts",
        sqlite_where=sa.text("refers_to IS NOT NULL"),
        postgresql_where=sa.text("refers_to IS NOT NULL"),
    )
    op.drop_index("ix_facts_record_id", table_name="facts")
    op.drop_index(op.f("ix_facts_posting"), table_name="facts")
    op.drop_index(
        "ix_facts_other_record_id",
        table_name="facts",
        sqlite_where=sa.text("other_record_id IS NOT NULL"),
        postgresql_where=sa.text("other_record_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_facts_document_key",
        table_name="facts",
        sqlite_where=sa.text("document_key IS NOT NULL"),
        postgresql_where=sa.text("document_key IS NOT NULL"),
    )
    op.drop_index(
        "ix_facts_batch_id",
        table_name="facts",
        sqlite_where=sa.text("batch_id IS NOT NULL"),
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )
    op.drop_table("facts")
    op.drop_index("ix_enrollments_household_id", table_name="enrollments")
    op.drop_index(op.f("ix_enrollments_fact_number"), table_name="enrollments")
    op.drop_table("enrollments")
    op.drop_index("ix_consents_household_id", table_name="consents")
    op.drop_index(op.f("ix_consents_fact_number"), table_name="consents")
    op.drop_table("consents")
    op.drop_index(op.f("ix_candidate_pairs_state"), table_name="candidate_pairs")
    op.drop_index(op.f("ix_candidate_pairs_record_b"), table_name="candidate_pairs")
    op.drop_index(op.f("ix_candidate_pairs_record_a"), table_name="candidate_pairs")
    op.drop_table("candidate_pairs")
    op.drop_index(op.f("ix_users_partner_id"), table_name="users")
    op.drop_table("users")
    op.drop_index(op.f("ix_teams_partner_id"), table_name="teams")
    op.drop_table("teams")
    op.drop_index(op.f("ix_stored_files_partner_id"), table_name="stored_files")
    op.drop_table("stored_files")
    op.drop_index(op.f("ix_households_team_id"), table_name="households")
    op.drop_index("ix_households_phone_e164", table_name="households")
    op.drop_index("ix_households_partner_id_id", table_name="households")
    op.drop_index("ix_households_partner_id_head_name", table_name="households")
    op.drop_index(op.f("ix_households_navigator_id"), table_name="households")
    op.drop_index(op.f("ix_households_import_batch_id"), table_name="households")
    op.drop_table("households")
    op.drop_index(op.f("ix_grants_partner_id"), table_name="grants")
    op.drop_table("grants")
    op.drop_index("ix_entries_posting", table_name="entries")
    op.drop_index("ix_entries_identity", table_name="entries")
    op.drop_index("ix_entries_day", table_name="entries")
    op.drop_table("entries")
    op.drop_index(op.f("ix_drafts_user_id"), table_name="drafts")
    op.drop_index(op.f("ix_drafts_partner_id"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_index(op.f("ix_column_mappings_partner_id"), table_name="column_mappings")
    op.drop_table("column_mappings")
    op.drop_table("audit_seals")
    op.drop_index(op.f("ix_used_forms_used_at"), table_name="used_forms")
    op.drop_table("used_forms")
    op.drop_index("ix_throttles_expires_at", table_name="throttles")
    op.drop_table("throttles")
    op.drop_table("reason_cells")
    op.drop_index(op.f("ix_published_figures_month"), table_name="published_figures")
    op.drop_table("published_figures")
    op.drop_table("program_versions")
    op.drop_index(op.f("ix_postings_recorded_at"), table_name="postings")
    op.drop_table("postings")
    op.drop_table("partners")
    op.drop_index("ix_outbox_jobs_state", table_name="outbox_jobs")
    op.drop_table("outbox_jobs")
    op.drop_table("margins")
    op.drop_table("ledger_head")
    op.drop_table("funds")
    op.drop_table("cube")
    op.drop_index(op.f("ix_audit_events_user_id"), table_name="audit_events")
    op.drop_index("ix_audit_events_subject", table_name="audit_events")
    op.drop_index(op.f("ix_audit_events_posting"), table_name="audit_events")
    op.drop_index(op.f("ix_audit_events_partner_id"), table_name="audit_events")
    op.drop_index(op.f("ix_audit_events_name"), table_name="audit_events")
    op.drop_index(op.f("ix_audit_events_happened_at"), table_name="audit_events")
    op.drop_table("audit_events")

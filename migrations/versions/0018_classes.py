"""classes: sessions, places and waiting lists, who came, who asks for a seat, assessments."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OWNED = ("classes", "class_sessions", "class_places", "attendances", "assessments", "class_requests")


def upgrade() -> None:
    _classes()
    _sessions()
    _places()
    _attendances()
    _assessments()
    _requests()
    guards.wall(OWNED)


def _classes() -> None:
    op.create_table(
        "classes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats BETWEEN 1 AND 1000", name=op.f("ck_classes_seats_in_bounds")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_classes_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classes")),
        sa.UniqueConstraint("code", name=op.f("uq_classes_code")),
    )
    op.create_index("ix_classes_partner_id", "classes", ["partner_id", "id"], unique=False)


def _sessions() -> None:
    op.create_table(
        "class_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canceled_by", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(canceled_at IS NULL) = (canceled_by IS NULL)", name=op.f("ck_class_sessions_canceled_by_somebody")
        ),
        sa.CheckConstraint("(noted_at IS NULL) = (revision = 0)", name=op.f("ck_class_sessions_noted_has_revision")),
        sa.CheckConstraint("canceled_at IS NULL OR noted_at IS NULL", name=op.f("ck_class_sessions_canceled_or_noted")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_class_sessions_ends_after_start")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_class_sessions_class_id_classes")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_class_sessions_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_sessions")),
        sa.UniqueConstraint("code", name=op.f("uq_class_sessions_code")),
    )
    op.create_index("ix_class_sessions_class_id", "class_sessions", ["class_id", "starts_at", "id"], unique=False)
    op.create_index(op.f("ix_class_sessions_partner_id"), "class_sessions", ["partner_id"], unique=False)


def _places() -> None:
    op.create_table(
        "class_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_by", sa.Integer(), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'given_up') = (given_up_at IS NOT NULL)", name=op.f("ck_class_places_given_up_is_dated")
        ),
        sa.CheckConstraint("state IN ('seated', 'waiting', 'given_up')", name=op.f("ck_class_places_state_known")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_class_places_class_id_classes")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_class_places_household_id_households")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_class_places_member_id_members")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_class_places_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_places")),
    )
    op.create_index("ix_class_places_class_id", "class_places", ["class_id", "state", "id"], unique=False)
    op.create_index("ix_class_places_household_id", "class_places", ["household_id", "id"], unique=False)
    op.create_index(op.f("ix_class_places_partner_id"), "class_places", ["partner_id"], unique=False)
    op.create_index(
        "uq_class_places_member",
        "class_places",
        ["class_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'given_up'"),
        postgresql_where=sa.text("state <> 'given_up'"),
    )


def _attendances() -> None:
    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.CheckConstraint("fact_number IS NULL OR present", name=op.f("ck_attendances_fact_of_present")),
        sa.CheckConstraint(
            "minutes IS NULL OR minutes BETWEEN 1 AND 1440", name=op.f("ck_attendances_minutes_in_bounds")
        ),
        sa.CheckConstraint("present = (minutes IS NOT NULL)", name=op.f("ck_attendances_present_has_minutes")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_attendances_household_id_households")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_attendances_member_id_members")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_attendances_partner_id_partners")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_sessions.id"], name=op.f("fk_attendances_session_id_class_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
    )
    op.create_index("ix_attendances_household_id", "attendances", ["household_id", "id"], unique=False)
    op.create_index(op.f("ix_attendances_partner_id"), "attendances", ["partner_id"], unique=False)
    op.create_index("uq_attendances_fact_number", "attendances", ["fact_number"], unique=True)
    op.create_index("uq_attendances_member", "attendances", ["session_id", "member_id"], unique=True)


def _assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("fact_number", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stage IN ('before', 'after', 'follow_up')", name=op.f("ck_assessments_stage_known")),
        sa.CheckConstraint("score IS NOT NULL OR passed IS NOT NULL", name=op.f("ck_assessments_has_a_result")),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name=op.f("ck_assessments_score_in_bounds")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_assessments_household_id_households")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_assessments_member_id_members")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_assessments_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    op.create_index("ix_assessments_household_id", "assessments", ["household_id", "id"], unique=False)
    op.create_index(op.f("ix_assessments_partner_id"), "assessments", ["partner_id"], unique=False)
    op.create_index("uq_assessments_fact_number", "assessments", ["fact_number"], unique=True)


def _requests() -> None:
    op.create_table(
        "class_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("phone_e164", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("consent_text_version", sa.String(length=40), nullable=False),
        sa.Column("consent_language", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_class_requests_closed_has_outcome")
        ),
        sa.CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name=op.f("ck_class_requests_closed_is_dated")),
        sa.CheckConstraint(
            "(state = 'waiting') = (name IS NOT NULL)", name=op.f("ck_class_requests_name_until_closed")
        ),
        sa.CheckConstraint(
            "state = 'waiting' OR (phone IS NULL AND phone_e164 IS NULL AND email IS NULL)",
            name=op.f("ck_class_requests_contact_until_closed"),
        ),
        sa.CheckConstraint("state IN ('waiting', 'enrolled', 'closed')", name=op.f("ck_class_requests_state_known")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_class_requests_class_id_classes")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_class_requests_partner_id_partners")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["class_places.id"], name=op.f("fk_class_requests_place_id_class_places")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_requests")),
        sa.UniqueConstraint("code", name=op.f("uq_class_requests_code")),
    )
    op.create_index("ix_class_requests_class_id", "class_requests", ["class_id", "state", "id"], unique=False)
    op.create_index(op.f("ix_class_requests_partner_id"), "class_requests", ["partner_id"], unique=False)


def downgrade() -> None:
    for table in reversed(OWNED):
        op.drop_table(table)

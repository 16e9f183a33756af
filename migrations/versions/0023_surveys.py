"""follow-up surveys, whom they ask and what was said, links to answer by."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OWNED = ("survey_invitations",)


def upgrade() -> None:
    _surveys()
    _invitations()
    _links()
    guards.wall(OWNED)


def _surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("introduction", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("reach", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.Column("totals", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(opened_at IS NULL) = (opened_by IS NULL)", name=op.f("ck_surveys_opened_by_somebody")),
        sa.CheckConstraint("(opened_at IS NULL) = (closes_on IS NULL)", name=op.f("ck_surveys_open_has_last_day")),
        sa.CheckConstraint("(opened_at IS NULL) = (audience IS NULL)", name=op.f("ck_surveys_open_has_audience")),
        sa.CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name=op.f("ck_surveys_closed_was_open")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (kept_until IS NULL)", name=op.f("ck_surveys_closed_has_end_of_keeping")
        ),
        sa.CheckConstraint("totals IS NULL OR closed_at IS NOT NULL", name=op.f("ck_surveys_forgotten_was_closed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("code", name=op.f("uq_surveys_code")),
    )


def _invitations() -> None:
    op.create_table(
        "survey_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("way", sa.String(length=8), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_to", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'answered', 'refused')", name=op.f("ck_survey_invitations_state_known")
        ),
        sa.CheckConstraint("(state = 'waiting') = (told_at IS NULL)", name=op.f("ck_survey_invitations_told_on_a_day")),
        sa.CheckConstraint(
            "answers IS NULL OR state = 'answered'", name=op.f("ck_survey_invitations_answers_were_given")
        ),
        sa.CheckConstraint("way IS NULL OR way IN ('link', 'phone')", name=op.f("ck_survey_invitations_way_known")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_survey_invitations_household_id_households")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_survey_invitations_partner_id_partners")
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_invitations_survey_id_surveys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitations")),
        sa.UniqueConstraint("code", name=op.f("uq_survey_invitations_code")),
        sa.UniqueConstraint("survey_id", "identity", name=op.f("uq_survey_invitations_survey_id_identity")),
    )
    op.create_index("ix_survey_invitations_household_id", "survey_invitations", ["household_id", "survey_id"])
    op.create_index("ix_survey_invitations_waiting", "survey_invitations", ["partner_id", "survey_id", "state", "id"])


def _links() -> None:
    op.create_table(
        "survey_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["survey_invitations.id"], name=op.f("fk_survey_links_invitation_id_survey_invitations")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_survey_links_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_survey_links_token_digest")),
    )
    op.create_index(op.f("ix_survey_links_invitation_id"), "survey_links", ["invitation_id"])


def downgrade() -> None:
    for table in ("survey_links", "survey_invitations", "surveys"):
        op.drop_table(table)

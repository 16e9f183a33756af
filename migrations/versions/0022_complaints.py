"""complaints, appeals and requests for correction; outreach events."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

OWNED = ("grievance_words", "grievance_sides", "outreach_events", "outreach_revisions")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _grievances()
    _words()
    _sides()
    _events()
    _revisions()
    columns = sa.inspect(op.get_bind()).get_columns("outreach_revisions")
    guards.guard("outreach_revisions", [column["name"] for column in columns])
    guards.wall(OWNED)


def _column(name: str, kind: sa.types.TypeEngine, *, empty: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=empty)


def _grievances() -> None:
    name = "ck_grievances_"
    op.create_table(
        "grievances",
        _column("id", sa.Integer()),
        _column("reference", sa.String(length=12)),
        _column("pin_hash", sa.String(length=200)),
        _column("shown_digest", sa.String(length=64)),
        _column("kind", sa.String(length=12)),
        _column("way", sa.String(length=10)),
        _column("language", sa.String(length=16), empty=True),
        _column("state", sa.String(length=10)),
        _column("outcome", sa.String(length=12), empty=True),
        _column("partner_id", sa.Integer()),
        _column("about_id", sa.Integer(), empty=True),
        _column("household_id", sa.Integer(), empty=True),
        _column("owner_id", sa.Integer(), empty=True),
        _column("answered_by", sa.Integer(), empty=True),
        _column("noted_by", sa.Integer(), empty=True),
        _column("asked_partner_id", sa.Integer(), empty=True),
        _column("received_on", sa.Date()),
        _column("acknowledge_by", sa.Date()),
        _column("answer_by", sa.Date()),
        _column("acknowledged_on", sa.Date(), empty=True),
        _column("first_answered_on", sa.Date(), empty=True),
        _column("answered_on", sa.Date(), empty=True),
        _column("reopened_on", sa.Date(), empty=True),
        _column("changed_what", sa.String(length=40), empty=True),
        _column("changed_event", sa.Integer(), empty=True),
        _column("changed_on", sa.Date(), empty=True),
        _column("created_at", INSTANT),
        _column("updated_at", INSTANT),
        _column("closed_at", INSTANT, empty=True),
        _column("erased_at", INSTANT, empty=True),
        _column("erase_when_closed", sa.Boolean()),
        sa.CheckConstraint("kind IN ('complaint', 'appeal', 'correction')", name=op.f(f"{name}kind_known")),
        sa.CheckConstraint("way IN ('page', 'phone', 'in_person')", name=op.f(f"{name}way_known")),
        sa.CheckConstraint("state IN ('received', 'looking', 'answered', 'closed')", name=op.f(f"{name}state_known")),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'partly', 'not_upheld', 'withdrawn')", name=op.f(f"{name}outcome_known")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (state IN ('received', 'looking'))", name=op.f(f"{name}ended_says_how")
        ),
        sa.CheckConstraint("(state = 'looking') = (owner_id IS NOT NULL)", name=op.f(f"{name}looked_at_by_somebody")),
        sa.CheckConstraint("(closed_at IS NULL) = (state <> 'closed')", name=op.f(f"{name}closed_is_dated")),
        sa.CheckConstraint("(changed_what IS NULL) = (changed_on IS NULL)", name=op.f(f"{name}change_is_dated")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_grievances_partner_id_partners")),
        sa.ForeignKeyConstraint(["about_id"], ["partners.id"], name=op.f("fk_grievances_about_id_partners")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_grievances_household_id_households")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grievances")),
        sa.UniqueConstraint("reference", name=op.f("uq_grievances_reference")),
    )
    op.create_index("ix_grievances_partner_id_state", "grievances", ["partner_id", "state", "id"], unique=False)
    op.create_index("ix_grievances_household_id", "grievances", ["household_id"], unique=False)
    op.create_index(op.f("ix_grievances_shown_digest"), "grievances", ["shown_digest"], unique=False)


def _of_grievance(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f(f"fk_{table}_grievance_id_grievances")),
        *_owned(table),
    )


def _owned(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f(f"fk_{table}_partner_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _index_owner(table: str) -> None:
    op.create_index(op.f(f"ix_{table}_partner_id"), table, ["partner_id"], unique=False)


def _words() -> None:
    op.create_table(
        "grievance_words",
        _column("id", sa.Integer()),
        _column("grievance_id", sa.Integer()),
        _column("text", sa.Text(), empty=True),
        _column("phone", sa.String(length=40), empty=True),
        _column("phone_e164", sa.String(length=20), empty=True),
        _column("email", sa.String(length=254), empty=True),
        _column("typed_code", sa.String(length=40), empty=True),
        _column("answer", sa.Text(), empty=True),
        _column("answer_english", sa.Text(), empty=True),
        _column("disagreement", sa.Text(), empty=True),
        _column("earlier_answer", sa.Text(), empty=True),
        _column("created_at", INSTANT),
        _column("ended_at", INSTANT, empty=True),
        _column("partner_id", sa.Integer()),
        *_of_grievance("grievance_words"),
    )
    op.create_index("ix_grievance_words_grievance_id", "grievance_words", ["grievance_id", "partner_id"], unique=False)
    _index_owner("grievance_words")


def _sides() -> None:
    op.create_table(
        "grievance_sides",
        _column("id", sa.Integer()),
        _column("code", sa.String(length=12)),
        _column("grievance_id", sa.Integer()),
        _column("question", sa.Text(), empty=True),
        _column("answer", sa.Text(), empty=True),
        _column("due_on", sa.Date()),
        _column("asked_at", INSTANT),
        _column("asked_by", sa.Integer()),
        _column("said_at", INSTANT, empty=True),
        _column("said_by", sa.Integer(), empty=True),
        _column("partner_id", sa.Integer()),
        sa.CheckConstraint("(said_at IS NULL) = (said_by IS NULL)", name=op.f("ck_grievance_sides_said_by_somebody")),
        *_of_grievance("grievance_sides"),
        sa.UniqueConstraint("code", name=op.f("uq_grievance_sides_code")),
    )
    op.create_index("ix_grievance_sides_grievance_id", "grievance_sides", ["grievance_id", "id"], unique=False)
    _index_owner("grievance_sides")


def _events() -> None:
    name = "ck_outreach_events_"
    op.create_table(
        "outreach_events",
        _column("id", sa.Integer()),
        _column("code", sa.String(length=12)),
        _column("name", sa.String(length=120)),
        _column("kind", sa.String(length=12)),
        _column("happened_on", sa.Date()),
        _column("place", sa.String(length=200)),
        _column("zip_code", sa.String(length=10), empty=True),
        _column("district", sa.String(length=20), empty=True),
        _column("languages", sa.JSON()),
        _column("reached", sa.Integer()),
        _column("counted_by", sa.String(length=10)),
        _column("asked_help", sa.Integer()),
        _column("notes", sa.Text(), empty=True),
        _column("written_at", INSTANT),
        _column("written_by", sa.Integer()),
        _column("changed_at", INSTANT, empty=True),
        _column("struck_at", INSTANT, empty=True),
        _column("struck_by", sa.Integer(), empty=True),
        _column("version", sa.Integer()),
        _column("partner_id", sa.Integer()),
        sa.CheckConstraint(
            "kind IN ('tabling', 'canvassing', 'class_demo', 'phone_bank', 'mailing', 'other')",
            name=op.f(f"{name}kind_known"),
        ),
        sa.CheckConstraint(
            "counted_by IN ('heads', 'estimate', 'leaflets')", name=op.f(f"{name}way_of_counting_known")
        ),
        sa.CheckConstraint(
            "reached >= 0 AND asked_help >= 0 AND asked_help <= reached", name=op.f(f"{name}asked_are_among_reached")
        ),
        sa.CheckConstraint("(struck_at IS NULL) = (struck_by IS NULL)", name=op.f(f"{name}struck_by_somebody")),
        *_owned("outreach_events"),
        sa.UniqueConstraint("code", name=op.f("uq_outreach_events_code")),
    )
    op.create_index("ix_outreach_events_happened_on", "outreach_events", ["happened_on", "id"], unique=False)
    _index_owner("outreach_events")


def _revisions() -> None:
    op.create_table(
        "outreach_revisions",
        _column("id", sa.Integer()),
        _column("event_id", sa.Integer()),
        _column("said", sa.JSON()),
        _column("replaced_at", INSTANT),
        _column("replaced_by", sa.Integer()),
        _column("partner_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["event_id"], ["outreach_events.id"], name=op.f("fk_outreach_revisions_event_id_outreach_events")
        ),
        *_owned("outreach_revisions"),
    )
    op.create_index("ix_outreach_revisions_event_id", "outreach_revisions", ["event_id", "id"], unique=False)
    _index_owner("outreach_revisions")


def downgrade() -> None:
    guards.unguard("outreach_revisions")
    for table in ("outreach_revisions", "outreach_events", "grievance_sides", "grievance_words", "grievances"):
        op.drop_table(table)

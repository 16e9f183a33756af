"""DDL that makes the database itself refuse to change what must not change (docs/counting.md, rule 19).

Used by migrations. SQLite: row triggers; REPLACE fires the DELETE trigger because recursive_triggers is on, and
a second guard refuses an INSERT over an existing key even where it is off. PostgreSQL: row triggers, and a
statement trigger against TRUNCATE.
"""

from collections.abc import Iterable

from alembic import op

# table -> columns that may be blanked (set to NULL), never changed otherwise
FIRST_APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "facts": ("evidence_seen_by", "evidence_reference", "evidence_file_id", "note"),
    "postings": (),
    "entries": (),
    "program_versions": (),
    "published_figures": (),
    "audit_events": (),
    "audit_seals": (),
}
APPEND_ONLY = {
    **FIRST_APPEND_ONLY,
    "device_moves": ("reason",),
    "device_checks": (),
    "offer_terms": (),
    "application_moves": ("note",),
    "money_entries": (),
    "note_revisions": ("text",),
    "outreach_revisions": (),
    "appointment_moves": (),
}
# rows that belong to one partner: PostgreSQL shows them only under that partner's scope, or the city's
FIRST_PARTNER_TABLES = (
    "column_mappings", "consents", "drafts", "enrollments", "facts", "grant_targets", "grants", "household_addresses",
    "households", "import_batches", "import_problems", "imported_rows", "members", "proofs", "search_terms",
    "standings", "stored_files",
)  # fmt: skip
PARTNER_TABLES = (
    *FIRST_PARTNER_TABLES, "referrals", "eligibility_decisions", "donations", "slots", "bookings", "donors",
    "device_requests", "reservations", "recycling_batches", "repair_requests", "follow_ups",
    "applications", "application_moves", "subscriptions", "subsidies", "tasks", "ended_subsidies",
    "line_checks", "sample_members",
    "money_entries", "payments", "vouchers",
    "provider_files", "provider_file_applications", "provider_file_rows", "answer_files", "answer_rows",
    "provider_columns",
    "classes", "class_sessions", "class_places", "attendances", "assessments",
    "class_requests",
    "notes", "note_revisions",
    "grievance_words", "grievance_sides", "outreach_events", "outreach_revisions",
    "survey_invitations",
    "messages",
    "appointments", "appointment_moves", "referral_letters",
    "event_days", "event_day_homes", "event_day_items",
)  # fmt: skip
KEYS = {"facts": "number", "postings": "number"}


def guard(table: str, columns: list[str]) -> None:
    """Install the guards of one table; ``columns`` are its columns as of the migration."""
    dialect = op.get_bind().dialect.name
    (_guard_sqlite if dialect == "sqlite" else _guard_postgresql)(table, columns, APPEND_ONLY[table])


def wall(tables: Iterable[str]) -> None:
    """Put row-level security behind the tenant filter; it binds the tables' owner too."""
    if op.get_bind().dialect.name != "postgresql":
        return
    seen = "current_setting('app.partner', true)"
    allowed = f"({seen} = 'all' OR partner_id::text = {seen})"
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_own ON {table} USING {allowed} WITH CHECK {allowed}")


def unguard(table: str) -> None:
    """Remove the guards of one table (before dropping it)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER IF EXISTS {table}_keep ON {table}")
        op.execute(f"DROP TRIGGER IF EXISTS {table}_keep_all ON {table}")
        op.execute(f"DROP FUNCTION IF EXISTS {table}_keep()")
        return
    for name in ("update", "delete", "replace"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name}")


def _changed(columns: list[str], blankable: tuple[str, ...], differs: str) -> str:
    """Return the SQL condition: a counting column differs, or a personal one became anything but NULL."""
    fixed = [f"OLD.{name} {differs} NEW.{name}" for name in columns if name not in blankable]
    personal = [f"(NEW.{name} IS NOT NULL AND OLD.{name} {differs} NEW.{name})" for name in blankable]
    return " OR ".join(fixed + personal)


def _guard_sqlite(table: str, columns: list[str], blankable: tuple[str, ...]) -> None:
    key = KEYS.get(table, "id")
    say = f"SELECT RAISE(ABORT, '{table} is append-only')"
    changed = _changed(columns, blankable, "IS NOT")
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {changed} BEGIN {say}; END")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {say}; END")
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 - our own names
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} BEGIN {say}; END")


def _guard_postgresql(table: str, columns: list[str], blankable: tuple[str, ...]) -> None:
    changed = _changed(columns, blankable, "IS DISTINCT FROM")
    # json has no equality; compare its text
    for name in ("details", "team_ids"):
        changed = changed.replace(
            f"OLD.{name} IS DISTINCT FROM NEW.{name}", f"OLD.{name}::text IS DISTINCT FROM NEW.{name}::text"
        )
    op.execute(
        f"""CREATE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'UPDATE' THEN
            IF NOT ({changed}) THEN RETURN NEW; END IF;
          END IF;
          RAISE EXCEPTION '{table} is append-only';
        END $$"""
    )
    op.execute(
        f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_keep()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep()"
    )

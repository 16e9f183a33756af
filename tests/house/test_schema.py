"""The database as the models say, and as the laws say."""

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select, text

from digital_inclusion.foundation.database import EVERYTHING, Base, PartnerOwned, db, session, use_scope
from digital_inclusion.households.models import Draft
from migrations import guards
from tests.factories.world import World
from tests.support.subscriptions import from_facts, on_record
from tests.support.things import Things

# Tables without an owner, and why nobody's rows leak through them.
CITY_TABLES = {
    "partners": "names of organizations, shown to everybody signed in",
    "funds": "names of funds",
    "users": "reached through accounts' queries, which narrow to one's own partner",
    "role_assignments": "of users",
    "invitations": "of accounts, narrowed like users",
    "password_resets": "digests only",
    "recovery_codes": "digests only",
    "user_sessions": "digests only",
    "calendar_links": "digests only; reached by the token, or by their person",
    "teams": "narrowed by accounts' queries",
    "team_members": "of teams",
    "match_keys": "keyed fingerprints; read by matching alone",
    "candidate_pairs": "the city's list",
    "units_out": "keyed unit numbers; answers only 'still out'",
    "program_versions": "settings, shown to everybody signed in",
    "postings": "headings without persons",
    "entries": "the ledger: identities and days; read by progress and reporting",
    "eligibility_rulings": "answers by rule; name no household",
    "impact_previews": "counts by program and partner, the program managers' alone",
    "ledger_head": "one row",
    "cube": "sums",
    "margins": "sums",
    "reason_cells": "sums",
    "record_identities": "numbers; read by progress and matching",
    "published_figures": "public",
    "audit_events": "read with audit:read",
    "audit_seals": "digests",
    "outbox_jobs": "ids only",
    "throttles": "keyed fingerprints",
    "used_forms": "digests",
    "help_requests": "no name, no contact; reached by who has it, or by code and PIN",
    "grievances": "no word and no contact; reached by who answers it, or by code and PIN",
    "devices": "belong to the program; reached by who holds one, and by the city",
    "device_moves": "reached with their unit",
    "device_checks": "reached with their unit",
    "data_media": "reached with their unit",
    "device_parts": "reached with their unit",
    "sanitizations": "reached with their unit",
    "workshops": "where donors bring devices: public",
    "pledges": "no name, no contact; reached by reference and PIN, or with the lot",
    "donor_lots": "reached with their donor",
    "donor_links": "digests only; reached by the token, or with a lot",
    "recycling_units": "reached with their batch",
    "offers": "plans of providers, shown to everybody signed in",
    "offer_terms": "of offers",
    "program_ends": "when programs end, shown to everybody who sees the radar",
    "check_links": "digests only; reached by the token",
    "surveys": "questions and numbers of the program; read by whoever sees a household that was asked",
    "survey_links": "digests only; reached by the token",
    "samples": "which days were drawn from, and how many; name no household",
    "budgets": "the city's money; queries show a partner those that pay its vouchers",
    "payment_batches": "the city's payments; queries show a partner those that pay its vouchers",
    "message_reports": "a gateway's references; no address, no words",
    "message_keys": "fingerprints of the installation's own key",
    "message_blocks": "keyed fingerprints; answers only whether an address gets messages",
    "household_referrals": "no name, no contact, no words; reached by its sender and its receiver",
    "intakes": "what partners take, read when a request is sent",
}


def _owned() -> set[str]:
    return {m.class_.__tablename__ for m in Base.registry.mappers if issubclass(m.class_, PartnerOwned)}


def test_every_table_has_an_owner_or_an_explanation(app: Flask) -> None:
    tables = set(Base.metadata.tables)
    assert tables == _owned() | CITY_TABLES.keys()
    assert not _owned() & CITY_TABLES.keys()


def test_row_level_security_covers_every_owned_table() -> None:
    assert set(guards.PARTNER_TABLES) == _owned()


def test_models_equal_migrations(app: Flask) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_append_only_tables_are_guarded(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        rows = session().execute(text("SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY 1"))
        expected = 3
    else:
        rows = session().execute(
            text(
                "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE NOT t.tgisinternal GROUP BY 1"
            )
        )
        expected = 2
    found = {row[0]: row[1] for row in rows}
    assert {table: found.get(table) for table in guards.APPEND_ONLY} == dict.fromkeys(guards.APPEND_ONLY, expected)


def test_migrations_go_down_and_up_again(app: Flask) -> None:
    session().close()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_requests_for_help_come_and_go_with_data(app: Flask, world: World, things: dict[str, Things]) -> None:
    drafts = session().scalar(select(func.count(Draft.id)))
    session().close()
    downgrade(revision="0002")
    assert "referrals" not in inspect(db.engine).get_table_names()
    upgrade()
    use_scope(EVERYTHING)
    assert session().scalar(select(func.count(Draft.id))) == drafts == 4
    assert session().scalar(text("SELECT count(*) FROM help_requests")) == 0
    assert session().scalar(text("SELECT count(*) FROM households")) == 2
    assert on_record() == from_facts() != []  # each line has its subscription again

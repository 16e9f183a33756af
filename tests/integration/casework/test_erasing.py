"""Edit, withdraw, close and erase, on both databases; after erasure no personal byte is left in the file."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from digital_inclusion.casework.actions import changing, correcting
from digital_inclusion.casework.actions.drafting import keep_draft
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.actions.sitting import enroll_in_sitting
from digital_inclusion.casework.rules.editing import EditedHousehold, EditedMember
from digital_inclusion.exchange.models import ImportBatch, ImportedRow, ImportProblem
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.files import path_of, store_file
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from digital_inclusion.households.models import Consent, Draft, Household, SearchTerm
from digital_inclusion.matching.actions import deciding
from digital_inclusion.matching.actions.finding import find_pairs
from digital_inclusion.matching.models import CandidatePair, MatchKey
from digital_inclusion.progress.models import EntryRow, FactRow
from digital_inclusion.progress.queries.figures import figures
from digital_inclusion.progress.rules.deliveries import Evidence
from tests.factories.households import new_household, new_laptop, new_line
from tests.factories.served import confirm, entries_of, last_posting, row_of, serve
from tests.factories.world import SYSTEM, World

NAME = "Quetzalcoatl Zzyzxworth"


def _edited(household: Household, **changes: object) -> EditedHousehold:
    values: dict[str, object] = {name: getattr(household, name) for name in EditedHousehold.COLUMNS}
    values["members"] = [
        EditedMember(id=one.id, name=one.name, birth_date=one.birth_date, is_head=one.is_head)
        for one in household.members
    ]
    return EditedHousehold(**(values | changes))  # type: ignore[arg-type]


def test_edit_household_renews_what_it_is_found_by(world: World) -> None:
    made = serve(world)
    household = row_of(made)
    head = household.members[0]
    people = [
        EditedMember(id=head.id, name="Rosa Delgado Vega", birth_date=head.birth_date, is_head=True),
        EditedMember(name="Tío"),
    ]
    edited = _edited(household, members=people, phone="(408) 555-0199", phone_e164="+14085550199")
    keys = _keys(made.id)
    with write_transaction():
        changing.edit_household(household_id=made.id, version=1, edited=edited, by=world.actor("navigator_a"))
    household = row_of(made)
    assert household.head_name == "Rosa Delgado Vega" and len(household.members) == 2
    terms = set(session().scalars(select(SearchTerm.term).where(SearchTerm.household_id == made.id)))
    assert {"vega", "tio", "14085550199"} <= terms and "14085550123" not in terms
    assert _keys(made.id) != keys
    event = session().scalars(select(AuditEvent).where(AuditEvent.name == "household.changed")).one()
    assert set(event.details["fields"]) >= {"name", "phone"} and "Vega" not in str(event.details)  # type: ignore[call-overload]


def _keys(record: int) -> set[str]:
    return set(session().scalars(select(MatchKey.fingerprint).where(MatchKey.record_id == record)))


def test_edit_household_second_editor_is_told(world: World) -> None:
    made = serve(world)
    by = world.actor("navigator_a")
    first = _edited(row_of(made), email="one@example.org")
    second = _edited(row_of(made), email="two@example.org")
    with write_transaction():
        changing.edit_household(household_id=made.id, version=1, edited=first, by=by)
    with pytest.raises(changing.ChangedMeanwhile), write_transaction():
        changing.edit_household(household_id=made.id, version=1, edited=second, by=by)
    assert row_of(made).email == "one@example.org"


def test_withdraw_consent_stops_the_same_day_and_changes_no_figure(world: World) -> None:
    made = serve(world)
    confirm(world, *made.delivery_facts)
    by = world.actor("navigator_a")
    with write_transaction():
        assert changing.withdraw_consent(household_id=made.id, purposes=["follow_up"], by=by) is None
    before = figures()
    with write_transaction():
        changing.withdraw_consent(household_id=made.id, purposes=["service"], by=by)
    assert entries_of(last_posting()) == [] and figures() == before
    consent = session().scalars(select(Consent)).one()
    assert consent.withdrawn_on == clock.today() and consent.withdrawn_purposes == ["follow_up", "service"]
    with pytest.raises(Conflict), write_transaction():
        changing.withdraw_consent(household_id=made.id, purposes=["service"], by=by)


def test_close_enrollment_changes_no_figure(world: World) -> None:
    made = serve(world)
    by = world.actor("navigator_a")
    enrollment = row_of(made).enrollments[0].id
    before = last_posting()
    closing = {"household_id": made.id, "enrollment_id": enrollment, "reason": "served", "by": by}
    with pytest.raises(Invalid), write_transaction():
        changing.close_enrollment(closed_on=date(2025, 1, 1), **closing)
    with write_transaction():
        changing.close_enrollment(closed_on=date(2026, 5, 1), **closing)
    assert row_of(made).enrollments[0].closed_on == date(2026, 5, 1) and last_posting() == before
    with pytest.raises(Conflict), write_transaction():
        changing.close_enrollment(closed_on=date(2026, 5, 1), **closing)


def _with_traces(world: World) -> int:
    """Leave the name everywhere a name may be: record, facts, decisions, pair, draft, search."""
    seen = Evidence(type="bill", seen_by=NAME, seen_on=date(2026, 1, 12), reference=f"Bill of {NAME}")
    made = serve(
        world,
        name=NAME,
        email="quetzalcoatl@example.org",
        contact_note=f"{NAME} is shy",
        reference=f"R {NAME}",
        deliveries=[new_laptop(note=f"for {NAME}"), new_line(evidence=seen)],
    )
    other = serve(world, "b", name=NAME, deliveries=[])
    confirm(world, *made.delivery_facts)
    by = world.actor("navigator_a")
    with write_transaction():
        correcting.end_thing(
            household_id=made.id,
            number=made.delivery_facts[1],
            ended_on=date(2026, 4, 1),
            reason="canceled",
            note=f"{NAME} called",
            by=by,
        )
    with write_transaction():
        find_pairs(by=SYSTEM)
    pair = session().scalars(select(CandidatePair)).one()
    with write_transaction():
        deciding.link_records(pair_id=pair.id, reason=f"{NAME} twice", by=world.actor("program_manager"))
    with write_transaction():
        keep_draft({"members-0-name": [NAME.upper()]}, code=None, by=by)
    with write_transaction():
        erase_household(household_id=other.id, reason="asked", by=world.actor("partner_lead_b"))
    return made.id


def test_erase_household_keeps_the_count_and_nothing_else(world: World) -> None:
    record = _with_traces(world)
    before, entries = figures(), _count(EntryRow.id)
    with write_transaction():
        erase_household(household_id=record, reason="asked", by=world.actor("partner_lead_a"))
    use_scope(EVERYTHING)
    assert figures() == before and _count(EntryRow.id) == entries
    household = session().get_one(Household, record, populate_existing=True)
    assert household.head_name == "" and household.erased_by == world.users["partner_lead_a"]
    assert [(one.name, one.birth_date) for one in household.members] == [("", None)]
    assert [(one.line, one.zip_code) for one in household.addresses] == [(None, None)]
    facts = session().scalars(select(FactRow).where(FactRow.record_id == record).order_by(FactRow.number)).all()
    assert not [fact for fact in facts if fact.note or fact.evidence_reference or fact.evidence_seen_by]
    assert [fact.zip_code for fact in facts if fact.kind == "address"] == ["95113"]
    assert _keys(record)
    (draft,) = session().scalars(select(Draft)).all()
    assert draft.values == {}
    assert not session().scalars(select(SearchTerm).where(SearchTerm.household_id == record)).all()
    with pytest.raises(Conflict), write_transaction():
        erase_household(household_id=record, reason="asked", by=world.actor("partner_lead_a"))
    with pytest.raises(Conflict), write_transaction():  # the form is still open in a window
        keep_draft({"members-0-name": [NAME]}, code=draft.code, by=world.actor("navigator_a"))


def _count(column: object) -> int:
    return len(session().scalars(select(column)).all())  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("who", "error"), [("navigator_a", NotAllowed), ("partner_lead_b", NotFound), ("program_manager", NotAllowed)]
)
def test_erase_household_is_for_its_own_partner_lead(world: World, who: str, error: type[Exception]) -> None:
    made = serve(world)
    with pytest.raises(error), write_transaction():
        erase_household(household_id=made.id, reason="asked", by=world.actor(who))


@pytest.mark.only_sqlite
def test_erase_household_leaves_no_personal_byte_in_the_file(app: Flask, world: World) -> None:
    record = _with_traces(world)
    with write_transaction():
        erase_household(household_id=record, reason="asked", by=world.actor("partner_lead_a"))
    session().close()
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("VACUUM")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))
    for path in file.parent.glob(f"{file.name}*"):
        content = path.read_bytes().lower()
        for word in ("quetzalcoatl", "zzyzxworth", "200 e santa clara", "5550123"):
            assert word.encode() not in content, (path.name, word)


@pytest.mark.only_postgresql
def test_erase_household_leaves_no_personal_value_in_any_column(world: World) -> None:
    record = _with_traces(world)
    with write_transaction():
        erase_household(household_id=record, reason="asked", by=world.actor("partner_lead_a"))
    use_scope(EVERYTHING)
    tables = session().scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).all()
    for table in tables:
        rows = session().scalars(text(f'SELECT t::text FROM "{table}" t')).all()  # noqa: S608 - our own tables
        assert not [row for row in rows if "quetzalcoatl" in row.lower() or "5550123" in row], table


def test_erase_household_removes_the_files_it_came_in_with(app: Flask, world: World) -> None:
    made = serve(world, name=NAME, deliveries=[])
    path = _import_batch(world, made.id)
    assert path.is_file()
    lead = world.actor("partner_lead_a")
    use_scope(Scope(partner_id=world.partners["a"]))
    with pytest.raises(RuntimeError), write_transaction():
        erase_household(household_id=made.id, reason="asked", by=lead)
        raise RuntimeError("only looked at")
    assert path.is_file()
    use_scope(Scope(partner_id=world.partners["a"]))
    with write_transaction():
        erase_household(household_id=made.id, reason="asked", by=lead)
    assert not path.exists()
    use_scope(EVERYTHING)
    assert not session().scalars(select(ImportProblem)).all()
    assert session().scalars(select(AuditEvent).where(AuditEvent.name == "import.removed")).one()


def _import_batch(world: World, household_id: int) -> Path:
    """Store a file with the name and a refused value, as an import of partner A would leave them."""
    partner, now = world.partners["a"], clock.now()
    with write_transaction():
        stored = store_file(BytesIO(NAME.encode()), name="list.csv", purpose="import", partner_id=partner, limit=1000)
        batch = ImportBatch(
            partner_id=partner, code="T", filename="list.csv", file_id=stored.id, sha256=stored.sha256, created_at=now
        )
        batch.state = "finished"
        session().add(batch)
        session().flush()
        common = {"partner_id": partner, "batch_id": batch.id, "row": 2}
        session().add(ImportedRow(row_key="k", content_hash="h", household_id=household_id, **common))
        session().add(ImportProblem(value=NAME, code="x", message="No.", severity="error", **common))
        session().flush()
        record("import.uploaded", by=SYSTEM)
        return path_of(stored)


def test_erase_household_blanks_what_a_link_said_about_it(world: World) -> None:
    one, other = serve(world, name=NAME), serve(world, "b", name=NAME, deliveries=[])
    with write_transaction():
        find_pairs(by=SYSTEM)
    pair = session().scalars(select(CandidatePair)).one()
    with write_transaction():
        deciding.link_records(pair_id=pair.id, reason=f"{NAME} twice", by=world.actor("program_manager"))
    with write_transaction():
        deciding.split_records(pair_id=pair.id, reason=f"not {NAME}", by=world.actor("program_manager"))
    use_scope(Scope(partner_id=world.partners["b"]))
    with write_transaction():
        erase_household(household_id=other.id, reason="asked", by=world.actor("partner_lead_b"))
    use_scope(EVERYTHING)
    notes = session().scalars(select(FactRow.note).where(FactRow.record_id == one.id, FactRow.note.is_not(None)))
    assert not [note for note in notes if NAME in note]


def test_erased_household_is_told_to_nobody_and_can_be_enrolled_again(world: World) -> None:
    made = serve(world, name=NAME, deliveries=[])
    with write_transaction():
        erase_household(household_id=made.id, reason="asked", by=world.actor("partner_lead_a"))
    for partner in ("a", "b"):
        use_scope(Scope(partner_id=world.partners[partner]))
        with write_transaction():
            sat = enroll_in_sitting(
                new_household(NAME, grant_id=world.grants[partner]), by=world.actor(f"navigator_{partner}")
            )
        assert partner == "b" or not sat.possibly_known  # B is told of A's new record, not of the erased one
    use_scope(EVERYTHING)
    assert len(session().scalars(select(CandidatePair)).all()) == 3  # the city still sees all three

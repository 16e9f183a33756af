"""What becomes of a row: new, changed, unchanged, a draft, refused; and never the same twice."""

from datetime import date

import pytest
from sqlalchemy import func, select

from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.exchange.actions import committing
from digital_inclusion.exchange.actions.committing import run_import
from digital_inclusion.exchange.models import ImportBatch, ImportedRow, ImportProblem
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.files import StoredFile, folder
from digital_inclusion.households.models import Household, Member
from digital_inclusion.matching.models import CandidatePair
from digital_inclusion.progress.models import FactRow, PostingRow, Standing
from tests.factories.world import World
from tests.support.files import DEVICE, LINE, ROW, begin_import, counts, import_rows

DAY = date(2026, 1, 5)


def _codes(batch: ImportBatch) -> set[str]:
    return set(session().scalars(select(ImportProblem.code).where(ImportProblem.batch_id == batch.id)))


def _count(model: type) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def _facts(kind: str) -> int:
    return session().scalar(select(func.count()).where(FactRow.kind == kind)) or 0


def test_new_row_becomes_a_household_with_its_history(world: World) -> None:
    batch = import_rows([ROW | DEVICE | LINE], world.partners["a"], grant_id=world.grants["a"])
    assert counts(batch) == (1, 0, 0, 0, 0, 2)
    household = session().scalars(select(Household)).one()
    assert (household.reference, household.head_name, household.phone_e164) == ("C1", "Ana Tester", "+14085550101")
    facts = session().scalars(select(FactRow).where(FactRow.kind == "delivery").order_by(FactRow.number)).all()
    assert [(fact.item, fact.grant_id, fact.batch_id) for fact in facts] == [
        ("device", world.grants["a"], batch.id),
        ("line", world.grants["a"], batch.id),
    ]
    assert session().scalars(select(Standing)).one().connected_pending_on == date(2026, 1, 12)


def test_same_file_again_creates_nothing(world: World) -> None:
    rows = [ROW | DEVICE, ROW | {"Client ID": "C2", "Name": "Luis Tester"}]
    import_rows(rows, world.partners["a"])
    postings = _count(PostingRow)
    again = import_rows(rows, world.partners["a"])
    assert counts(again) == (0, 0, 2, 0, 0, 0)
    assert _count(PostingRow) == postings


def test_changed_row_updates_and_says_so(world: World) -> None:
    import_rows([ROW], world.partners["a"])
    changed = ROW | DEVICE | {"Email": "ana@example.org", "Member 2 name": "Luis Tester", "Phone": "(408) 555-0199"}
    batch = import_rows([changed], world.partners["a"])
    assert counts(batch) == (0, 1, 0, 0, 0, 1)
    household = session().scalars(select(Household)).one()
    assert (household.email, household.phone_e164) == ("ana@example.org", "+14085550199")
    assert set(session().scalars(select(Member.name))) == {"Ana Tester", "Luis Tester"}
    problem = session().scalars(select(ImportProblem).where(ImportProblem.code == "row_updates")).one()
    assert "email" in str(problem.params["fields"]) and "members" in str(problem.params["fields"])


def test_names_birth_dates_and_addresses_are_left_to_a_person(world: World) -> None:
    import_rows([ROW], world.partners["a"])
    other = {"Name": "Anna Tester", "Address": "99 Blue Kite Ave"}
    batch = import_rows([ROW | other], world.partners["a"])
    assert _codes(batch) >= {"name_differs", "address_differs"}
    assert session().scalars(select(Household)).one().head_name == "Ana Tester"
    batch = import_rows([ROW | {"Birth date": "1981-02-28"}], world.partners["a"])
    assert "birth_differs" in _codes(batch)


def test_row_without_consent_waits_until_it_is_attested(world: World) -> None:
    waiting = {name: text for name, text in ROW.items() if name != "Consent date"}
    assert counts(import_rows([waiting], world.partners["a"])) == (0, 0, 0, 1, 0, 0)
    assert _count(Household) == 0
    assert counts(import_rows([waiting], world.partners["a"], consent_attested_on=DAY)) == (1, 0, 0, 0, 0, 0)


def test_refused_row_says_why_and_the_others_go_in(world: World) -> None:
    batch = import_rows([ROW, ROW | {"Client ID": "C2", "Birth date": "31/02/2026"}], world.partners["a"])
    assert counts(batch) == (1, 0, 0, 0, 1, 0)
    problem = session().scalars(select(ImportProblem).where(ImportProblem.severity == "error")).one()
    assert (problem.row, problem.column, problem.value, problem.code) == (
        3,
        "Birth date",
        "31/02/2026",
        "date_does_not_exist",
    )


def test_why_rows_come_back_is_told_past_the_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "_MOST_PROBLEMS", 0)
    rows = [ROW | {"Phone": "call mom"}, ROW | {"Client ID": "C2", "Birth date": "31/02/2026"}]
    batch = import_rows(rows, world.partners["a"])
    assert counts(batch) == (1, 0, 0, 0, 1, 0)
    assert _codes(batch) == {"date_does_not_exist"}


def test_one_key_twice_in_a_chunk_makes_one_household(world: World) -> None:
    batch = import_rows([ROW, ROW | DEVICE, ROW | DEVICE], world.partners["a"])
    assert counts(batch) == (1, 1, 1, 0, 0, 1)
    assert (_count(Household), _facts("delivery")) == (1, 1)


def test_row_that_lost_its_phone_is_known_by_its_address(world: World) -> None:
    known = ROW | {"Client ID": ""}
    import_rows([known], world.partners["a"])
    batch = import_rows([known | {"Phone": ""} | DEVICE], world.partners["a"])
    assert (_count(Household), batch.updated_households, batch.created_deliveries) == (1, 1, 1)


def test_row_that_cannot_be_known_again_comes_in_once(world: World) -> None:
    weak = {"Name": "Cher", "Enrolled": "2026-01-05", "Consent date": "2026-01-05", "ZIP": "95112"}
    assert import_rows([weak], world.partners["a"]).created_households == 1
    assert counts(import_rows([weak], world.partners["a"])) == (0, 0, 1, 0, 0, 0)


def test_unit_that_is_out_already_refuses_the_row(world: World) -> None:
    one = ROW | DEVICE | {"Device 1 serial": "5CD1234ABC"}
    import_rows([one], world.partners["b"])
    batch = import_rows([one | {"Client ID": "C2"}], world.partners["a"])
    assert counts(batch) == (0, 0, 0, 0, 1, 0)
    assert _codes(batch) == {"unit_already_out"}


def test_several_deliveries_of_a_row_all_come_in(world: World) -> None:
    more = {"Device 2 kind": "tablet", "Device 2 date": "2026-02-01", "Training 1 topic": "Email",
            "Training 1 hours": "8", "Training 1 date": "2026-02-02"}  # fmt: skip
    batch = import_rows([ROW | DEVICE | LINE | more], world.partners["a"])
    assert batch.created_deliveries == 4
    assert session().scalars(select(FactRow).where(FactRow.item == "training")).one().minutes == 480


def test_rows_of_one_member_each_become_one_household(world: World) -> None:
    rows = [
        {"Household ID": "H1", "Relationship": "self"} | ROW | {"Client ID": "P1"},
        {"Household ID": "H1", "Relationship": "child"} | ROW | {"Client ID": "P2", "Name": "Mia Tester"},
        {"Household ID": "H2", "Relationship": "self"} | ROW | {"Client ID": "P3", "Name": "Luis Other"},
    ]
    batch = import_rows(rows, world.partners["a"])
    assert counts(batch) == (2, 0, 0, 0, 0, 0)
    assert _count(Member) == 3
    assert counts(import_rows(rows, world.partners["a"])) == (0, 0, 2, 0, 0, 0)


def test_member_refused_brings_its_household_back(world: World) -> None:
    rows = [
        {"Household ID": "H1", "Relationship": "self"} | ROW,
        {"Household ID": "H1", "Relationship": "child"} | ROW | {"Name": "Mia", "Birth date": "31/02/2010"},
    ]
    batch = import_rows(rows, world.partners["a"])
    found = session().execute(select(ImportProblem.row, ImportProblem.code).order_by(ImportProblem.row)).all()
    assert batch.refused_rows == 1
    assert {(2, "household_refused"), (3, "date_does_not_exist")} <= {tuple(one) for one in found}


def test_household_of_another_partner_is_a_pair_for_the_city_and_silence_for_the_partner(world: World) -> None:
    import_rows([ROW], world.partners["b"])
    batch = import_rows([ROW], world.partners["a"])
    assert counts(batch) == (1, 0, 0, 0, 0, 0)
    assert _codes(batch) == set()
    assert _count(CandidatePair) == 1


def test_two_batches_of_one_file_at_once_make_no_doubles(world: World) -> None:
    rows = [ROW | {"Client ID": f"C{place}", "Name": f"Ana T{place}"} for place in range(3)]
    first, second = (begin_import(rows, world.partners["a"]) for _time in range(2))
    for batch_id in (second, first, first):
        run_import(batch_id=batch_id, partner_id=world.partners["a"])
    use_scope(EVERYTHING)
    done = session().scalars(select(ImportBatch).order_by(ImportBatch.id)).all()
    assert [batch.state for batch in done] == ["finished", "finished"]
    assert (_count(Household), sorted(batch.created_households for batch in done)) == (3, [0, 3])


def test_erased_household_does_not_come_back_with_the_file(world: World) -> None:
    import_rows([ROW], world.partners["a"])
    household = session().scalars(select(Household)).one()
    with write_transaction():
        use_scope(EVERYTHING)
        erase_household(household_id=household.id, reason="asked", by=world.actor("partner_lead_a"))
    use_scope(EVERYTHING)
    batch = import_rows([ROW | DEVICE], world.partners["a"])
    assert counts(batch) == (0, 0, 0, 0, 1, 0)
    assert _codes(batch) == {"household_erased"}
    assert session().scalars(select(Household)).one().head_name == ""
    assert _count(ImportedRow) == 1


def test_erasing_a_household_removes_every_file_that_may_name_it(world: World) -> None:
    import_rows([ROW], world.partners["a"])
    import_rows([ROW, ROW | {"Client ID": "C2", "Name": "Other Person"}], world.partners["a"], filename="february.csv")
    theirs = import_rows([ROW | {"Name": "Bo Theirs"}], world.partners["b"], filename="b.csv").id
    use_scope(EVERYTHING)
    household = session().scalars(select(Household).where(Household.head_name == "Ana Tester")).one()
    with write_transaction():
        erase_household(household_id=household.id, reason="asked", by=world.actor("partner_lead_a"))
    use_scope(EVERYTHING)
    files = session().scalars(select(StoredFile).order_by(StoredFile.id)).all()
    there = [file.id for file in files if (folder() / file.path).exists()]
    assert there == [session().get_one(ImportBatch, theirs).file_id]
    assert session().scalars(select(ImportProblem).where(ImportProblem.partner_id == world.partners["a"])).all() == []


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "\N{GRINNING FACE}", "\x07", "\u202e"])
def test_hostile_cells_are_stored_as_given(world: World, cell: str) -> None:
    batch = import_rows([ROW | {"Name": f"Ana {cell}"}], world.partners["a"])
    assert batch.created_households + batch.refused_rows == 1

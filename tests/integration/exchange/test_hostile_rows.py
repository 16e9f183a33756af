"""Rows that nobody foresaw: whatever stands in them, the import ends and the other rows are in."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from digital_inclusion.exchange.actions import committing
from digital_inclusion.exchange.actions.taking import take_rows
from digital_inclusion.exchange.models import ImportProblem
from digital_inclusion.foundation.database import session
from digital_inclusion.households.models import Household
from tests.factories.world import World
from tests.support.files import DEVICE, LINE, ROW, counts, import_rows

MEMBER = {"Household ID": "H1", "Relationship": "head"} | ROW
COLUMNS = (*MEMBER, *DEVICE, *LINE, "Email", "Consent", "Member 2 name", "Member 2 DOB", "No fixed address", "District")
CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "", "H1", "h1", "head", "child", "spouse", "Ana", "2026-01-05", "31/02/2026", "1/2/26", "99999999999999",
         "1E+99", "laptop", "100/20", "yes", "no", "=1+1", "\u202e", "\x00", "9" * 300, "(408) 555-0101", "-0", "٣"]
    ),
)  # fmt: skip
HOSTILE = st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELL, min_size=1), min_size=1, max_size=8)


@given(rows=HOSTILE)
@example(rows=[{"Relationship": "spouse", "Name": "Ana", "Consent date": "2026-01-05"}])
@example(rows=[{"Household ID": "H7", "Relationship": "child", "Name": "Bo", "Consent date": "2026-01-05"}])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_ends_an_import(world: World, rows: list[dict[str, str]]) -> None:
    whole = dict.fromkeys(COLUMNS, "") | MEMBER  # so that the file has every column, and a row that goes in or is known
    told = [{name: text.replace("\x00", "") for name, text in row.items()} for row in rows]
    batch = import_rows([whole, *told], world.partners["a"])
    assert (batch.state, batch.error_code) == ("finished", None)
    assert sum(counts(batch)[:5]) >= 1


@pytest.mark.parametrize("row", [{"Relationship": "spouse"}, {"Household ID": "H9", "Relationship": "child"}])
def test_member_without_head_or_day_comes_back_and_the_others_go_in(world: World, row: dict[str, str]) -> None:
    alone = {"Name": "Bo Alone", "Consent date": "2026-01-02"} | row
    batch = import_rows([MEMBER, alone], world.partners["a"])
    assert batch.state == "finished"
    assert counts(batch) == (1, 0, 0, 0, 1, 0)
    told = session().execute(select(ImportProblem.row, ImportProblem.code).where(ImportProblem.severity == "error"))
    assert (3, "enrolled_missing") in {tuple(one) for one in told}


def test_row_that_breaks_our_code_comes_back_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(rows: list[Any], **rest: Any) -> Any:
        if any(row.reference == "C3" for row in rows):
            raise ValueError("a fault of ours")
        return take_rows(rows, **rest)

    monkeypatch.setattr(committing, "take_rows", breaking)
    rows = [ROW | {"Client ID": f"C{n}", "Name": f"Ana T{n}"} for n in range(7)]
    batch = import_rows(rows, world.partners["a"])
    assert (batch.state, counts(batch), batch.rows_done) == ("finished", (6, 0, 0, 0, 1, 0), 7)
    problem = session().scalars(select(ImportProblem).where(ImportProblem.severity == "error")).one()
    assert (problem.row, problem.code) == (5, "row_failed")
    assert "C3" not in set(session().scalars(select(Household.reference)))

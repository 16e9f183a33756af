"""Workbooks of which a copy is stored: what was checked is what comes in."""

import io
from datetime import date

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sqlalchemy import select

from digital_inclusion.foundation.database import session
from digital_inclusion.households.models import Household
from tests.factories.world import World
from tests.support.files import counts, import_rows


def test_merged_numbers_old_days_and_an_odd_sheet_name_survive_the_copy(world: World) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    page = book.active
    page.title = "Clients "
    page.append(["Household ID", "Relationship", "Name", "Birth date", "Address", "Enrolled", "Consent date"])
    day = date(2026, 1, 5)
    for place, number in enumerate(("H1", "H2"), start=1):
        page.append([number, "head", f"Ana {number}", date(1980, 1, 2), f"{place} Paper Way", day, day])
        page.append([None, "child", f"Kid {number}", date(2012, 1, 2), None, None, None])
    page.merge_cells("A2:A3")
    page.merge_cells("A4:A5")
    book.create_sheet("Read me")["A1"] = "How to fill this in"
    content = io.BytesIO()
    book.save(content)
    batch = import_rows(content.getvalue(), world.partners["a"], filename="people.xlsx")
    assert (batch.state, counts(batch)) == ("finished", (2, 0, 0, 0, 0, 0))
    found = session().scalars(select(Household).order_by(Household.id)).all()
    assert [[(member.name, member.birth_date) for member in one.members] for one in found] == [
        [("Ana H1", date(1980, 1, 2)), ("Kid H1", date(2012, 1, 2))],
        [("Ana H2", date(1980, 1, 2)), ("Kid H2", date(2012, 1, 2))],
    ]

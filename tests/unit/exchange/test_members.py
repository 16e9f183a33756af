"""Rows that are one member each, put together into households."""

from digital_inclusion.exchange.rules import (
    ParsedRow,
    RowParser,
    group_members,
    is_per_member,
    mapping_of,
    match_columns,
    row_key,
)
from tests.unit.exchange.test_rows import ATTESTED, codes

MEMBER_HEADERS = ["HouseholdID", "RelationshipToHoH", "Name", "DOB", "Phone", "EntryDate", "Address"]


def households(rows: list[list[str]]) -> list[ParsedRow]:
    mapping = mapping_of(match_columns(MEMBER_HEADERS, rows))
    assert is_per_member(mapping.values())
    numbered = [(number, cells, "") for number, cells in enumerate(rows, 2)]
    parser = RowParser(mapping, MEMBER_HEADERS, ATTESTED)
    return list(group_members((parser.parse(*row) for row in numbered), parser.check))


def test_rows_of_members_become_households() -> None:
    found = households(
        [
            ["H1", "2", "Bo", "2015-01-01", "", "", ""],
            ["H2", "1", "Cy", "1970-01-01", "", "2026-01-05", ""],
            ["H1", "1", "Ana", "1980-01-01", "", "2026-01-05", "811 N 7th St"],
            ["H1", "3", "Di", "1981-01-01", "408 555 1234", "", ""],
            ["", "1", "Ed", "1950-01-01", "", "2026-01-05", ""],
        ]
    )
    one, two, alone = sorted(found, key=lambda row: row.household_ref or "Z")
    assert one.head and one.head.name == "Ana" and one.rows == (2, 4, 5) and one.number == 4
    assert [(m.name, m.relationship) for m in one.members] == [("Bo", "child"), ("Di", "spouse")]
    assert one.phone_e164 == "+14085551234" and one.ok and row_key(one) == "reference|H1"
    assert two.head and two.head.name == "Cy" and alone.head and alone.head.name == "Ed"


def test_households_without_or_with_several_heads() -> None:
    nobody, several = households(
        [
            ["H1", "2", "Bo", "2015-01-01", "", "2026-01-05", ""],
            ["H1", "2", "Cy", "2016-01-01", "", "2026-01-05", ""],
            ["H2", "1", "Di", "1980-01-01", "", "2026-01-05", ""],
            ["H2", "1", "Ed", "1981-01-01", "", "2026-01-05", ""],
        ]
    )
    assert "head_missing" in codes(nobody) and not nobody.ok
    assert "several_heads" in codes(several) and several.ok
    assert [(m.name, m.relationship) for m in several.members] == [("Ed", "other")]


def test_a_member_who_stands_alone_is_checked_as_a_household() -> None:
    alone, of_one, no_day = households(
        [
            ["", "3", "Ana", "1980-01-01", "", "", ""],
            ["H9", "2", "Bo", "2015-01-01", "", "", ""],
            ["H1", "1", "Cy", "1970-01-01", "", "", "12 Paper Way"],
        ]
    )
    for row in (alone, of_one, no_day):
        assert "enrolled_missing" in codes(row) and not row.ok
    assert "address_missing" in codes(of_one)


def test_households_whose_numbers_differ_in_case_stay_two() -> None:
    found = households(
        [
            ["AbC1", "1", "Ana", "1980-01-01", "", "2026-01-05", "1 Paper Way"],
            ["aBc1", "1", "Bo", "1970-01-01", "", "2026-01-05", "2 Paper Way"],
        ]
    )
    assert [(row.household_ref, len(row.members)) for row in found] == [("AbC1", 0), ("aBc1", 0)]


def test_a_household_torn_apart_is_given_out_twice_never_lost() -> None:
    rows = [["H0", "1", "Ana", "", "", "2026-01-05", ""]]
    rows += [[f"X{n}", "1", f"Bo{'abcdefghij'[n % 10]}", "", "", "2026-01-05", ""] for n in range(2500)]
    rows += [["H0", "2", "Cy", "", "", "2026-01-05", ""]]
    found = households(rows)
    torn = [row for row in found if row.household_ref == "H0"]
    assert len(found) == 2502 and len(torn) == 2
    assert "household_split" in codes(torn[1])

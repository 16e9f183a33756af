"""A standard's setting holds from its day on, and what is posted and what is counted read the same block."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.progress.schemas import parse_program

TEXT = Path("programs/san-jose.toml").read_text(encoding="utf-8")
PROGRAM = parse_program(TEXT)
ON, OFF = "follow_up_counts = true", "follow_up_counts = false"
FIRST, SECOND = date(2019, 2, 12), date(2024, 3, 14)


def switched(first: str, second: str) -> str:
    before, between, after = TEXT.split(ON)
    return f"{before}{first}{between}{second}{after}"


@pytest.mark.parametrize(
    ("first", "second", "day", "counts"),
    [(ON, OFF, date(2024, 3, 13), True), (ON, OFF, SECOND, False), (OFF, ON, date(2024, 3, 13), False),
     (OFF, ON, SECOND, True), (ON, OFF, FIRST, True), (ON, ON, date(2019, 2, 11), None)],
)  # fmt: skip
def test_follow_ups_count_by_the_setting_of_their_day(first: str, second: str, day: date, counts: bool | None) -> None:
    standard = parse_program(switched(first, second)).file.standard_on(day)
    assert (standard.follow_up_counts if standard else None) is counts


@given(st.dates(date(2018, 1, 1), date(2032, 1, 1)))
def test_posting_and_counting_read_the_same_block(day: date) -> None:
    file = PROGRAM.file
    posted, counted = file.standard_on(day), PROGRAM.counting.standard_on(day)
    assert (posted is None) == (counted is None) == (day < FIRST)
    if posted is not None and counted is not None:
        assert (posted.sustained_days, frozenset(posted.assessments)) == (counted.sustained_days, counted.assessments)
        assert posted.from_day == counted.from_day

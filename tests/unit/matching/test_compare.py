"""Two records side by side."""

from datetime import date

import pytest

from digital_inclusion.matching.rules import Likeness, Side, compare, likeness


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ([], [], Likeness.UNKNOWN),
        (["Ana"], [], Likeness.ONE_SIDED),
        (["NGUYỄN Văn An"], ["an nguyen van"], Likeness.SAME),
        (["Ana", "Bo"], ["bo", "ana"], Likeness.SAME),
        (["Ana"], ["Ana", "Bo"], Likeness.DIFFERENT),
        ([date(1980, 4, 23)], [date(1980, 4, 23)], Likeness.SAME),
        ([date(1980, 4, 23)], [date(1980, 4, 24)], Likeness.DIFFERENT),
    ],
)
def test_likeness(left: list[str | date], right: list[str | date], expected: Likeness) -> None:
    assert likeness(left, right) is expected


def test_compare_names_the_line_that_differs() -> None:
    common = {"partner_name": "P", "erased": False, "members": [("Ana", date(1980, 4, 23))], "zip_code": "95113"}
    left = Side(record_id=1, code="A", partner_id=1, phone="+14085550101", **common)  # type: ignore[arg-type]
    right = Side(record_id=2, code="B", partner_id=2, phone="+14085550102", **common)  # type: ignore[arg-type]
    found = {line.label: line.likeness for line in compare(left, right)}
    assert found["Phone"] is Likeness.DIFFERENT
    assert found["Names"] is found["Birth dates"] is found["ZIP code"] is Likeness.SAME

"""What internet companies answer: cells, columns, and what is new about a line."""

from datetime import date

import pytest

from digital_inclusion.exchange.rules.answers import comparing, reading
from digital_inclusion.exchange.rules.answers.columns import check_answer_columns, match_answer_columns
from digital_inclusion.exchange.rules.answers.comparing import Line, compare
from digital_inclusion.exchange.rules.answers.reading import Answer, AnswerReader
from digital_inclusion.exchange.rules.dates import DateOrder
from digital_inclusion.foundation.kernel.errors import Invalid

TODAY = date(2026, 6, 1)
LINE = Line(
    fact_number=7, household_id=1, partner_id=1, starts_on=date(2026, 1, 12), ended_on=None, is_void=False,
    is_providers=True, down_kbps=100_000, up_kbps=20_000,
    terms={"price_cents": 3000, "promo_until_on": None, "price_after_cents": None},
)  # fmt: skip


def _read(**cells: str) -> Answer:
    headers = [name.replace("_", " ") for name in cells]
    mapping = match_answer_columns(headers, remembered={})
    return AnswerReader(headers, mapping, today=TODAY, order=DateOrder()).read(2, list(cells.values()))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Down_kbps": "100000", "Up_kbps": "20000"}, (100_000, 20_000)),
        ({"Speed": "100/20"}, (100_000, 20_000)),
        ({"Speed": "1 Gbps / 40 Mbps"}, (1_000_000, 40_000)),
        ({"Download": "300", "Upload": "20"}, (300_000, 20_000)),
    ],
)
def test_speeds_are_read_as_companies_write_them(cells: dict[str, str], expected: tuple[int, int]) -> None:
    answer = _read(**cells)
    assert (answer.down_kbps, answer.up_kbps, answer.problems) == (*expected, [])


def test_prices_with_comma_and_words_are_read() -> None:
    answer = _read(Status="Disconnected", End_date="05/20/2026", Reason="non-pay", Monthly_rate="19,99")
    assert (answer.state, answer.ended_on, answer.end_reason) == ("off", date(2026, 5, 20), "not_paid")
    assert (answer.price_cents, answer.problems) == (1999, [])


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"Status": "sleeping"}, "Status", reading.UNREAD_STATE),
        ({"Status": "=A1"}, "Status", reading.FORMULA),
        ({"End_date": "2026-06-02"}, "End date", reading.DAY_AHEAD),
        ({"End_date": "soon"}, "End date", reading.UNREAD_DAY),
        ({"Speed": "fast"}, "Speed", reading.UNREAD_SPEED),
        ({"Price": "ask"}, "Price", reading.UNREAD_PRICE),
        ({"Status": "active", "End_date": "2026-05-01"}, "", reading.ON_AND_ENDED),
        ({"Status": "pending", "End_date": "2026-05-01"}, "", reading.PENDING_AND_ENDED),
        ({"Status": "cancelled"}, "", reading.END_MISSING),
        ({"Download": "100"}, "", reading.UNREAD_SPEED),
    ],
)
def test_what_cannot_be_says_where_and_why(cells: dict[str, str], column: str, message: str) -> None:
    [problem] = _read(**cells).problems
    assert (problem["column"], problem["message"]) == (column, message)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(2, state="off", ended_on=date(2026, 1, 11)), comparing.BEFORE_START),
        (Answer(2, state="rejected"), comparing.OF_A_LINE),
        (Answer(2, state="approved"), comparing.OF_A_LINE),
        (Answer(2, state="not_found"), comparing.NOT_FOUND),
        (Answer(2, price_after_cents=5000), reading.AFTER_WITHOUT_END),
    ],
)
def test_answer_that_cannot_be_true_of_the_line_comes_back(answer: Answer, message: str) -> None:
    found = compare(answer, LINE, answered_on=TODAY)
    assert (found.outcome, found.problem) == ("refused", message)


def test_compare_tells_what_is_new() -> None:
    assert compare(Answer(2, state="on"), LINE, answered_on=TODAY).is_on
    assert compare(Answer(2, state="on", price_cents=3000), LINE, answered_on=TODAY).terms == {}
    found = compare(Answer(2, price_cents=4000, down_kbps=100_000, up_kbps=10_000), LINE, answered_on=TODAY)
    assert (found.outcome, found.terms, found.speeds_differ) == ("new", {"price_cents": 4000}, True)
    assert compare(Answer(2, state="waiting"), LINE, answered_on=TODAY).outcome == "waiting"
    assert compare(Answer(2, price_cents=3000), LINE, answered_on=TODAY).outcome == "same"


def test_columns_are_remembered_and_given_once() -> None:
    found = match_answer_columns(["Ref", "Service Status", "Status", "Zustand"], remembered={"zustand": "reason"})
    assert found == {"Ref": "reference", "Service Status": "state", "Status": "", "Zustand": "reason"}


@pytest.mark.parametrize(
    "mapping",
    [{"A": "state"}, {"A": "reference"}, {"A": "reference", "B": "state", "C": "state"}, {"A": "head_name"}],
)
def test_columns_without_a_key_or_news_or_doubled_are_refused(mapping: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        check_answer_columns(mapping)

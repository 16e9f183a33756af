"""Published figures: stored once, never changed, and never small enough to point at somebody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from digital_inclusion.foundation.database import write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict
from digital_inclusion.progress.actions.publishing import publish_closed_months, publish_month
from digital_inclusion.progress.queries.published import latest_published, list_published
from digital_inclusion.progress.rules.publication import Shown, publishable
from tests.factories.facts import Facts, program
from tests.factories.stored import BY, StoredBook

MARCH = datetime(2026, 3, 15, 12, tzinfo=UTC)


def _connected(facts: Facts, record: int, on: str) -> list[object]:
    return [*facts.enrolled(record, "2022-01-01"), facts.laptop(record, on, self_verified=True),
            facts.line(record, on, self_verified=True)]  # fmt: skip


def test_publish_closed_months_stores_each_month_once(app: Flask) -> None:
    facts = Facts()
    with clock.frozen(MARCH):
        book = StoredBook(program(starts_on=date(2025, 12, 1)))
        for record in range(1, 13):
            book.post(_connected(facts, record, "2026-01-10" if record < 12 else "2026-02-10"))  # type: ignore[arg-type]
        with write_transaction():
            assert publish_closed_months(by=BY) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
        series = list_published()
        assert [(row.value, row.exact) for row in series] == [(0, True), (11, True), (11, False)]
        assert {row.posting for row in series} == {book.real(None)}
        assert [row.as_of for row in series] == [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]
        with write_transaction():
            assert publish_closed_months(by=BY) == []
        assert len(latest_published()) == 3


@pytest.mark.parametrize("month", [date(2026, 3, 1), date(2026, 4, 1)])
def test_publish_month_refuses_a_month_that_is_not_over(app: Flask, month: date) -> None:
    with clock.frozen(MARCH):
        StoredBook(program())
        with pytest.raises(Conflict), write_transaction():
            publish_month(month, by=BY)


def test_publish_month_refuses_what_is_published(app: Flask) -> None:
    with clock.frozen(MARCH):
        StoredBook(program())
        with write_transaction():
            publish_month(date(2026, 2, 1), by=BY)
        with pytest.raises(Conflict), write_transaction():
            publish_month(date(2026, 1, 1), by=BY)
    with clock.frozen(MARCH + timedelta(days=30)), write_transaction():
        publish_month(date(2026, 3, 1), by=BY)


def test_publishable_shows_no_small_figure_and_no_small_change() -> None:
    assert publishable(7, 0, small=10) == Shown(0, exact=False)
    assert publishable(10, 0, small=10) == Shown(0, exact=False)
    assert publishable(11, 0, small=10) == Shown(11, exact=True)
    assert publishable(20, 11, small=10) == Shown(11, exact=False)
    assert publishable(22, 11, small=10) == Shown(22, exact=True)
    assert publishable(5, 22, small=10) == Shown(0, exact=False)
    for true in range(60):
        for last in (0, *range(11, 60)):
            shown = publishable(true, last, small=10).value
            assert shown == 0 or shown > 10
            assert shown == last or abs(shown - last) > 10

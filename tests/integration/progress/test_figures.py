"""Figures read from the cells are those the entries give, on every day, for every filter."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from digital_inclusion.foundation.access.identity import Actor, system_actor
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Invalid, NotFound
from digital_inclusion.progress.queries import figures
from digital_inclusion.progress.queries.figures import Filter
from tests.factories.facts import A, B, Facts, program
from tests.factories.stored import StoredBook

NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)
CITY = system_actor("city")
LEAD_B = Actor(user_id=1, name="Lead", partner_id=B, roles=frozenset({"partner_lead"}))


@pytest.fixture
def book(app: Flask) -> StoredBook:
    facts = Facts()
    with clock.frozen(NOW):
        made = StoredBook(program())
        for record, by, on, home in (
            (1, A, "2026-03-03", "D3"), (2, B, "2026-06-05", "D3"),
            (3, B, "2025-06-25", "D5"), (4, A, "2026-06-19", "D5"),
        ):  # fmt: skip
            things = [facts.laptop(record, on, by=by), facts.line(record, on, by=by)]
            made.post(facts.enrolled(record, "2025-01-01", home, by=by), things, facts.confirmed(*things[record % 2 :]))
    return made


DAYS = [date(2025, 6, 30), date(2026, 3, 3), date(2026, 5, 31), date(2026, 6, 20), date(2026, 6, 25), date(2027, 3, 10)]


@pytest.mark.parametrize("where", [Filter(), Filter(B), Filter(district="D3"), Filter(A, "D5")])
def test_figures_from_cells_are_those_of_the_entries(book: StoredBook, where: Filter) -> None:
    with clock.frozen(NOW):
        for day in DAYS:
            known = figures.figures_known_at(book.real(None), on=day, where=where)
            assert figures.figures(where, on=day).sums == known.sums, day
            for (milestone, aspect), value in known.sums.items():
                assert figures.figure(milestone, aspect, day, book.real(None), where) == value


def test_figures_by_partner_and_district_add_up(book: StoredBook) -> None:
    with clock.frozen(NOW):
        total = figures.figures()
        for parts in (figures.figures_by_partner(by=CITY), figures.figures_by_district()):
            for (milestone, aspect), value in total.sums.items():
                assert sum(part.of(milestone, aspect) for part in parts.values()) == value
        assert total.of("connected", "verified") == 2
        assert figures.figures_by_district(Filter(B))["D3"].of("connected", "verified") == 1


def test_figures_by_partner_shows_a_partner_only_its_own(book: StoredBook) -> None:
    with clock.frozen(NOW):
        assert set(figures.figures_by_partner(by=CITY)) == {A, B}
        assert set(figures.figures_by_partner(by=LEAD_B)) == {B}
        assert set(figures.figures_by_partner(by=LEAD_B, district="D3")) == {B}
    with pytest.raises(NotFound):
        figures.filter_for(LEAD_B, partner_id=A)
    assert figures.filter_for(LEAD_B, partner_id=B) == Filter(B)


def test_series_by_month_ends_today_and_has_every_month(book: StoredBook) -> None:
    with clock.frozen(NOW):
        series = figures.series_by_month()
        assert [point.month for point in series][0] == date(2025, 6, 1)
        assert len(series) == 13
        assert series[-1].reached.sums == dict(figures.figures().sums) | {
            key: 0 for key, value in series[-1].reached.sums.items() if value == 0
        }
        assert series[-1].added.of("connected", "pending") + series[-1].added.of("connected", "verified") == 2
        shorter = figures.series_by_month(first=date(2026, 5, 1))
        assert shorter == series[-2:]


def test_posting_known_at_is_final_before_it_answers(book: StoredBook) -> None:
    with clock.frozen(NOW + timedelta(seconds=59)), pytest.raises(Invalid):
        figures.posting_known_at(NOW)
    with clock.frozen(NOW + timedelta(minutes=1)):
        assert figures.posting_known_at(NOW).posting == book.real(None)
        assert figures.posting_known_at(NOW - timedelta(days=1)).posting == 0
    with pytest.raises(NotFound):
        figures.get_posting(999)

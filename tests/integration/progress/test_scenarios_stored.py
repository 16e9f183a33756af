"""The scenario table again, through the real actions on real databases: the same entries, posting by posting."""

import inspect
from collections.abc import Callable

import pytest
from flask import Flask

from digital_inclusion.foundation.database import program_session
from digital_inclusion.progress.queries.verification import verify
from tests.factories.book import expected, lines
from tests.factories.facts import B, Facts, program
from tests.factories.stored import StoredBook
from tests.unit.progress import test_scenarios

SCENARIOS = {name: function for name, function in vars(test_scenarios).items() if name.startswith("test_scenario")}


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario_on_a_database(name: str, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_scenarios, "Book", StoredBook)
    _run(SCENARIOS[name])
    with program_session("test") as city:
        report = verify(city)
    assert report.holds, [difference for check in report.checks for difference in check.differences]
    assert report.recounted_at == "every posting"


def _run(scenario: Callable[..., None]) -> None:
    wanted = inspect.signature(scenario).parameters
    if "told" in wanted:
        scenario(test_scenarios.Told())
    elif "first" in wanted:
        scenario("laptop")
    else:
        scenario()


def test_post_to_a_record_that_was_linked_once(app: Flask) -> None:
    facts, book = Facts(), StoredBook(program())
    link = facts.linked(1, 2)
    book.post(facts.enrolled(1, "01-05"), facts.enrolled(2, "01-05", "D5", by=B), link)
    book.post(facts.split(link))
    laptop = facts.laptop(2, "02-01", by=B, self_verified=True)
    written = lines(book.post(laptop, facts.line(2, "02-01", by=B, self_verified=True)))
    assert written == expected("2: +V 02-01 B/D5, 2: +C 02-01 B/D5, 2: -C 2027-02-01 B/D5")


def test_post_of_a_split_taken_back_joins_both_records_again(app: Flask) -> None:
    facts, book = Facts(), StoredBook(program())
    link = facts.linked(1, 2)
    book.post(facts.enrolled(1, "01-05"), facts.enrolled(2, "01-05", "D5", by=B), link)
    split = facts.split(link)
    book.post(facts.laptop(1, "02-01", self_verified=True), facts.line(2, "02-01", by=B, self_verified=True), split)
    assert lines(book.post(facts.voided(split))) == expected("+V 02-01 A/D3, +C 02-01 A/D3, -C 2027-02-01 A/D3")

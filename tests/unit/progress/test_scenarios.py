"""The worked scenarios of "How we count": exactly these entries, posting by posting."""

from datetime import date

import pytest

from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from digital_inclusion.progress.rules.ledger import Aspect, Milestone
from tests.factories.book import Book, Entry, expected, lines
from tests.factories.facts import B, Facts, day, of, program

CONNECTED = Milestone.CONNECTED
SIX_C = "+V 01-12 A/D3, +C 01-12 A/D3, -C 2027-01-12 A/D3"


def posted(entries: list[Entry], **wanted: str) -> None:
    """Assert exactly the entries of each milestone named; of ``connected`` always."""
    for milestone, text in ({"connected": ""} | wanted).items():
        assert lines(entries, Milestone(milestone)) == expected(text), milestone


class Told:
    """Scenario 1 up to its three postings, from which others go on."""

    def __init__(self) -> None:
        self.facts = facts = Facts()
        self.book = Book(program())
        self.arrival = facts.enrolled(1, "01-05", "D3")
        self.laptop, self.line = facts.laptop(1, "01-10"), facts.line(1, "01-12")
        self.first = self.book.post(self.arrival, self.laptop, self.line)
        self.second = self.book.post(facts.confirmed(self.laptop))
        self.third = self.book.post(facts.confirmed(self.line))

    def end_and_renew(self) -> Fact:
        """Scenario 3."""
        self.book.post(self.facts.ended(self.line, "04-12"))
        renewed = self.facts.line(1, "05-01")
        self.renewal = self.book.post(renewed, self.facts.confirmed(renewed))
        return renewed


@pytest.fixture
def told() -> Told:
    return Told()


def test_scenario_1_entered_then_proven_fact_by_fact(told: Told) -> None:
    posted(
        told.first,
        connected="+P 01-12 A/D3",
        device="+P 01-10 A/D3",
        connectivity="+P 01-12 A/D3",
        included="",
        skills="",
    )
    posted(told.second, device="-P 01-10 A/D3, +V 01-10 A/D3, +C 01-10 A/D3", connected="", connectivity="")
    posted(told.third, connected=f"-P 01-12 A/D3, {SIX_C}", connectivity=f"-P 01-12 A/D3, {SIX_C}")
    assert {entry.key.grant_id for entry in told.book.entries} == {10}


def test_scenario_2_a_question_takes_the_proof_back_until_answered(told: Told) -> None:
    posted(
        told.book.post(told.facts.questioned(told.line, "03-02")),
        connected="-V 01-12 A/D3, -C 01-12 A/D3, +C 2027-01-12 A/D3, +P 01-12 A/D3",
    )
    answer = told.facts.about(Kind.ANSWER, told.line, "03-05")
    posted(told.book.post(answer, told.facts.confirmed(told.line)), connected=f"{SIX_C}, -P 01-12 A/D3")


def test_scenario_3_a_line_ends_and_another_comes(told: Told) -> None:
    posted(
        told.book.post(told.facts.ended(told.line, "04-12")),
        connected="-C 04-12 A/D3, +C 2027-01-12 A/D3",
    )
    renewed = told.facts.line(1, "05-01")
    posted(
        told.book.post(renewed, told.facts.confirmed(renewed)),
        connected="+C 05-01 A/D3, -C 2027-05-01 A/D3",
    )


def test_scenarios_4_and_5_a_check_extends_a_return_ends_and_a_void_undoes(told: Told) -> None:
    facts, book, renewed = told.facts, told.book, told.end_and_renew()
    check = facts.check(renewed, "2027-04-20")
    posted(
        book.post(check, facts.confirmed(check)),
        connected="+C 2027-05-01 A/D3, -C 2028-04-19 A/D3",
        connected_sustained="+V 2027-04-20 A/D3",
    )
    posted(
        book.post(facts.ended(told.laptop, "2027-06-01")),
        connected="-C 2027-06-01 A/D3, +C 2028-04-19 A/D3",
        device="-C 2027-06-01 A/D3",
        connected_sustained="",
    )
    posted(
        book.post(facts.voided(told.laptop, on="2027-07-01")),
        connected="-V 01-12 A/D3, -C 01-12 A/D3, +C 04-12 A/D3, -C 05-01 A/D3, +C 2027-06-01 A/D3",
        connected_sustained="-V 2027-04-20 A/D3",
        device="-V 01-10 A/D3, -C 01-10 A/D3, +C 2027-06-01 A/D3",
        connectivity="",
    )


def test_scenario_6_the_day_was_another_one(told: Told) -> None:
    facts, book = told.facts, told.book
    right = facts.line(1, "02-12")
    posted(
        book.post(facts.voided(told.line), right),
        connected="-V 01-12 A/D3, -C 01-12 A/D3, +C 2027-01-12 A/D3, +P 02-12 A/D3",
    )
    posted(
        book.post(facts.confirmed(right)),
        connected="-P 02-12 A/D3, +V 02-12 A/D3, +C 02-12 A/D3, -C 2027-02-12 A/D3",
    )
    verified = {
        (on, posting): book.figure(CONNECTED, Aspect.VERIFIED, day(on), posting)
        for on in ("01-31", "02-28")
        for posting in (3, 4, 5)
    }
    assert [verified["01-31", posting] for posting in (3, 4, 5)] == [1, 0, 0]
    assert [verified["02-28", posting] for posting in (3, 4, 5)] == [1, 0, 1]
    pending = [book.figure(CONNECTED, Aspect.PENDING, day("02-28"), posting) for posting in (3, 4, 5)]
    assert pending == [0, 1, 0]


def test_scenario_7_two_partners_one_household() -> None:
    facts, book = Facts(), Book(program())
    laptop, line = facts.laptop(1, "01-10"), facts.line(2, "02-10", by=B)
    arrivals = facts.enrolled(1, "01-05", "D3") + facts.enrolled(2, "01-06", "D5", by=B)
    posted(
        book.post(arrivals, laptop, line, facts.confirmed(laptop, line)),
        device="+V 01-10 A/D3, +C 01-10 A/D3",
        connectivity="2: +V 02-10 B/D5, 2: +C 02-10 B/D5, 2: -C 2027-02-10 B/D5",
    )
    moved = "+V 02-10 B/D5, +C 02-10 B/D5, -C 2027-02-10 B/D5"
    left = "2: -V 02-10 B/D5, 2: -C 02-10 B/D5, 2: +C 2027-02-10 B/D5"
    link = facts.linked(1, 2, "03-01")
    posted(book.post(link), connected=moved, connectivity=f"{moved}, {left}", device="")
    late = facts.line(1, "01-20")
    to_a = "-V 02-10 B/D5, +V 01-20 A/D3, +C 01-20 A/D3, -C 02-10 B/D5, -C 2027-02-10 A/D3, +C 2027-02-10 B/D5"
    posted(book.post(late, facts.confirmed(late)), connected=to_a, connectivity=to_a)
    shorter = "-C 2027-01-20 A/D3, +C 2027-02-10 A/D3"
    back = "2: +V 02-10 B/D5, 2: +C 02-10 B/D5, 2: -C 2027-02-10 B/D5"
    posted(book.post(facts.split(link)), connected=shorter, connectivity=f"{shorter}, {back}")


def test_scenario_8_link_and_split_of_two_connected_records() -> None:
    facts, book = Facts(), Book(program())
    for record, on, by in ((1, "01-10", 1), (2, "01-20", B)):
        things = [facts.laptop(record, on, by=by), facts.line(record, on, by=by)]
        book.post(facts.enrolled(record, "01-05", "D3", by=by), things, facts.confirmed(*things))
    link = facts.linked(1, 2)
    posted(
        book.post(link),
        connected="2: -V 01-20 B/D3, 2: -C 01-20 B/D3, 2: +C 2027-01-20 B/D3,+C 2027-01-10 A/D3, -C 2027-01-20 A/D3",
    )
    posted(
        book.post(facts.split(link)),
        connected="2: +V 01-20 B/D3, 2: +C 01-20 B/D3, 2: -C 2027-01-20 B/D3,-C 2027-01-10 A/D3, +C 2027-01-20 A/D3",
    )
    figures = [book.figure(CONNECTED, Aspect.VERIFIED, date(2026, 12, 31), k) for k in (1, 2, 3, 4)]
    assert figures == [1, 2, 1, 2]


def test_scenario_9_the_standard_changes_and_returns() -> None:
    facts, book = Facts(), Book(program())
    things = [facts.laptop(1, "2024-02-01"), facts.line(1, "2024-02-01", (25, 3))]
    posted(
        book.post(facts.enrolled(1, "2024-01-05"), things, facts.confirmed(*things)),
        connected="+V 2024-02-01 A/D3, +C 2024-02-01 A/D3, -C 2025-01-31 A/D3",
    )
    posted(
        book.load(program(changed_on="2024-01-01")),
        connected="-V 2024-02-01 A/D3, -C 2024-02-01 A/D3, +C 2025-01-31 A/D3",
    )
    upgraded = facts.line(1, "2024-06-01")
    posted(
        book.post(upgraded, facts.confirmed(upgraded)),
        connected="+V 2024-06-01 A/D3, +C 2024-06-01 A/D3, -C 2025-06-01 A/D3",
    )
    posted(
        book.load(program()),
        connected="-V 2024-06-01 A/D3, +V 2024-02-01 A/D3, -C 2024-06-01 A/D3, +C 2024-02-01 A/D3",
    )


def test_scenario_10_the_household_had_a_laptop() -> None:
    facts, book = Facts(), Book(program())
    laptop = facts.owned_laptop(1, "2023-05-01")
    posted(book.post(facts.enrolled(1, "01-05", "D2"), laptop, facts.confirmed(laptop)), device="")
    line = facts.line(1, "01-20")
    both = "+V 01-20 A/D2, +C 01-20 A/D2, -C 2027-01-20 A/D2"
    posted(book.post(line, facts.confirmed(line)), connectivity=both, connected=both, device="")


def test_scenario_11_hours_of_one_person_and_a_check_not_too_early() -> None:
    facts, book = Facts(), Book(program())
    five, three = facts.training(1, "02-01", 5), facts.training(1, "02-08", 3)
    posted(
        book.post(facts.enrolled(1, "01-05"), five, three, facts.confirmed(five, three)),
        skills="+V 02-08 A/D3, +C 02-08 A/D3",
    )
    early, good = (facts.check(1, on, Item.TRAINING) for on in ("04-01", "05-20"))
    posted(book.post(early, facts.confirmed(early)), skills_sustained="")
    posted(book.post(good, facts.confirmed(good)), skills_sustained="+V 05-20 A/D3", skills="")
    posted(
        book.post(facts.voided(three)),
        skills="-V 02-08 A/D3, -C 02-08 A/D3",
        skills_sustained="-V 05-20 A/D3",
    )


def test_scenario_12_a_move_changes_nothing_a_corrected_address_does(told: Told) -> None:
    facts, book = told.facts, told.book
    assert book.post(facts.home(1, "06-01", "D7")) == []
    first_home = of(told.arrival, Kind.ADDRESS)
    posted(
        book.post(facts.voided(first_home), facts.home(1, "01-05", "D5")),
        connected="-V 01-12 A/D3, +V 01-12 A/D5, -C 01-12 A/D3, +C 01-12 A/D5,+C 2027-01-12 A/D3, -C 2027-01-12 A/D5",
    )


def test_scenario_13_an_import_undone_as_a_whole(told: Told) -> None:
    undone = "-V 01-12 A/D3, -C 01-12 A/D3, +C 2027-01-12 A/D3"
    posted(
        told.book.post(told.facts.voided(*told.arrival, told.laptop, told.line)),
        connected=undone,
        connectivity=undone,
        device="-V 01-10 A/D3, -C 01-10 A/D3",
    )
    assert told.book.net() == {}


def test_scenario_14_consent_withdrawn_then_erasure(told: Told) -> None:
    assert told.book.post(told.facts.fact(Kind.WITHDRAWAL, 1, "06-01")) == []
    assert told.book.post() == []  # erasure blanks names and addresses: no counting column of any fact


@pytest.mark.parametrize("first", ["laptop", "line"])
def test_scenario_15_device_and_line_by_two_partners_in_either_order(first: str) -> None:
    facts, book = Facts(), Book(program())
    book.post(facts.enrolled(1, "01-05"), facts.enrolled(2, "01-05", "D5", by=B), facts.linked(1, 2))
    laptop = facts.laptop(1, "02-01", self_verified=True)
    line = facts.line(2, "02-01", by=B, self_verified=True)
    order = [laptop, line] if first == "laptop" else [line, laptop]
    entries = [book.post(fact) for fact in order]
    assert lines(entries[0]) == []
    assert lines(entries[1]) == expected("+V 02-01 A/D3, +C 02-01 A/D3, -C 2027-02-01 A/D3")

"""What is known of a computer and internet at home: what is on record against what people said."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.casework.rules.having import (
    ANSWERS,
    COMPUTER,
    INTERNET,
    Answer,
    Known,
    Source,
    answers_after,
    answers_in,
    known_on,
    plain_answers,
)
from digital_inclusion.casework.rules.knowing import known_facts
from digital_inclusion.progress.rules.deliveries import NewDelivery
from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from tests.factories.facts import Facts, day, program
from tests.factories.households import ENROLLED_ON, new_household, new_laptop, new_line

NEEDED = {COMPUTER: Answer(False, ENROLLED_ON, None)}
NEVER_SAID: Mapping[str, Answer] = {}


def _no(on: str, after: int = 0) -> dict[str, Answer]:
    return {COMPUTER: Answer(False, day(on), after)}


def _computer(on: str, facts: list[Fact], answers: Mapping[str, Answer] = NEEDED) -> Known:
    return known_on(day(on), facts, answers)[COMPUTER]


@pytest.fixture
def facts() -> Facts:
    return Facts()


def test_known_on_believes_the_enrollment_until_the_hand_over(facts: Facts) -> None:
    laptop = facts.laptop(1, "01-10")
    assert _computer("01-09", [laptop]) == Known(False, Source.ENROLLMENT, ENROLLED_ON)
    assert _computer("01-10", [laptop]) == Known(True, Source.GIVEN, day("01-10"))


def test_known_on_believes_every_thing_before_the_enrollment(facts: Facts) -> None:
    assert _computer("02-01", [facts.laptop(1, "2025-12-01")]).value is True
    assert _computer("02-01", [facts.laptop(1, "2025-12-01")], {COMPUTER: Answer(False, None, None)}).value is True


def test_known_on_tells_a_line_from_a_computer(facts: Facts) -> None:
    found = known_on(day("02-01"), [facts.line(1, "01-12")], NEEDED)
    assert found[INTERNET] == Known(True, Source.GIVEN, day("01-12"))
    assert found[COMPUTER].value is False


@pytest.mark.parametrize("kind", ["phone", "hotspot", "router", "monitor"])
def test_known_on_takes_no_other_device_for_a_computer(facts: Facts, kind: str) -> None:
    assert _computer("02-01", [facts.laptop(1, "01-10", device_kind=kind)]).value is False


def test_known_on_tells_what_they_already_had(facts: Facts) -> None:
    assert _computer("02-01", [facts.owned_laptop(1, "01-05")], NEVER_SAID) == Known(True, Source.OWNED, day("01-05"))


def test_known_on_goes_back_to_what_was_said_when_the_thing_ends(facts: Facts) -> None:
    laptop = facts.laptop(1, "01-10")
    end = facts.about(Kind.END, laptop, "03-01")
    assert _computer("02-28", [laptop, end]).value is True
    assert _computer("03-01", [laptop, end]) == Known(False, Source.ENROLLMENT, ENROLLED_ON)
    assert _computer("03-01", [laptop, end], NEVER_SAID) == Known()
    taken_back = facts.about(Kind.VOID, end, "03-05")
    assert _computer("03-01", [laptop, end, taken_back]).value is True


def test_known_on_sees_the_end_of_the_whole_household(facts: Facts) -> None:
    laptop = facts.laptop(1, "01-10")
    assert _computer("04-01", [laptop, facts.fact(Kind.END, 1, "03-01")]).value is False


def test_known_on_sees_a_loan_fall_due(facts: Facts) -> None:
    loan = facts.laptop(1, "01-10", loan_due_on=day("02-10"))
    assert [_computer(on, [loan]).value for on in ("02-09", "02-10")] == [True, False]


def test_known_on_believes_a_later_answer_and_then_a_later_hand_over(facts: Facts) -> None:
    first = facts.laptop(1, "01-10")
    answers = _no("02-01", after=first.number)
    second = facts.laptop(1, "03-01")
    assert _computer("01-31", [first, second], answers).value is True  # not said yet
    assert _computer("02-28", [first, second], answers) == Known(False, Source.ASKED, day("02-01"))
    assert _computer("03-01", [first, second], answers) == Known(True, Source.GIVEN, day("03-01"))


def test_known_on_believes_on_one_day_what_was_entered_later(facts: Facts) -> None:
    laptop = facts.laptop(1, "02-01")
    assert _computer("02-01", [laptop], _no("02-01", after=laptop.number)).value is False
    assert _computer("02-01", [laptop], _no("02-01", after=laptop.number - 1)).value is True


def test_answers_after_takes_only_what_was_not_known_so() -> None:
    known = {COMPUTER: Known(True, Source.GIVEN, day("01-10")), INTERNET: Known()}
    on = day("02-01")
    as_shown = {COMPUTER: True, INTERNET: None, "size": 3}
    assert answers_after(NEEDED, as_shown, known, on=on, after=7) == NEEDED
    assert answers_after(NEEDED, {"size": 3}, known, on=on, after=7) == NEEDED
    changed = answers_after(NEEDED, {COMPUTER: None, INTERNET: False}, known, on=on, after=7)
    assert changed == {COMPUTER: Answer(None, on, 7), INTERNET: Answer(False, on, 7)}


def test_answers_in_reads_a_decision_of_old() -> None:
    stored = {COMPUTER: False, INTERNET: True, "size": 2}
    assert answers_in(stored, enrolled_on=ENROLLED_ON) == NEEDED  # what is true was read from a thing
    assert answers_in(stored, enrolled_on=None) == {COMPUTER: Answer(False, None, None)}


@pytest.mark.parametrize(
    ("delivery", "value"),
    [
        (new_laptop(date(2026, 1, 4)), True),
        (new_laptop(ENROLLED_ON), False),  # handed over after they said that they need one
        (new_laptop(date(2026, 1, 2), ended_on=date(2026, 1, 5)), False),
        (new_laptop(date(2026, 1, 2), loan_due_on=date(2026, 1, 4)), False),
        (new_laptop(ENROLLED_ON, kind=Kind.ALREADY_HAD), True),
        (new_laptop(ENROLLED_ON, kind=Kind.ALREADY_HAD, device_kind="phone"), False),
        (new_line(ENROLLED_ON, kind=Kind.ALREADY_HAD), False),
    ],
)
def test_known_facts_tells_what_they_come_with(delivery: NewDelivery, value: bool) -> None:
    assert known_facts(new_household(deliveries=[delivery]), program())[COMPUTER] is value


DAYS = st.integers(0, 12).map(lambda days: day("01-01") + timedelta(days=days))
VALUES = st.sampled_from([True, False, None])


@st.composite
def _records(draw: st.DrawFn) -> list[Fact]:
    """Return computers and lines, given or had before, some of them ended, some void."""
    made, known = Facts(), list[Fact]()
    for kind, item, on in draw(
        st.lists(
            st.tuples(st.sampled_from([Kind.DELIVERY, Kind.ALREADY_HAD]), st.sampled_from(list(Item)[:2]), DAYS),
            max_size=5,
        )
    ):
        thing = made.fact(kind, 1, on, item=item, device_kind="laptop" if item is Item.DEVICE else None)
        known.append(thing)
        lasts = draw(st.none() | st.integers(0, 6))
        if lasts is not None:
            known.append(made.fact(Kind.END, 1, on + timedelta(days=lasts), refers_to=thing.number))
        if draw(st.booleans()):
            known.append(made.fact(Kind.VOID, 1, on, refers_to=draw(st.sampled_from(known)).number))
    return known


ANSWERED = st.dictionaries(
    st.sampled_from([COMPUTER, INTERNET]),
    st.builds(Answer, VALUES, DAYS, st.integers(0, 15))
    | st.builds(Answer, st.just(False), st.none() | DAYS, st.none()),
)


@given(_records(), ANSWERED, DAYS, st.randoms())
def test_what_is_known_of_a_day(record: list[Fact], answers: dict[str, Answer], on: date, luck: Random) -> None:
    known = known_on(on, record, answers)
    mixed = list(record)
    luck.shuffle(mixed)
    assert known_on(on, mixed, answers) == known, "the order in which facts are read changes nothing"
    kept = json.loads(json.dumps({ANSWERS: plain_answers(answers)}))
    assert answers_in(kept, enrolled_on=None) == answers, "answers are read back as they were kept"
    later, number = on + timedelta(days=1), max((fact.number for fact in record), default=0)
    more = Facts()
    new = [more.laptop(1, later), more.line(1, later)]
    assert known_on(on, [*record, *_numbered(new, number)], answers) == known, "what comes later says nothing of it"


@given(_records(), ANSWERED, DAYS, VALUES)
def test_who_spoke_last_is_believed(
    record: list[Fact], answers: dict[str, Answer], on: date, value: bool | None
) -> None:
    earlier = {name: one for name, one in answers.items() if one.on is None or one.on < on}
    number = max((fact.number for fact in record), default=0)
    whole = [fact for fact in record if fact.occurred_on <= on]
    told = answers_after(earlier, {COMPUTER: value}, known_on(on, whole, earlier), on=on, after=number)
    assert known_on(on, whole, told)[COMPUTER].value is value
    (handed,) = _numbered([Facts().laptop(1, on)], number)
    assert known_on(on, [*whole, handed], told)[COMPUTER] == Known(True, Source.GIVEN, on)
    void = Facts().fact(Kind.VOID, 1, on, refers_to=handed.number)
    assert known_on(on, [*whole, handed, *_numbered([void], number + 1)], told) == known_on(on, whole, told)


def _numbered(new: list[Fact], after: int) -> list[Fact]:
    """Return facts as if they were entered after the number."""
    return [fact._replace(number=after + place) for place, fact in enumerate(new, start=1)]

"""What keeps an outreach event from being kept."""

from datetime import date
from typing import Any

import pytest

from digital_inclusion.casework.rules.outreach import check_event, said_by
from tests.factories.outreach import new_event

TODAY = date(2026, 3, 20)


def _problems(**changes: Any) -> list[tuple[str, str]]:
    found = check_event(new_event(**changes), TODAY, districts={"3"}, languages={"en", "es"})
    return [(one.field, one.code) for one in found]


def test_event_as_it_should_be() -> None:
    assert _problems() == [] == _problems(district=None, asked_help=40, languages=[])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kind": "party"}, ("kind", "word_unknown")),
        ({"counted_by": "guess"}, ("counted_by", "word_unknown")),
        ({"district": "99"}, ("district", "word_unknown")),
        ({"languages": ["en", "xx"]}, ("languages", "word_unknown")),
        ({"happened_on": date(2026, 3, 21)}, ("happened_on", "day_in_future")),
        ({"reached": -1, "asked_help": 0}, ("reached", "number_out_of_bounds")),
        ({"reached": 1_000_001}, ("reached", "number_out_of_bounds")),
        ({"asked_help": 41}, ("asked_help", "more_asked_than_reached")),
        ({"name": " "}, ("name", "text_wrong")),
        ({"place": "x" * 201}, ("place", "text_wrong")),
        ({"notes": "x" * 2001}, ("notes", "text_too_long")),
    ],
)
def test_event_that_cannot_be_kept(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert _problems(**changes) == [problem]


def test_what_an_event_said_can_be_kept_as_json() -> None:
    assert said_by(new_event())["happened_on"] == "2026-03-14"

"""What a list of who came changes; who may be counted; who gets a seat."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.foundation.kernel.errors import Conflict, Invalid
from digital_inclusion.skills.rules import attendance as rules
from digital_inclusion.skills.rules.attendance import Agreed, Known, Mark
from digital_inclusion.skills.rules.classes import (
    NewClass,
    NewSessions,
    check_class,
    check_sessions,
    in_turn,
    state_for,
)

MEMBERS = st.integers(1, 6)
MINUTES = st.none() | st.integers(1, rules.MOST_MINUTES)
MARKS = st.dictionaries(MEMBERS, st.builds(Mark, MINUTES))
NOW = datetime(2026, 5, 1, 12)


def _after(marks: dict[int, Mark], known: dict[int, Known]) -> dict[int, Known]:
    """Return the record after a list was saved, as the action writes it: whoever came has a fact."""
    found, after = rules.changes(marks, known), dict(known)
    for part in (found.new, found.other, found.unposted):
        for member, mark in part.items():
            after[member] = Known(member, mark.minutes, 100 + member if mark.minutes else None)
    return after


@given(MARKS, MARKS)
def test_saved_list_says_what_was_sent_and_again_changes_nothing(
    first: dict[int, Mark], second: dict[int, Mark]
) -> None:
    after = _after(second, _after(first, {}))
    for member, mark in (first | second).items():
        assert after[member].minutes == mark.minutes
    again = rules.changes(second, after)
    assert not again and not again.unposted


@given(MARKS)
def test_who_is_not_on_the_list_is_refused(marks: dict[int, Mark]) -> None:
    rules.check_marks(marks, listed=marks)
    with pytest.raises(Invalid, match="not in this class"):
        rules.check_marks(marks | {7: Mark(None)}, listed=marks)


def test_minutes_that_cannot_be_are_told_by_person() -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_marks({1: Mark(0), 2: Mark(90), 3: Mark(1441)}, listed=[1, 2, 3])
    assert set(refused.value.fields) == {"minutes-1", "minutes-3"}


def test_nobody_came_to_what_has_not_begun_or_was_canceled() -> None:
    with pytest.raises(Conflict, match="not begun"):
        rules.check_open(starts_at=NOW, canceled=False, now=NOW - timedelta(seconds=1))
    with pytest.raises(Conflict, match="canceled"):
        rules.check_open(starts_at=NOW, canceled=True, now=NOW)
    rules.check_open(starts_at=NOW, canceled=False, now=NOW)


@pytest.mark.parametrize(
    ("purposes", "given_on", "expires_on", "may"),
    [({"service"}, date(2026, 1, 5), None, True), ({"follow_up"}, date(2026, 1, 5), None, False),
     ({"service"}, date(2026, 5, 2), None, False), ({"service"}, date(2026, 1, 5), date(2026, 4, 30), False),
     ({"service"}, date(2026, 1, 5), date(2026, 5, 1), True), (set(), date(2026, 1, 5), None, False)],
)  # fmt: skip
def test_who_may_be_counted(purposes: set[str], given_on: date, expires_on: date | None, may: bool) -> None:
    assert rules.may_count([Agreed(frozenset(purposes), given_on, expires_on)], date(2026, 5, 1)) is may


def test_seats_go_first_and_then_the_line_begins() -> None:
    assert [state_for(seated=taken, seats=2) for taken in range(4)] == ["seated", "seated", "waiting", "waiting"]


@pytest.mark.parametrize(
    ("changes", "seated", "field"),
    [({"title": " "}, 0, "title"), ({"topic": ""}, 0, "topic"), ({"place": "\t"}, 0, "place"),
     ({"seats": 0}, 0, "seats"), ({"seats": 1001}, 0, "seats"), ({"seats": 3}, 4, "seats"),
     ({"language": "xx"}, 0, "language")],
)  # fmt: skip
def test_class_with_a_mistake_says_where(changes: dict[str, object], seated: int, field: str) -> None:
    values = {"title": "T", "topic": "t", "language": "en", "place": "P", "seats": 4} | changes
    with pytest.raises(Invalid) as refused:
        check_class(NewClass(**values), {"en": "English"}, seated=seated)  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"ends_at": NOW}, "ends"), ({"ends_at": NOW + timedelta(hours=13)}, "ends"), ({"weeks": 0}, "weeks"),
     ({"weeks": 53}, "weeks")],
)  # fmt: skip
def test_session_with_a_mistake_says_where(changes: dict[str, object], field: str) -> None:
    values = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=2)} | changes
    with pytest.raises(Invalid) as refused:
        check_sessions(NewSessions(**values), now=NOW)  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("days", [-400, 400])
def test_day_too_far_away_is_a_slip(days: int) -> None:
    starts = NOW + timedelta(days=days)
    with pytest.raises(Invalid) as refused:
        check_sessions(NewSessions(starts_at=starts, ends_at=starts + timedelta(hours=1)), now=NOW)
    assert list(refused.value.fields) == ["day"]


@dataclass(frozen=True)
class _Met:
    name: str
    starts_at: datetime
    noted_at: datetime | None = None
    canceled_at: datetime | None = None


def test_in_turn() -> None:
    now = datetime(2026, 5, 6, 18, tzinfo=UTC)
    hours = timedelta(hours=1)
    sessions = [
        _Met("noted", now - 200 * hours, noted_at=now),
        _Met("forgotten", now - 100 * hours),
        _Met("today, noted", now - hours, noted_at=now),
        _Met("today, off", now + hours, canceled_at=now),
        _Met("this evening", now + 2 * hours),
        _Met("next week", now + 168 * hours),
    ]
    names = [[one.name for one in some] for some in in_turn(sessions, now)]
    assert names == [["forgotten", "today, noted", "this evening"], ["today, off", "next week"], ["noted"]]

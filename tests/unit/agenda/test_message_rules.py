"""Messages, rules alone: who may be written to, quiet hours, states in any order, single words, parts of a text."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.agenda.rules.messages import (
    CHANNELS,
    EMAIL,
    GONE_OUT,
    MOVES,
    REASONS,
    REFUSALS,
    REPORTS,
    SMS,
    STATES,
    TEMPLATE_NAMES,
    Contact,
    NewMessage,
    check_words,
    lifts_stop,
    quiet_end,
    refusal,
    state_after,
)
from digital_inclusion.agenda.rules.templates import TEMPLATES
from digital_inclusion.agenda.rules.texts import is_start, is_stop, parts_of
from digital_inclusion.foundation.kernel.errors import Invalid

FINE = Contact(erased=False, safe="text", has_address=True, agreed=True, withdrawn=False, stopped=False, bounced=False)
NIGHT = {"quiet_from": time(20), "quiet_until": time(8)}


def _contact(**changes: object) -> Contact:
    return Contact(**{name: getattr(FINE, name) for name in Contact.__slots__} | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"safe": "email"}, None),
        ({"safe": None}, "way_unknown"),
        ({"safe": "pigeon"}, "way_unknown"),
        ({"safe": "phone"}, "phone"),
        ({"safe": "in_person"}, "in_person"),
        ({"safe": "none", "stopped": True}, "none"),
        ({"has_address": False}, "no_address"),
        ({"agreed": False}, "not_agreed"),
        ({"agreed": False, "withdrawn": True}, "withdrawn"),
        ({"stopped": True, "agreed": False}, "stopped"),
        ({"bounced": True}, "not_working"),
        ({"erased": True, "safe": None, "stopped": True}, "erased"),
    ],
)
def test_who_may_be_written_to(changes: dict[str, object], code: str | None) -> None:
    assert refusal(_contact(**changes)) == code
    assert code is None or (REFUSALS[code].why and REFUSALS[code].instead and REASONS[code])


@given(st.lists(st.sampled_from(REPORTS), max_size=8), st.randoms())
def test_reports_in_any_order_and_any_number_give_one_state(reports: list[str], rng: object) -> None:
    def told(order: list[str]) -> str:
        state = "sent"
        for one in order:
            after = state_after(state, [one])
            assert after == state or after in MOVES[state]  # each step is a move that the table knows
            state = after
        return state

    shuffled = list(reports)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(reports) == told(shuffled) == state_after("sent", reports) == told(reports + shuffled)


def test_every_order_of_all_reports_ends_alike_also_before_we_noted_that_it_went() -> None:
    for first in ("sending", "unknown", "sent"):
        ends = {state_after(state_after(first, order[:1]), order[1:]) for order in permutations(REPORTS)}
        assert ends == {"bounced"}
    for state in STATES.keys() - set(GONE_OUT):  # what waits, was never sent or came in hears of no report
        assert state_after(state, REPORTS) == state


def test_table_of_moves_is_whole() -> None:
    assert MOVES.keys() == STATES.keys() and set().union(*MOVES.values()) <= STATES.keys()
    assert "sending" not in set().union(*(MOVES[state] for state in STATES if state != "waiting"))  # sent once
    assert TEMPLATE_NAMES.keys() == TEMPLATES.keys() and CHANNELS.keys() == {SMS, EMAIL}


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        (datetime(2026, 3, 2, 19, 59), None),
        (datetime(2026, 3, 2, 20, 0), datetime(2026, 3, 3, 8)),
        (datetime(2026, 3, 2, 22, 40), datetime(2026, 3, 3, 8)),
        (datetime(2026, 3, 3, 0, 0), datetime(2026, 3, 3, 8)),
        (datetime(2026, 3, 3, 7, 59), datetime(2026, 3, 3, 8)),
        (datetime(2026, 3, 3, 8, 0), None),
        (datetime(2026, 12, 31, 23, 59), datetime(2027, 1, 1, 8)),
    ],
)
def test_quiet_hours_of_the_night(at: datetime, ends: datetime | None) -> None:
    assert quiet_end(at, **NIGHT) == ends


def test_quiet_hours_within_a_day() -> None:
    noon = {"quiet_from": time(12), "quiet_until": time(14, 30)}
    assert quiet_end(datetime(2026, 3, 2, 13), **noon) == datetime(2026, 3, 2, 14, 30)
    assert quiet_end(datetime(2026, 3, 2, 20), **noon) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.times(), st.times())
def test_quiet_hours_end_later_and_outside_themselves(at: datetime, begin: time, until: time) -> None:
    ends = quiet_end(at, quiet_from=begin, quiet_until=until)
    assert ends is None or (at < ends <= at + timedelta(days=1))
    assert ends is None or quiet_end(ends, quiet_from=begin, quiet_until=until) is None


@pytest.mark.parametrize(
    "word",
    ["STOP", "stop", " Stop. ", "STOP.", "stop all", "StopAll", "UNSUBSCRIBE", "opt out", "ALTO", "alto!", "Parar",
     "DUNG", "Dừng", "dừng", "DỪNG", "“Dừng lại.”", "dung lai", "D\u01af\u0300NG", "ngừng", "停止", "停", "停。",
     "停止！", "退订", "退訂", "TD", "ＳＴＯＰ"],
)  # fmt: skip
def test_words_that_stop(word: str) -> None:
    assert is_stop(word) and not is_start(word)


@pytest.mark.parametrize(
    "text",
    ["", "stop by my house", "please stop", "don't stop", "停车场在哪里", "Alto de la Cruz", "yes", "Huy", "no", "!!",
     "Đúng", "đúng", "ĐÚNG.", "dùng", "đứng", "Dũng", "đừng", "D\u0323u\u0301ng"],
)  # fmt: skip
def test_sentences_and_other_words_do_not_stop(text: str) -> None:
    assert not is_stop(text) and not is_start(text)


@pytest.mark.parametrize("word", ["START", "start", "Unstop", "Iniciar", "bat dau", "Bắt đầu", "开始", "開始"])
def test_words_that_start(word: str) -> None:
    assert is_start(word) and not is_stop(word)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
        ("€" * 80, 1), ("€" * 81, 2), ("a" * 152 + "€" + "a" * 152, 3), ("é" * 160, 1), ("á" * 70, 1), ("á" * 71, 2),
        ("停" * 70, 1), ("停" * 134, 2), ("停" * 135, 3), ("😀" * 35, 1),
        ("😀" * 36, 2), ("a" * 66 + "😀" * 2 + "停", 2),
    ],
)  # fmt: skip
def test_parts_of_a_text(text: str, parts: int) -> None:
    assert parts_of(text) == parts


STOPPED = datetime(2026, 3, 2, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("way", "given_on", "noted", "lifts"),
    [
        ("spoken", date(2026, 3, 3), STOPPED + timedelta(days=1), True),
        ("spoken", date(2026, 3, 2), STOPPED + timedelta(minutes=1), True),
        ("spoken", date(2026, 3, 2), STOPPED - timedelta(minutes=1), False),
        ("spoken", date(2026, 3, 2), None, False),
        ("spoken", date(2026, 3, 3), None, True),
        ("spoken", date(2026, 3, 1), STOPPED + timedelta(days=9), False),  # an older paper noted later
        ("attested_by_partner", date(2026, 3, 9), STOPPED + timedelta(days=9), False),
    ],
)
def test_only_a_new_consent_of_the_person_lifts_a_stop(
    way: str, given_on: date, noted: datetime | None, lifts: bool
) -> None:
    assert lifts is lifts_stop(
        way=way, given_on=given_on, recorded_at=noted, stopped_at=STOPPED, stopped_on=date(2026, 3, 2)
    )


@pytest.mark.parametrize(
    ("changes", "parts", "field"),
    [
        ({"words": "  "}, 1, "words"),
        ({"words": "Come on ____."}, 1, "words"),
        ({"words": "x"}, 7, "words"),
        ({"channel": EMAIL, "words": "x" * 4001, "subject": "s"}, 0, "words"),
        ({"channel": EMAIL, "words": "x", "subject": " "}, 0, "subject"),
        ({"channel": EMAIL, "words": "x", "subject": "s" * 121}, 0, "subject"),
    ],
)
def test_words_that_cannot_go_out_are_told(changes: dict[str, str], parts: int, field: str) -> None:
    new = NewMessage(**{"kind": "own", "channel": SMS, "language": "en", "words": "x"} | changes)
    with pytest.raises(Invalid) as refused:
        check_words(new, parts=parts)
    assert list(refused.value.fields) == [field]

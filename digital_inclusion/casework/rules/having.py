"""Whether a household has a computer and internet at home on a day: what is on record against what people said. Pure.

Three may speak, and the strongest of them is believed:

1. *Things*: a computer handed over, a line activated, or either already had, says yes while it stands: from its day,
   not void, not ended, a loan not yet due.
2. *Answers* given after enrollment say yes, no, or not known any more. Between things and an answer the later day is
   believed; on the same day what was entered later. So a hand-over after a "no" says yes again, and "no, it broke"
   is believed although the device was never returned.
3. The *enrollment* says no for what they asked for. It is the weakest: every thing that stands is believed before it.

Where a thing has ended, what people said is believed again; where nobody said anything, it is not known. What is only
left as the form showed it is no answer: it would outlive the device that it was read from. For a past day speak the
things that stood on it and what was said up to it. Things of other partners do not speak, since an answer would tell
of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from ...eligibility.rules.facts import Facts
from ...progress.rules.facts import Fact, Item, Kind
from ...progress.rules.household import Household
from ...progress.rules.spans import FOREVER

COMPUTERS = ("laptop", "desktop", "tablet")
COMPUTER, INTERNET = "has_computer", "has_home_internet"
HAVING = (COMPUTER, INTERNET)
ANSWERS = "answers"  # where a stored decision keeps them, beside its facts


class Source(StrEnum):
    """Who says so."""

    GIVEN = "given"
    OWNED = "owned"
    ASKED = "asked"
    ENROLLMENT = "enrollment"


@dataclass(frozen=True, slots=True)
class Answer:
    """What people said (None: not known) on a day. ``after``: number of the last fact on record then; None: it was said
    at enrollment, whose day decisions of old do not tell."""

    value: bool | None
    on: date | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is believed (None: not known), who says so, and since which day they do."""

    value: bool | None = None
    source: Source | None = None
    on: date | None = None


class Thing(Protocol):
    """A device, line or training: about to be recorded, or on record."""

    @property
    def item(self) -> Item | None:
        """Return what it is."""

    @property
    def device_kind(self) -> str | None:
        """Return what kind of device it is."""


def had_by(thing: Thing) -> str | None:
    """Return the fact that is true of who has the thing; None: neither."""
    if thing.item is Item.LINE:
        return INTERNET
    return COMPUTER if thing.item is Item.DEVICE and thing.device_kind in COMPUTERS else None


def known_on(day: date, facts: Iterable[Fact], answers: Mapping[str, Answer]) -> dict[str, Known]:
    """Return what is known of each of the two on ``day``. ``facts``: those of the record, of any kind and order."""
    record = Household(facts)
    stand = [thing for thing in record.deliveries() if thing.occurred_on <= day < _gone_on(thing, record)]
    return {name: _known(answers.get(name), [one for one in stand if had_by(one) == name], day) for name in HAVING}


def _gone_on(thing: Fact, record: Household) -> date:
    return min(record.end_of(thing), thing.loan_due_on or FOREVER)


def _known(answer: Answer | None, things: Iterable[Fact], day: date) -> Known:
    last = max(things, key=_when, default=None)
    if answer is not None and answer.on is not None and answer.on > day:
        answer = None
    if last is not None and (answer is None or _is_after(last, answer)):
        return Known(True, Source.GIVEN if last.kind is Kind.DELIVERY else Source.OWNED, last.occurred_on)
    if answer is None:
        return Known()
    return Known(answer.value, Source.ENROLLMENT if answer.after is None else Source.ASKED, answer.on)


def _when(thing: Fact) -> tuple[date, int]:
    return thing.occurred_on, thing.number


def _is_after(thing: Fact, answer: Answer) -> bool:
    return answer.on is None or answer.after is None or _when(thing) > (answer.on, answer.after)


def with_known(facts: Facts, known: Mapping[str, Known]) -> dict[str, object]:
    """Return the facts with what is known of the two; what is not known is left out."""
    found = {**facts, **{name: one.value for name, one in known.items()}}
    return {name: value for name, value in found.items() if value is not None}


def answers_after(
    answers: Mapping[str, Answer], told: Facts, known: Mapping[str, Known], *, on: date, after: int
) -> dict[str, Answer]:
    """Return the answers once people have told anew, on a day; what they only left as it was known is none."""
    new = [name for name in HAVING if name in told and told[name] is not known[name].value]
    return {**answers, **{name: Answer(_yes_no(told[name]), on, after) for name in new}}


def _yes_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def plain_answers(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Return the answers as a decision stores them."""
    return {
        name: {"value": one.value, "on": one.on.isoformat() if one.on is not None else None, "after": one.after}
        for name, one in sorted(answers.items())
    }


def answers_in(stored: Mapping[str, Any], *, enrolled_on: date | None) -> dict[str, Answer]:
    """Return the answers that a stored decision's facts tell. ``enrolled_on``: its day, where it is the enrollment's.

    Where none are kept, the enrollment said what is false; what is true was read from a thing.
    """
    if ANSWERS not in stored:
        return {name: Answer(False, enrolled_on, None) for name in HAVING if stored.get(name) is False}
    return {
        name: Answer(one["value"], date.fromisoformat(one["on"]) if one["on"] else None, one["after"])
        for name, one in stored[ANSWERS].items()
    }

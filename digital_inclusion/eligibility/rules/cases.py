"""Case files: households with what each program should say. Their own words, brought to the rulebook's facts.

A case holds ``as_of`` (a day, or an instant with its offset), ``household`` and ``expected``. Expected true means yes
or likely; false no or closed; null cannot tell yet or cannot decide; a number, an amount in US dollars. A key or a
fact this module does not know is reported as unsupported, never as passed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ...foundation.kernel import clock
from .book import Rulebook
from .deciding import Answer, Decider, Decision
from .facts import BENEFITS, read_value

# Key of a case -> program, and for an amount its kind.
_PROGRAM_KEYS = {"acp_new_enrolment": "acp_new_enrollment"}
_AMOUNT_KEYS = {
    "lifeline_federal_monthly_max": ("lifeline_federal", "monthly"),
    "lifeline_federal_monthly": ("lifeline_federal", "monthly"),
    "ca_lifeline_monthly": ("ca_lifeline", "monthly"),
    "ca_home_broadband_pilot_monthly": ("ca_home_broadband_pilot", "monthly"),
    "connection_max_once_a_year": ("ca_home_broadband_pilot", "one_time"),
    "acp_monthly_max": ("acp", "monthly"),
    "acp_monthly": ("acp", "monthly"),
    "benefit_monthly": ("acp", "monthly"),
    "acp_device_discount": ("acp", "device"),
    "ebb_monthly": ("ebb", "monthly"),
}
UNSUPPORTED = {
    "lifeline_action": "what to do with a benefit that one has is shown as advice, not decided",
    "deadline": "deadlines of recertification belong to applications",
    "deenrol_by_business_days": "deadlines of recertification belong to applications",
}
_RENAMED = {
    "charge": "plan_price",
    "device": "device_kind",
    "device_discount_already_used": "device_discount_used",
    "approved_and_signed_up_with_provider": "signed_up_with_provider",
    "filing": "tax_filing",
    "last_comcast_service_days_ago": "comcast_days_ago",
}
# A case states what speaks for a household; what it leaves out of these is not so.
_UNSTATED: dict[str, object] = {
    "lives_on_tribal_land": False,
    "acp_enrolled": False,
    "lifeline_enrolled_on": date.max,
    "ebb_enrolled_on": date.max,
}
_SERVICES = {
    "voice only": "voice",
    "broadband": "internet",
    "broadband only": "internet",
    "broadband+voice same provider": "bundle",
}
_STATES_NOTHING = {"programmes", "asks_for", "doubt_letter", "recert_request", "response"}  # read elsewhere, or asked
_IMPLIES = {"already_has_lifeline_on": "has_lifeline", "acp_enrolled_since": "acp_enrolled"}
_SAME_ADDRESS = ("other_adult_has_lifeline", "lives_with_other_adult")
_OTHER_ADULT = {
    "another_adult_same_address_has_lifeline": _SAME_ADDRESS,
    "another_adult_same_economic_unit_has_lifeline": (*_SAME_ADDRESS, "shares_income_and_expenses"),
}
_PLAN = {"down": "plan_down", "up": "plan_up", "gb": "plan_gb", "low_cost_plan": "plan_low_cost"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expected key of a case: passed, failed or unsupported, with what was decided."""

    case: str
    key: str
    expected: object
    decided: object
    state: str
    why: str = ""


class Unsupported(Exception):
    """A fact of the case that this module does not know."""


def check_case(decider: Decider, case: Mapping[str, Any]) -> Iterator[Outcome]:
    """Yield the outcome of every expected key of a case. Raises ValueError for a day that is none."""
    on, at = _moment(str(case["as_of"]))
    name, expected = str(case.get("id", "?")), case["expected"]
    try:
        facts = facts_of_case(decider.book, case["household"])
    except Unsupported as error:
        yield from (Outcome(name, key, value, None, "unsupported", str(error)) for key, value in expected.items())
        return
    decisions = decider.decide(facts, on=on, at=at)
    for key, value in expected.items():
        yield _outcome(name, key, value, decisions)


def _moment(text: str) -> tuple[date, datetime | None]:
    if "T" not in text:
        return date.fromisoformat(text), None
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} names no offset from UTC")
    return clock.local(at).date(), at


def _outcome(case: str, key: str, expected: object, decisions: Mapping[str, Decision]) -> Outcome:
    if key in _AMOUNT_KEYS:
        program, kind = _AMOUNT_KEYS[key]
        amount = _amount(decisions.get(program), kind)
        equal = amount is not None and expected is not None and amount == Decimal(str(expected))
        return _told(case, key, expected, None if amount is None else float(amount), equal or amount is expected)
    decision = decisions.get(_PROGRAM_KEYS.get(key, key))
    if decision is None:
        return Outcome(case, key, expected, None, "unsupported", UNSUPPORTED.get(key, "a key we do not know"))
    decided = _truth(decision.answer)
    return _told(case, key, expected, decided, decided is expected, decision.answer.value)


def _told(case: str, key: str, expected: object, decided: object, holds: bool, why: str = "") -> Outcome:
    return Outcome(case, key, expected, decided, "passed" if holds else "failed", why)


def _truth(answer: Answer) -> bool | None:
    if answer in (Answer.YES, Answer.LIKELY):
        return True
    return False if answer in (Answer.NO, Answer.CLOSED) else None


def _amount(decision: Decision | None, kind: str) -> Decimal | None:
    """Return the most that a household may get; nothing where the program says no; None where no value is on file."""
    if decision is None or decision.answer in (Answer.NO, Answer.CLOSED):
        return Decimal(0)
    amount = decision.amount(kind)
    if amount is None:
        return Decimal(0)
    return None if amount.missing is not None else amount.high


def facts_of_case(book: Rulebook, household: Mapping[str, Any]) -> dict[str, object]:
    """Return the facts that a case's household states; raise Unsupported for one we do not know."""
    facts: dict[str, object] = {}
    for key, value in household.items():
        for name, given in _facts_of(book, key, value).items():
            facts[name] = read_value(book.facts[name], given)
    if "programmes" in household:
        facts[BENEFITS] = _benefits(book, household["programmes"])
    if "income_2020" in household:  # the route by lost income: the return states the year's income, and no benefit
        facts.setdefault("annual_income", facts["income_2020"])
        facts.setdefault(BENEFITS, dict.fromkeys(book.benefits, False))
    for name, value in _UNSTATED.items():
        facts.setdefault(name, value)
    return facts


def _facts_of(book: Rulebook, key: str, value: Any) -> dict[str, Any]:
    """Return what one key of a household states; raise Unsupported for one we do not know."""
    if key in _STATES_NOTHING:
        return {}
    if key == "plan":
        return {_known(_PLAN, name, "plan"): one for name, one in value.items()}
    if key == "service":
        return {key: _known(_SERVICES, value, key)}
    if key in _OTHER_ADULT:
        return dict.fromkeys(_OTHER_ADULT[key], True) if value else {"other_adult_has_lifeline": False}
    if key in _IMPLIES:
        return {_IMPLIES[key]: True}
    name = _RENAMED.get(key, key)
    if name not in book.facts:
        raise Unsupported(f"the fact {key!r} is not known")
    return {name: value}


def _known(words: Mapping[str, str], word: str, what: str) -> str:
    if word not in words:
        raise Unsupported(f"{what} {word!r} is not known")
    return words[word]


def _benefits(book: Rulebook, held: object) -> dict[str, bool]:
    """Return every benefit as held or not: a case lists all that the household gets."""
    if not isinstance(held, list):
        raise Unsupported("programmes is no list")
    unknown = sorted(set(held) - book.benefits.keys())
    if unknown:
        raise Unsupported(f"the benefit {unknown[0]!r} is not known")
    return {benefit: benefit in held for benefit in book.benefits}

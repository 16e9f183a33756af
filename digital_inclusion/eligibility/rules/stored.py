"""A decision as it is stored: facts and answers as plain values that outlive the rulebook they were decided by.

Facts: name -> true, false, whole number, or text (numbers with decimals, days as 2026-11-22); "benefits" -> benefit
-> true or false. Answers, one per program in the order in which to apply: ``program``, ``title``, ``kind``,
``answer``, ``amounts`` (``kind``, ``low`` and ``high`` in US dollars, ``says``, ``missing``), ``reasons`` (``says``,
``verdict``, ``source``, ``confidence``), ``advice`` (sentences).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from .amounts import Amount
from .book import Rulebook
from .compiled import Reason
from .dated import Confidence
from .deciding import Decider, Decision
from .facts import Facts, Kind

Plain = dict[str, Any]


def plain_facts(facts: Facts) -> Plain:
    """Return the facts as they are stored, unknown ones left out."""
    return {name: _plain(value) for name, value in sorted(facts.items()) if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(sorted(value.items()))
    return value


_READ: dict[Kind, Callable[[Any], object]] = {
    Kind.MONEY: Decimal,
    Kind.NUMBER: Decimal,
    Kind.DAY: date.fromisoformat,
}


class FactReader:
    """Reads stored facts back for one rulebook; a fact that it does not know is left out."""

    def __init__(self, book: Rulebook) -> None:
        self._read = {name: _READ.get(fact.kind) for name, fact in book.facts.items()}

    def __call__(self, stored: Mapping[str, Any]) -> dict[str, object]:
        """Return the facts as rules compare them."""
        read = self._read
        return {
            name: value if (reads := read[name]) is None else reads(value)
            for name, value in stored.items()
            if name in read
        }


@lru_cache(maxsize=8)
def reader_of(decider: Decider) -> FactReader:
    """Return what reads stored facts back for the decider's rulebook."""
    return FactReader(decider.book)


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answers of every program, with their rulebook. Equal ones have the same ``digest``."""

    digest: str
    version: str
    fingerprint: str
    programs: list[Plain]


def rule_on(decider: Decider, facts: Facts, day: date) -> Ruling:
    """Decide, and return the answers as they are stored. Many households know the same: each set is decided once."""
    return _rule(decider, day, json.dumps(plain_facts(facts)))


@lru_cache(maxsize=10_000)
def _rule(decider: Decider, day: date, told: str) -> Ruling:
    decided = tuple(decider.decide(reader_of(decider)(json.loads(told)), on=day).values())
    return _written(_Said(decider, tuple(_key(one) for one in decided), decided))


@dataclass(frozen=True, slots=True)
class _Said:
    """What was decided, equal to whatever reads the same. A rulebook makes each reason once, so its id names it."""

    decider: Decider
    key: tuple[object, ...]
    decided: tuple[Decision, ...] = field(compare=False)


def _key(one: Decision) -> tuple[object, ...]:
    amounts = tuple([(amount.id, amount.low, amount.high, amount.says) for amount in one.amounts])
    return one.answer, tuple(map(id, one.reasons)), amounts, tuple([advice.id for advice in one.advice])


@lru_cache(maxsize=2_000)
def _written(said: _Said) -> Ruling:
    """Return the answers written out; those of most households are the same."""
    book = said.decider.book
    programs = [_program(one) for one in said.decided]
    content = json.dumps([book.version, book.fingerprint, programs], ensure_ascii=False, sort_keys=True)
    return Ruling(hashlib.sha256(content.encode()).hexdigest(), book.version, book.fingerprint, programs)


def _program(one: Decision) -> Plain:
    return {
        "program": one.program.id,
        "title": one.program.title,
        "kind": one.program.kind.value,
        "answer": one.answer.value,
        "amounts": [_amount(amount) for amount in one.amounts],
        "reasons": [_reason(reason) for reason in one.reasons],
        "advice": [advice.says for advice in one.advice],
    }


def _amount(amount: Amount) -> Plain:
    return {
        "kind": amount.kind.value,
        "low": _plain(amount.low),
        "high": _plain(amount.high),
        "says": list(amount.says),
        "missing": amount.missing,
        "sure": amount.sure,
    }


def _reason(reason: Reason) -> Plain:
    """Return the condition's sentence, what can be said of it, and its source; not sure: a value to be confirmed."""
    leaf = reason.leaf.leaf
    row = reason.leaf.row
    cites = [cite for cite in (leaf.cite, row.cite if row is not None else None) if cite is not None]
    weakest = max(cites, key=lambda cite: _WEAKNESS[cite.confidence], default=None)
    return {
        "says": leaf.says,
        "verdict": reason.verdict.name.lower(),
        "source": "; ".join(dict.fromkeys(cite.source for cite in cites)),
        "confidence": weakest.confidence.value if weakest is not None else Confidence.CONFIRMED.value,
    }


_WEAKNESS = {Confidence.CONFIRMED: 0, Confidence.SECONDARY: 1, Confidence.OPEN: 2}

"""The standing facts of one identity and what they say about a day: what is void, proven, and in force."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import attrgetter

from digital_inclusion.progress.rules.facts import Fact, Kind
from digital_inclusion.progress.rules.spans import FOREVER

_BY_NUMBER = attrgetter("number")
_DAY = timedelta(days=1)


def standing(facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts that stand, by number: none void, and none that speaks of a void one (rule 9).

    Voids themselves cannot be voided. They are left out of the answer.
    """
    known = sorted(facts, key=_BY_NUMBER)
    gone: set[int | None] = {fact.refers_to for fact in known if fact.kind is Kind.VOID}
    if not gone:
        return known
    gone.discard(None)
    stand = []
    for fact in known:
        if fact.number in gone or fact.refers_to in gone:
            gone.add(fact.number)  # what speaks of it goes too; it comes later, by number
        elif fact.kind is not Kind.VOID:
            stand.append(fact)
    return stand


def in_force(facts: Iterable[Fact], record_id: int, day: date) -> Fact | None:
    """Return the record's fact in force on ``day``: the latest day up to it, then the highest number.

    ``facts`` ascend by number.
    """
    found = None
    for fact in facts:
        if fact.record_id != record_id or fact.occurred_on > day:
            continue
        if found is None or fact.occurred_on >= found.occurred_on:
            found = fact
    return found


class Household:
    """The standing facts of one identity, by what they say. Links and splits among them are ignored."""

    __slots__ = ("_by_kind", "_decisions")

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._by_kind: defaultdict[Kind, list[Fact]] = defaultdict(list)
        known = standing(facts)
        for fact in known:
            self._by_kind[fact.kind].append(fact)
        self._decisions = self._last_decisions(known)

    def _last_decisions(self, known: Sequence[Fact]) -> dict[int, Fact]:
        decisions = self._by_kind.get(Kind.DECISION)
        if not decisions:
            return {}
        by_number = {fact.number: fact for fact in known}
        last: dict[int, Fact] = {}
        for decision in decisions:
            fact = by_number.get(decision.refers_to or 0)
            if fact is not None and not _is_own(decision, fact):
                last[fact.number] = decision
        return last

    def of(self, kind: Kind) -> Sequence[Fact]:
        """Return the standing facts of a kind, by number."""
        return self._by_kind.get(kind, ())

    def deliveries(self) -> list[Fact]:
        """Return everything that can count: what was delivered and what was already there."""
        return [*self.of(Kind.DELIVERY), *self.of(Kind.ALREADY_HAD)]

    def decision_on(self, fact: Fact) -> Fact | None:
        """Return the last decision on a fact by somebody entitled to decide (rule 8)."""
        return self._decisions.get(fact.number)

    def is_verified(self, fact: Fact) -> bool:
        """Tell whether the last decision confirms a fact, or it verified itself and nobody asked (rule 8)."""
        decision = self._decisions.get(fact.number)
        return fact.self_verified if decision is None else decision.positive is True

    def end_of(self, fact: Fact) -> date:
        """Return the first day without a device or line: its own earliest end or its record's (rule 10).

        A household that left may come back: what it gets after its end begins anew.
        """
        earliest = FOREVER
        for end in self.of(Kind.END):
            whole = end.refers_to is None and end.record_id == fact.record_id and end.occurred_on >= fact.occurred_on
            if whole or end.refers_to == fact.number:
                earliest = min(earliest, end.occurred_on)
        return earliest

    def enrollment_on(self, record_id: int, day: date) -> Fact | None:
        """Return an enrollment of the record on or before ``day`` (rule 1)."""
        return in_force(self.of(Kind.ENROLLED), record_id, day)

    def home_on(self, record_id: int, day: date) -> Fact | None:
        """Return where the record's home is on ``day`` (rules 1 and 13)."""
        return in_force(self.of(Kind.ADDRESS), record_id, day)

    def eligibility_on(self, record_id: int, day: date) -> Fact | None:
        """Return the eligibility decision in force on ``day`` (rule 1)."""
        return in_force(self.of(Kind.ELIGIBILITY), record_id, day)

    def consent_on(self, record_id: int, day: date) -> Fact | None:
        """Return the consent in force on ``day``, or the withdrawal that ended it.

        The day of the withdrawal itself is still covered; a later consent opens again (rules 1 and 20).
        """
        consent = in_force(self.of(Kind.CONSENT), record_id, day)
        withdrawal = in_force(self.of(Kind.WITHDRAWAL), record_id, day - _DAY)
        if consent is None or withdrawal is None:
            return consent
        return max(consent, withdrawal, key=attrgetter("occurred_on", "number"))


def _is_own(decision: Fact, fact: Fact) -> bool:
    """Tell whether the partner or the person that entered a fact decides on it: that decides nothing."""
    if decision.partner_id == fact.partner_id:
        return True
    return decision.entered_by is not None and decision.entered_by == fact.entered_by

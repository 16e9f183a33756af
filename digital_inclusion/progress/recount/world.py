"""One household as it looks to somebody who believes only some of its facts: what is present on which day."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from digital_inclusion.progress.recount.book import Book
from digital_inclusion.progress.recount.conditions import Conditions
from digital_inclusion.progress.recount.shapes import FactLike

NEVER = date.max
SUSTAINED = {"connected_sustained": ("connected", "line"), "skills_sustained": ("skills", "training")}


@dataclass(frozen=True, slots=True)
class Thing:
    """A device or line in the home, and the windows of days during which it is there."""

    fact: FactLike
    windows: list[tuple[date, date]]
    end: date

    def is_there(self, day: date) -> bool:
        """Tell whether it is in the home, and known to work, on ``day``."""
        return day < self.end and any(first <= day < after for first, after in self.windows)

    def days_of_change(self) -> set[date]:
        """Return every day on which the answer can change."""
        return {day for window in self.windows for day in window} | {self.end}


class World:
    """One household as it looks to somebody who believes only some of its facts."""

    def __init__(self, book: Book, rules: Conditions, counted: list[FactLike], checks: list[FactLike]) -> None:
        self._checks = checks
        self._believed = {check.number for check in checks}
        self._book, self._rules = book, rules
        self._speaking: set[int] = set()  # checks that speak of a line that counts and is not over
        self._things = [self._thing(fact) for fact in counted if fact.item in ("device", "line")]
        self._reached = list(_reaching([fact for fact in counted if fact.item == "training"], rules))
        changes = {day for thing in self._things for day in thing.days_of_change()}
        changes |= {fact.occurred_on for fact in self._reached}
        self.timeline = [(day, self.reasons(day)) for day in sorted(changes - {NEVER})]

    def _thing(self, fact: FactLike) -> Thing:
        end = min((end.occurred_on for end in self._book.referring(fact, "end") if _ends(end, fact)), default=NEVER)
        if fact.item == "device":
            return Thing(fact, [(fact.occurred_on, fact.loan_due_on or NEVER)], end)
        proofs = {fact.occurred_on}
        for check in self._book.referring(fact, "check"):
            is_on = fact.occurred_on <= check.occurred_on < end
            if is_on and check.item == "line" and check.number in self._believed:
                proofs.add(check.occurred_on)
                self._speaking.add(check.number)
        return Thing(fact, [(day, day + self._lasting(day)) for day in proofs], end)

    def _lasting(self, day: date) -> timedelta:
        standard = self._rules.standard_or_first(day)
        return timedelta(days=standard["proof_days"] if standard else 0)

    def reasons(self, day: date) -> dict[str, list[FactLike]]:
        """Return for every milestone the program deliveries it rests on this day; none: it is absent."""
        there = [thing.fact for thing in self._things if thing.is_there(day)]
        ours = [fact for fact in there if fact.kind == "delivery"]
        skills = [fact for fact in self._reached if fact.occurred_on <= day]
        connected = ours if {fact.item for fact in there} == {"device", "line"} else []
        return {
            "device": [fact for fact in ours if fact.item == "device"],
            "connectivity": [fact for fact in ours if fact.item == "line"],
            "skills": skills,
            "connected": connected,
            "included": connected + skills if connected and skills else [],
        }

    def first(self, milestone: str) -> tuple[date, list[FactLike]] | None:
        """Return the first day of a milestone and what it rests on then."""
        if milestone in SUSTAINED:
            return self._first_sustained(*SUSTAINED[milestone])
        return next(((day, reasons[milestone]) for day, reasons in self.timeline if reasons[milestone]), None)

    def _first_sustained(self, base: str, item: str) -> tuple[date, list[FactLike]] | None:
        begun = self.first(base)
        if begun is None:
            return None
        asked = [check for check in self._checks if check.item == item]
        if item == "line":
            asked = [check for check in asked if check.number in self._speaking]
        for day in sorted(check.occurred_on for check in asked):
            standard, reasons = self._rules.standard(day), self.reasons(day)[base]
            if standard and reasons and (day - begun[0]).days >= standard["sustained_days"]:
                return day, reasons
        return None

    def turns(self, milestone: str) -> Iterator[tuple[date, list[FactLike]]]:
        """Yield the days on which a milestone comes (with what it rests on) and goes (with nothing)."""
        was = False
        for day, reasons in self.timeline:
            if bool(reasons[milestone]) != was:
                was = not was
                yield day, reasons[milestone]


def _ends(end: FactLike, fact: FactLike) -> bool:
    """Tell whether an end that speaks of a thing is its end: a whole record's is none of what came later."""
    return end.refers_to is not None or end.occurred_on >= fact.occurred_on


def _reaching(trainings: list[FactLike], rules: Conditions) -> Iterator[FactLike]:
    """Yield, for each person of each record, the class with which the skills were reached."""
    minutes: Counter[tuple[int, int | None, int]] = Counter()
    done = set()
    for fact in sorted(trainings, key=lambda fact: (fact.occurred_on, fact.number)):
        nobody = fact.number if fact.member_id is None else 0  # two unnamed people may not be one: rule 4
        person, standard = (fact.record_id, fact.member_id, nobody), rules.standard(fact.occurred_on)
        if person in done or standard is None:
            continue
        minutes[person] += fact.minutes or 0
        passed = fact.positive is True and fact.assessment in standard["assessments"]
        if passed or minutes[person] >= standard["skills_minutes"]:
            done.add(person)
            yield fact

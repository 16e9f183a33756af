"""Rounds of surveys side by side: what a ready-made question said each time, of how many. Pure.

Only ready-made questions are compared: they are the same words each time. Rounds ask other households, so that the
response stands beside every number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .survey_answers import Response, percent
from .survey_library import DEVICE, HELP, INTERNET, READY, SCALE, YES

COMPARED = {DEVICE: YES, INTERNET: YES, HELP: YES, "feels_sure": None}  # the answer that is followed; None: the average
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Round:
    """What one survey said to one question. ``counts`` None: too few to be shown; ``said``: how many answered it."""

    title: str
    code: str
    opened_on: date
    response: Response
    said: int | None
    counts: Mapping[str, int] | None

    def part(self, ready: str) -> int | None:
        """Return how many gave the answer that is followed; of a scale all who answered. None: too few."""
        answer = COMPARED[ready]
        if self.counts is None:
            return None
        return self.said if answer is None else self.counts.get(answer, 0)

    def value(self, ready: str) -> float | None:
        """Return the share in percent, or of a scale the average; None where nobody answered or too few did."""
        if self.counts is None or not self.said:
            return None
        if READY[ready].kind == SCALE:
            return round(sum(int(code) * count for code, count in self.counts.items()) / self.said, 1)
        return percent(self.part(ready) or 0, self.said)


def by_question(rounds: Iterable[tuple[str | None, Round]]) -> dict[str, list[Round]]:
    """Return the rounds of each question that is compared and was asked twice or more, in the library's order."""
    found: dict[str, list[Round]] = {name: [] for name in READY if name in COMPARED}
    for ready, one in rounds:
        if ready in found:
            found[ready].append(one)
    return {ready: rows for ready, rows in found.items() if len(rows) >= FEWEST}

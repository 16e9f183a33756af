"""Which results of assessments there are, and what changed between two of them. Pure.

Source: "How we count", rule 4: a passed assessment that the program names reaches the skills milestone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import Problem

STAGES = {"before": _("Before"), "after": _("After"), "follow_up": _("Months later")}
MOST = 100
FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssessment:
    """A result as somebody wrote it down. ``name``: as the program names it; None: our own scale, 0 to 100."""

    member_id: int
    stage: str
    taken_on: date
    name: str | None = None
    score: int | None = None
    passed: bool | None = None

    @property
    def counts(self) -> bool:
        """Return whether it is one that the program names, and was passed."""
        return self.name is not None and self.passed is True


def check_assessment(new: NewAssessment, named: Collection[str], today: date) -> Iterable[Problem]:
    """Yield everything about a result that cannot be."""
    if new.stage not in STAGES:
        yield Problem("stage", "stage_unknown", _("Please choose when it was taken."))
    if new.name is not None and new.name not in named:
        yield Problem("name", "assessment_unknown", _("Please choose one that the program knows."))
    if new.score is not None and not 0 <= new.score <= MOST:
        yield Problem("score", "score_out_of_bounds", _("Write a number from 0 to 100."))
    if new.name is None and new.score is None:
        yield Problem("score", "score_missing", _("Write a number from 0 to 100."))
    if new.name is not None and new.passed is None:
        yield Problem("passed", "result_missing", _("Please choose whether the assessment was passed."))
    if new.taken_on > today:
        yield Problem("occurred_on", "day_in_future", _("This day lies in the future. Record it when it has happened."))


class Standing(NamedTuple):
    """What decides whether a follow-up counts: since when the household's skills are verified, whether the person was
    trained, and the standard's two settings (days after the milestone; whether a follow-up counts at all)."""

    reached_on: date | None
    trained: bool
    days: int
    allowed: bool

    @property
    def counts_from(self) -> date | None:
        """Return from which day a follow-up that is passed is a check; None: never, as things stand."""
        return self.reached_on + timedelta(days=self.days) if self.reached_on is not None and self.allowed else None


def becomes(new: NewAssessment, standing: Standing) -> str | None:
    """Return what a result is posted as: "training" (rule 4), "check" (rule 7), or None: it is only kept.

    A follow-up of somebody who was never trained here, or in a household without the milestone, proves skills for the
    first time. One that was not passed is never a check: a failed test does not say that skills are gone.
    """
    if not new.counts:
        return None
    if new.stage != FOLLOW_UP or not standing.trained or standing.reached_on is None:
        return "training"
    day = standing.counts_from
    return "check" if day is not None and new.taken_on >= day else None


class Result(NamedTuple):
    """A result that stands: whose, by which scale, when, and how many points."""

    member_id: int
    name: str | None
    stage: str
    taken_on: date
    score: int | None


class Gain(NamedTuple):
    """How somebody's points changed from the first result before to the last one after."""

    member_id: int
    name: str | None
    before: int
    after: int


def gains(results: Iterable[Result]) -> list[Gain]:
    """Return what changed, by person and scale: the first score before against the last one after or later."""
    first: dict[tuple[int, str | None], int] = {}
    last: dict[tuple[int, str | None], int] = {}
    for one in sorted(results, key=lambda result: result.taken_on):
        key = one.member_id, one.name
        if one.score is not None and one.stage == "before":
            first.setdefault(key, one.score)
        elif one.score is not None:
            last[key] = one.score
    return [Gain(*key, before, last[key]) for key, before in first.items() if key in last]

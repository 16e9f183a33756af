"""Answers to a survey: what can be one, how they are counted, what may be shown, what follows from them. Pure.

An answer is kept under the place of its question, from 0: a code, several codes, a number from 0 to 10, or words.
A question that was skipped is not there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from .survey_library import CALLS, SCALE, SOME, TOP, WORDS
from .surveys import Question

WAITING, ANSWERED, REFUSED = "waiting", "answered", "refused"
LINK, PHONE = "link", "phone"
WAYS = {LINK: _("by link"), PHONE: _("by phone")}
LONGEST_WORDS = 300
SAID = "said"  # in a tally: how many answered the question at all
Answers = dict[str, Any]
Tally = list[dict[str, int]]  # by question: households by code of the answer, and SAID


_NO_ANSWER = _("Please choose one of the answers, or skip this question.")
_TOO_LONG = _("That is too long. Please use at most 300 letters.")


def name_of(place: int) -> str:
    """Return the name of a question's field."""
    return f"q{place}"


def read_answers(questions: Sequence[Question], given: Mapping[int, Any]) -> Answers:
    """Return what is kept of what was given, by place of the question; skipped ones are left out.

    Raises Invalid for what is no answer to its question, and where nothing at all was answered.
    """
    kept, wrong = {}, {}
    for place, question in enumerate(questions):
        try:
            one = _read(question, given.get(place))
        except ValueError:
            wrong[name_of(place)] = _TOO_LONG if question.kind == WORDS else _NO_ANSWER
            continue
        if one is not None:
            kept[str(place)] = one
    if wrong:
        raise Invalid(fields=wrong)
    if not kept:
        raise Invalid(_("Please answer one question at least. If you do not want to, just close this page."))
    return kept


def _read(question: Question, given: Any) -> Any:
    """Return the answer, None for a skipped question; raise ValueError for what is none."""
    if given in (None, "", []):
        return None
    if question.kind == WORDS:
        return _words(str(given))
    if question.kind == SCALE:
        number = int(str(given))
        if not 0 <= number <= TOP:
            raise ValueError(given)
        return number
    codes = question.codes()
    chosen = list(dict.fromkeys(given)) if question.kind == SOME else [str(given)]
    if not set(chosen) <= set(codes):
        raise ValueError(given)
    return [code for code in codes if code in chosen] if question.kind == SOME else chosen[0]


def _words(given: str) -> str | None:
    text = " ".join(given.split())
    if len(text) > LONGEST_WORDS:
        raise ValueError("too long")
    return text or None


def wants_call(questions: Sequence[Question], answers: Answers) -> bool:
    """Return whether somebody should call: what they got is not used or does not work, or they ask for help."""
    return any(
        question.ready in CALLS and answers.get(str(place)) == CALLS[question.ready]
        for place, question in enumerate(questions)
    )


def tally(questions: Sequence[Question], told: Iterable[Answers]) -> Tally:
    """Return by question how many households gave each answer, and how many answered it at all."""
    counted: list[Counter[str]] = [Counter() for _question in questions]
    for answers in told:
        for place, question in enumerate(questions):
            if (answer := answers.get(str(place))) is not None:
                counted[place].update([SAID, *_codes(question, answer)])
    return [dict(one) for one in counted]


def _codes(question: Question, answer: Any) -> list[str]:
    if question.kind == WORDS:
        return []
    return [str(one) for one in answer] if isinstance(answer, list) else [str(answer)]


def added(tallies: Iterable[Tally], length: int) -> Tally:
    """Return the sum of tallies of a survey of so many questions."""
    total: list[Counter[str]] = [Counter() for _place in range(length)]
    for one in tallies:
        for place, counts in enumerate(one):
            total[place].update(counts)
    return [dict(one) for one in total]


def codes_shown(question: Question) -> list[str]:
    """Return the answers of which numbers are shown, in order."""
    return [str(number) for number in range(TOP + 1)] if question.kind == SCALE else question.codes()


def is_too_small(counts: Iterable[int], small: int) -> bool:
    """Return whether one of the counts could tell of somebody: it is there, and not more than ``small``."""
    return any(0 < count <= small for count in counts)


def tells_of_few(question: Question, counts: Mapping[str, int], small: int) -> bool:
    """Return whether a question's numbers could tell of somebody: those of an answer, or of not giving it, which is
    left over where several may be chosen."""
    said, given = counts.get(SAID, 0), [count for code, count in counts.items() if code != SAID]
    left = [said - count for count in given] if question.kind == SOME else []
    return is_too_small([said, *given, *left], small)


@dataclass(frozen=True, slots=True)
class Asked:
    """An invitation as it is counted. ``identity``: of its household today; ``told_at``: when it said something."""

    id: int
    identity: int
    partner_id: int
    state: str
    told_at: datetime | None = None
    answers: Answers | None = None


def one_each(asked: Iterable[Asked]) -> list[Asked]:
    """Return one invitation of each household: of records that turned out to be one, what was said last."""
    chosen: dict[int, Asked] = {}
    for one in asked:
        before = chosen.get(one.identity)
        if before is None or _weight(one) > _weight(before):
            chosen[one.identity] = one
    return sorted(chosen.values(), key=lambda one: one.id)


def _weight(one: Asked) -> tuple[int, float, int]:
    rank = (WAITING, REFUSED, ANSWERED).index(one.state)
    return rank, one.told_at.timestamp() if one.told_at else 0.0, -one.id


def percent(part: int, whole: int) -> int | None:
    """Return the share in percent, rounded half up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


@dataclass(frozen=True, slots=True)
class Response:
    """How many fitted, could be reached, were asked, answered, and did not want to."""

    fitting: int = 0
    reachable: int = 0
    asked: int = 0
    answered: int = 0
    refused: int = 0

    @property
    def rate(self) -> int | None:
        """Return the response rate in percent, None where nobody was asked."""
        return percent(self.answered, self.asked)

    def tells_of_few(self, small: int) -> bool:
        """Return whether one of the numbers could tell of somebody, or what is left between two of them."""
        left = self.asked - self.answered - self.refused, self.fitting - self.reachable
        return is_too_small([self.fitting, self.reachable, self.asked, self.answered, self.refused, *left], small)


def response(asked: Sequence[Asked], *, fitting: int, reachable: int) -> Response:
    """Return the response of invitations, one of each household."""
    states = Counter(one.state for one in asked)
    return Response(fitting, reachable, len(asked), states[ANSWERED], states[REFUSED])

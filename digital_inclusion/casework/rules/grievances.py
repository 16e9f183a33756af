"""Complaints, appeals and corrections: who answers which, who may not, what may happen, by when. Pure.

Source: the program's issue E.9: a complaint, an appeal or a correction has a state, an owner, a deadline and an answer
in the resident's language; a decision that is changed because of it says so.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

from ...connectivity.rules.deadlines import add_business_days
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import Problem


class State(StrEnum):
    """Where a grievance stands."""

    RECEIVED = "received"  # nobody looks at it yet
    LOOKING = "looking"  # it has an owner
    ANSWERED = "answered"  # the resident may say once that they do not agree
    CLOSED = "closed"


class Step(StrEnum):
    """What can be done with a grievance."""

    TAKE = "take"
    RELEASE = "release"
    PLACE = "place"  # say which organization and household it is about
    ASK = "ask"  # ask the organization for its side
    ANSWER = "answer"
    DISAGREE = "disagree"
    WITHDRAW = "withdraw"


COMPLAINT, APPEAL, CORRECTION = "complaint", "appeal", "correction"
KINDS = {
    COMPLAINT: _("Complaint"),
    APPEAL: _("Appeal against a decision"),
    CORRECTION: _("Correction of data"),
}
STATES = {
    State.RECEIVED: _("Received"),
    State.LOOKING: _("Being looked at"),
    State.ANSWERED: _("Answered"),
    State.CLOSED: _("Closed"),
}
OUTCOMES = {
    "upheld": _("Upheld: they are right"),
    "partly": _("Partly upheld: they are right in part"),
    "not_upheld": _("Not upheld: nothing was done wrong"),
}
WITHDRAWN = "withdrawn"
WAYS = {"phone": _("By phone"), "in_person": _("In person")}
PAGE = "page"
OPEN = frozenset({State.RECEIVED, State.LOOKING})
MOVES: dict[Step, frozenset[State]] = {
    Step.TAKE: frozenset({State.RECEIVED}),
    Step.RELEASE: frozenset({State.LOOKING}),
    Step.PLACE: OPEN,
    Step.ASK: frozenset({State.LOOKING}),
    Step.ANSWER: frozenset({State.LOOKING}),
    Step.DISAGREE: frozenset({State.ANSWERED}),
    Step.WITHDRAW: OPEN,
}
# Audit names of decisions about a household or its request for help: who made one does not answer an appeal.
DECISIONS = frozenset({
    "household.enrolled", "eligibility.decided", "request.declined", "request.passed_on", "fact.voided",
    "fact.corrected", "fact.ended", "household.closed", "household.changed", "household.moved",
})  # fmt: skip
# Audit names of what can be changed because of a grievance.
CHANGES = {
    "eligibility.decided": _("the eligibility was decided again"),
    "fact.corrected": _("what was recorded was corrected"),
    "fact.voided": _("what was recorded was taken back"),
    "household.changed": _("the record was corrected"),
    "household.moved": _("the address was changed"),
    "device.requested": _("a device was asked for"),
}
LONGEST, LONGEST_QUESTION, LONGEST_ANSWER = 2000, 1000, 4000
SIDE_DAYS = 5  # business days in which an organization is asked to say its side
_FASTER = _("Somebody else was faster, or it was taken back. Nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrievance:
    """What somebody writes: plain text, with one way to reach them, or none.

    ``about_id``: the organization, None where they do not know. ``typed_code``: of a household or a request for help.
    """

    kind: str
    text: str
    language: str
    about_id: int | None = None
    phone: str | None = None
    phone_e164: str | None = None
    email: str | None = None
    typed_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """An answer in the resident's language; ``english``: the same in English; ``changed``: the audit event of what was
    changed because of it."""

    outcome: str
    text: str
    english: str | None = None
    changed: int | None = None


def check_grievance(
    new: NewGrievance, *, languages: Collection[str], organizations: Collection[int]
) -> Iterator[Problem]:
    """Yield everything that keeps a grievance from being kept."""
    if new.kind not in KINDS:
        yield Problem("kind", "kind_unknown", _("Please choose one."))
    yield from check_words("text", new.text, LONGEST, _("Please write what happened."))
    if new.language not in languages:
        yield Problem("language", "language_unknown", _("Please choose a language."))
    if new.about_id is not None and new.about_id not in organizations:
        yield Problem("about", "organization_unknown", _("Please choose an organization from the list."))


def check_words(field: str, text: str | None, longest: int, missing: str) -> Iterator[Problem]:
    """Yield what is wrong with a text: none at all (``missing`` says so), or too long."""
    if not (text or "").strip():
        yield Problem(field, "text_missing", missing)
    elif len(text or "") > longest:
        sentence = _("Please write %(most)s characters at most. This has %(more)s too many.")
        more = {"more": f"{len(text or '') - longest:,}", "most": f"{longest:,}"}
        yield Problem(field, "text_too_long", sentence, more)


def check_answer(answer: NewAnswer, *, changes: Collection[int]) -> Iterator[Problem]:
    """Yield everything that keeps an answer from being given."""
    if answer.outcome not in OUTCOMES:
        yield Problem("outcome", "outcome_unknown", _("Please choose one."))
    yield from check_words("text", answer.text, LONGEST_ANSWER, _("Write the answer that they read."))
    if answer.english:
        yield from check_words("english", answer.english, LONGEST_ANSWER, "")
    if answer.changed is not None and answer.changed not in changes:
        yield Problem("changed", "change_unknown", _("Choose what was changed from the list."))
    elif answer.changed is not None and answer.outcome == "not_upheld":
        sentence = _("If something was changed because of it, it was upheld, at least in part.")
        yield Problem("changed", "changed_though_not_upheld", sentence)


def handler_of(kind: str, about_id: int | None, *, city_id: int, fiscal_id: int | None) -> int:
    """Return the organization that answers: never the one that a complaint or an appeal is about, if there is another.

    Corrections go to who has the record, everything else to the city; what is about the city, to its fiscal agent.
    """
    if kind == CORRECTION and about_id is not None:
        return about_id
    if about_id == city_id and fiscal_id is not None:
        return fiscal_id
    return city_id


def why_not_take(
    *, kind: str, about_id: int | None, handler_id: int, answered_by: int | None, deciders: Collection[int],
    user_id: int | None, partner_id: int | None,
) -> str | None:  # fmt: skip
    """Return the sentence that says why a person may not look at a grievance, None where they may."""
    if kind != CORRECTION and about_id is not None and about_id == partner_id and handler_id != about_id:
        return _("This is about your own organization. Somebody else has to look at it.")
    if kind == APPEAL and user_id in deciders:
        return _("You made a decision about this household. Somebody else has to look at the appeal.")
    if answered_by is not None and answered_by == user_id:
        return _("You gave the answer that they do not agree with. Somebody else has to look at it now.")
    return None


def can_do(step: Step, state: str) -> bool:
    """Return whether ``step`` is possible in ``state``."""
    return state in MOVES[step]


def check_step(step: Step, state: str) -> None:
    """Raise Conflict unless ``step`` is possible in ``state``."""
    if not can_do(step, state):
        raise Conflict(_FASTER)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The last days on which somebody begins to look at it, and on which it is answered."""

    acknowledge_by: date
    answer_by: date


def deadlines_of(start: date, *, acknowledge_days: int, answer_days: int, closed_on: Collection[date]) -> Deadlines:
    """Return the deadlines counted from ``start``: the first in business days, the second in calendar days."""
    return Deadlines(add_business_days(start, acknowledge_days, closed_on), start + timedelta(days=answer_days))


def due_of(state: str, deadlines: Deadlines) -> date | None:
    """Return the last day of what comes next; None where nothing is to be done."""
    if state == State.RECEIVED:
        return min(deadlines.acknowledge_by, deadlines.answer_by)
    return deadlines.answer_by if state == State.LOOKING else None


@dataclass(frozen=True, slots=True)
class Answered:
    """One grievance as the figures see it: days on which it came and was first answered, how it ended."""

    received_on: date
    first_answered_on: date | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How many came, how quickly they were answered, how often the resident was right. None: nothing to tell yet.

    ``due``: how many were answered, or should have been by now; ``in_time`` are among them.
    """

    received: int
    answered: int
    due: int
    in_time: int
    median_days: int | None
    upheld: int


def figures_of(rows: Iterable[Answered], *, answer_days: int, today: date) -> Figures:
    """Return the figures; what was taken back counts as received alone, what nobody answered as not in time."""
    known: Sequence[Answered] = list(rows)
    last = today - timedelta(days=answer_days)
    overdue = sum(one.first_answered_on is None and one.outcome is None and one.received_on < last for one in known)
    days = [(one.first_answered_on - one.received_on).days for one in known if one.first_answered_on is not None]
    return Figures(
        received=len(known),
        answered=len(days),
        due=len(days) + overdue,
        in_time=sum(one <= answer_days for one in days),
        median_days=round(median(days)) if days else None,
        upheld=sum(one.outcome in {"upheld", "partly"} for one in known if one.first_answered_on is not None),
    )

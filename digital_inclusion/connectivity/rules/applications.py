"""Applications to programs that lower the price of a line: their states, problems, ends and next steps. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _

LONGEST_NOTE = 500
LONGEST_REFERENCE = 80


class State(StrEnum):
    """How far an application is."""

    PREPARED = "prepared"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PROBLEM = "problem"
    ACTIVE = "active"
    ENDING = "ending"
    ENDED = "ended"


STATES = {
    State.PREPARED: _("Prepared"),
    State.SUBMITTED: _("Sent in"),
    State.APPROVED: _("Approved"),
    State.PROBLEM: _("Problem"),
    State.ACTIVE: _("Active"),
    State.ENDING: _("Ending"),
    State.ENDED: _("Ended"),
}
# what somebody does when it got there
VERBS = {
    State.SUBMITTED: _("Note that it was sent in"),
    State.APPROVED: _("Note the approval"),
    State.PROBLEM: _("Note a problem"),
    State.ACTIVE: _("Start the discount"),
    State.ENDING: _("Note when the discount ends"),
    State.ENDED: _("End the application"),
}
_S = State
MOVES: dict[State, tuple[State, ...]] = {
    _S.PREPARED: (_S.SUBMITTED, _S.ENDED),
    _S.SUBMITTED: (_S.APPROVED, _S.PROBLEM, _S.ENDED),
    _S.APPROVED: (_S.ACTIVE, _S.PROBLEM, _S.ENDED),
    _S.PROBLEM: (_S.SUBMITTED, _S.APPROVED, _S.ACTIVE, _S.ENDED),
    _S.ACTIVE: (_S.ENDING, _S.PROBLEM, _S.ENDED),
    _S.ENDING: (_S.ACTIVE, _S.ENDED),
    _S.ENDED: (),
}
PROCEEDING = frozenset({_S.SUBMITTED, _S.APPROVED, _S.PROBLEM, _S.ACTIVE, _S.ENDING})  # the program knows of it
NEXT = {
    _S.PREPARED: _("Send the application in, then note the day."),
    _S.SUBMITTED: _("Wait for the answer. When it comes, note it here."),
    _S.APPROVED: _("Have the household sign up with the company, then note the first day of the discount."),
    _S.ACTIVE: _("Renew it in time, so that the discount goes on."),
    _S.ENDING: _("Find out what the line costs without the discount, and whether another offer fits."),
    _S.ENDED: _("Nothing is left to do."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an application, what to do next, and the deadline that it starts."""

    label: str
    next_step: str
    rule: str | None = None


PROBLEMS: dict[str, Problem] = {
    "name_mismatch": Problem(
        _("The name does not match"),
        _("Compare the name with the identity paper letter by letter, and send the paper in with the right spelling."),
        "prove",
    ),
    "address_not_found": Problem(
        _("The address was not found"),
        _("Send a bill or a lease, or mark the home on the program’s map, and send it in again."),
        "prove",
    ),
    "duplicate": Problem(
        _("Somebody has it already"),
        _("Ask who in the home has it; if they pay apart, fill in the worksheet, else transfer the discount."),
        "deenroll",
    ),
    "not_eligible": Problem(
        _("Found not to qualify"),
        _("Look at what they rest on: another program or an income paper may show that the household qualifies."),
        "prove",
    ),
    "documents_missing": Problem(
        _("Papers are missing"), _("Ask the household for the papers that the letter names, and send them in."), "prove"
    ),
    "no_answer": Problem(
        _("No answer"), _("Call the program with the number of the application, and note what they say.")
    ),
    "provider_fault": Problem(
        _("A mistake of the company"), _("Call the company and ask for the discount from the first day.")
    ),
    "not_recertified": Problem(
        _("The recertification is open"),
        _("Help the household to answer the letter, by phone, online or by mail."),
        "recertify",
    ),
    "not_used": Problem(
        _("Not used for 30 days"), _("Ask the household to use the service once, or find out why they do not."), "cure"
    ),
}  # fmt: skip
END_REASONS = {
    "not_wanted": _("They do not want it any more"),
    "refused": _("The program refused it"),
    "not_eligible": _("They do not qualify any more"),
    "duplicate": _("Somebody in the home has it already"),
    "not_recertified": _("It was not renewed in time"),
    "not_used": _("The service was not used"),
    "moved_away": _("They moved away"),
    "switched": _("They changed to another company"),
    "program_over": _("The program is over"),
    "mistake": _("It was begun by mistake"),
}
ERASED = "erased"  # why it ends when its household is erased
FEDERAL = frozenset({"lifeline_federal", "acp"})  # one for each household: 47 CFR 54.409(c); 54.1800
YEARLY = frozenset({"lifeline_federal", "ca_lifeline", "ca_home_broadband_pilot"})
BY_FORM = frozenset({"ca_lifeline", "ca_home_broadband_pilot"})
ELSEWHERE = _(
    "Another partner has one for this household, the city knows. One household gets one federal discount. "
    "Ask the city before you send this in."
)
TWICE = _("This household has this discount already. Transfer it to the new company instead of asking again.")
SAME_HOME = _("Somebody at this address has this discount already. Please answer the three questions.")
ONE_UNIT = _(
    "They live together, share income and expenses, and one of them has the discount: they are one household, "
    "and it gets one discount. It cannot be sent in."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What somebody notes about an application: the next state, the day, and what belongs to it."""

    to: State
    on: date
    problem: str | None = None
    reason: str | None = None
    note: str | None = None
    reference: str | None = None
    ends_on: date | None = None  # the last day of the discount
    fact_number: int | None = None  # the line
    amount_cents: int | None = None  # a month


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The three questions about who lives together as one economic unit. None: not asked."""

    other_adult: bool | None = None
    adult_has_it: bool | None = None
    shares_money: bool | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the answers decide: a no ends the questions."""
        for answer in (self.other_adult, self.adult_has_it, self.shares_money):
            if answer is None:
                return False
            if not answer:
                return True
        return True

    @property
    def is_one_household(self) -> bool:
        """Whether all three answers are yes."""
        return self.other_adult is True and self.adult_has_it is True and self.shares_money is True

    def as_stored(self, on: date) -> Mapping[str, object]:
        """Return the answers as evidence, with their day."""
        answers = {
            "other_adult": self.other_adult,
            "adult_has_it": self.adult_has_it,
            "shares_money": self.shares_money,
        }
        return {**answers, "on": on.isoformat()}


def ways_from(state: str, *, has_line: bool) -> tuple[State, ...]:
    """Return the next states, the likeliest first: a discount that ran before its problem goes on."""
    ways = MOVES[State(state)]
    if state == State.PROBLEM and has_line:
        return (State.ACTIVE, *(way for way in ways if way is not State.ACTIVE))
    return ways


def next_step(state: str, problem: str | None) -> str:
    """Return what to do next, in one sentence."""
    return PROBLEMS[problem].next_step if problem is not None else NEXT[State(state)]


def check_move(state: str, move: Move, *, since_on: date, today: date, has_line: bool = False) -> None:
    """Raise Conflict for a move that is not in the table, Invalid with a sentence per field for what is missing."""
    if move.to not in MOVES[State(state)]:
        raise Conflict(
            _("This application is “%(state)s”. It cannot become “%(to)s”."),
            state=STATES[State(state)], to=STATES[move.to],
        )  # fmt: skip
    wrong = _wrong_day(move, since_on, today) | _wrong_parts(move, has_line)
    if wrong:
        raise Invalid(fields=wrong)


def check_day(move: Move, *, since_on: date, today: date) -> None:
    """Raise Invalid for a day that has not come, or that lies before the step it follows."""
    wrong = _wrong_day(move, since_on, today)
    if wrong:
        raise Invalid(fields=wrong)


def _wrong_day(move: Move, since_on: date, today: date) -> dict[str, str]:
    if move.on > today:
        return {"on": _("This day lies in the future. Note it when it has happened.")}
    if move.on < since_on:
        return {"on": _("That is before the step it follows. Choose the same day or a later one.")}
    if move.ends_on is not None and move.ends_on < move.on and move.to is State.ENDING:
        return {"ends_on": _("The last day lies before the day of the notice.")}
    return {}


def _wrong_parts(move: Move, has_line: bool) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if move.to is State.PROBLEM and move.problem not in PROBLEMS:
        wrong["problem"] = _("Please choose what is wrong.")
    if move.to is State.ENDED and move.reason not in END_REASONS:
        wrong["reason"] = _("Please choose a reason.")
    if move.to is State.ENDING and move.ends_on is None:
        wrong["ends_on"] = _("Write the last day with the discount.")
    if move.to is State.ACTIVE and not has_line:
        wrong |= {"fact_number": _("Please choose the line.")} if move.fact_number is None else {}
        wrong |= {"amount": _("Write what the discount is a month.")} if not move.amount_cents else {}
    return wrong


def rule_of(state: State, *, program: str, problem: str | None = None) -> str | None:
    """Return the rule of the deadline that begins when an application comes to stand so; None where there is none."""
    if state is State.PREPARED and program in BY_FORM:
        return "return_form"
    if state is State.PROBLEM and problem is not None:
        return PROBLEMS[problem].rule
    if state is State.ACTIVE and program in YEARLY:
        return "renew"
    return "last_day" if state is State.ENDING else None


def check_one_benefit(*, has_it: bool, elsewhere: bool, same_home: bool, worksheet: Worksheet) -> None:
    """Raise unless a household may ask for a federal discount.

    ``has_it``: the same household has one; ``elsewhere``: another partner's record of it has; ``same_home``: another
    household at the address has, so that the worksheet decides.
    """
    if has_it:
        raise Conflict(TWICE)
    if elsewhere:
        raise Conflict(ELSEWHERE)
    if worksheet.is_one_household:
        raise Conflict(ONE_UNIT)
    if same_home and not worksheet.is_complete:
        raise Invalid(SAME_HOME, fields={"other_adult": SAME_HOME})


def lifeline_action(*, has_lifeline: bool) -> str:
    """Return what a household asks for: who has Lifeline, on the phone or the internet, moves it (not both)."""
    return "benefit transfer" if has_lifeline else "application"

"""Requests for help: who gets one, what may happen to it, and the words staff choose from. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...households.rules import CONSENT_LANGUAGES


class State(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"  # it waits for an answer
    ACCEPTED = "accepted"
    WAITING = "waiting"  # accepted; the resident has to do something
    DONE = "done"
    DECLINED = "declined"  # the city could not help either
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What can be done with a request."""

    ACCEPT = "accept"
    DECLINE = "decline"
    PASS_ON = "pass_on"  # noqa: S105 - no password
    ASK = "ask"  # say what it waits for
    GO_ON = "go_on"
    FINISH = "finish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


OPEN = frozenset({State.RECEIVED, State.ACCEPTED, State.WAITING})
_UNDERWAY = frozenset({State.ACCEPTED, State.WAITING})
MOVES: dict[Step, frozenset[State]] = {
    Step.ACCEPT: frozenset({State.RECEIVED}),
    Step.DECLINE: frozenset({State.RECEIVED}),
    Step.PASS_ON: OPEN,
    Step.ASK: _UNDERWAY,
    Step.GO_ON: frozenset({State.WAITING}),
    Step.FINISH: _UNDERWAY,
    Step.CORRECT: OPEN,
    Step.WITHDRAW: OPEN,
}
DECLINE_REASONS = {
    "no_room": _("We have no room right now"),
    "language": _("Nobody here speaks the language"),
    "area": _("They live outside our area"),
    "other_help": _("We do not give this kind of help"),
    "other": _("Another reason"),
}
WAITS_FOR = {
    "no_answer": _("We could not reach them: they should call us"),
    "wrong_contact": _("The phone number or email does not work"),
    "appointment": _("We offered a time to meet: they should tell us if it suits them"),
    "paper": _("We need to see a paper: they should ask us which one"),
}
DRAFTED = "drafted"  # an enrollment was begun
UNANSWERED, LEFT = "unanswered", "left"  # why it went to the city by itself; left: the partner left the program
KEPT_LONG_ENOUGH = "kept_long_enough"  # why it was erased by itself
ENROLLED = "enrolled"  # set by enrolling, never chosen
OUTCOMES = {
    "helped": _("We helped them"),
    "helped_elsewhere": _("Somebody else helped them"),
    "not_reached": _("We could not reach them"),
    "no_need": _("They no longer need help"),
}
NEEDS = ("device", "connection", "skills")  # the words of ``/help?needs=``, and of the columns ``needs_…``
NEED_NAMES = {"device": _("Computer"), "connection": _("Internet"), "skills": _("Skills")}
LONGEST_NAME = 200
_FASTER = _("Somebody else was faster, or the request was taken back. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Takes:
    """What a partner takes: languages, districts (none: everywhere), how many requests at a time, how many it has."""

    partner_id: int
    languages: frozenset[str]
    districts: frozenset[str]
    most_open: int
    has_open: int

    @property
    def has_room(self) -> bool:
        """Return whether one more fits."""
        return self.has_open < self.most_open

    def fits(self, language: str | None, district: str | None) -> bool:
        """Return whether it speaks the language and works in the district; an unknown district needs "everywhere"."""
        return language in self.languages and (not self.districts or district in self.districts)


def choose_partner(
    language: str | None, district: str | None, partners: Iterable[Takes], *, besides: Collection[int] = ()
) -> int | None:
    """Return who gets the request: fits, has room, fewest open for its room, then the lowest id. None: the city."""
    fitting = [
        (Fraction(one.has_open, one.most_open), one.partner_id)
        for one in partners
        if one.partner_id not in besides and one.has_room and one.fits(language, district)
    ]
    return min(fitting)[1] if fitting else None


def can_do(step: Step, state: str) -> bool:
    """Return whether ``step`` is possible in ``state``."""
    return state in MOVES[step]


def possible_steps(state: str, *, ours: bool) -> set[str]:
    """Return the steps that staff may take: all that the state allows with their own requests, else passing on."""
    return {step.value for step in Step if can_do(step, state) and (ours or step is Step.PASS_ON)}


def check_step(step: Step, state: str) -> None:
    """Raise Conflict unless ``step`` is possible in ``state``."""
    if not can_do(step, state):
        raise Conflict(_FASTER)


def check_word(field: str, word: str, words: Collection[str]) -> None:
    """Raise Invalid unless the word is one of the list."""
    if word not in words:
        raise Invalid(fields={field: _("Please choose one.")})


def last_day_unanswered(today: date, answer_days: int) -> date:
    """Return the latest day on which a request that is overdue today arrived: the setting's days are over."""
    return today - timedelta(days=answer_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who asks, and the one way to reach them: a phone number (as given and E.164) or an email address."""

    name: str
    phone: str | None = None
    phone_e164: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for, in which language, and roughly where."""

    language: str
    needs: frozenset[str]
    zip_code: str | None = None
    district: str | None = None


def check_request(contact: Contact, wish: Wish, languages: Collection[str]) -> None:
    """Raise Invalid with a sentence for every field that cannot be taken."""
    fields = {}
    if not contact.name or len(contact.name) > LONGEST_NAME:
        fields["name"] = _("Please write your name.")
    if not (contact.phone_e164 or contact.email):
        fields["contact"] = _("Please write a phone number or an email address.")
    if wish.language not in languages:
        fields["language"] = _("Please choose a language.")
    if not wish.needs or wish.needs - set(NEEDS):
        fields["needs"] = _("Please choose what you need.")
    if fields:
        raise Invalid(fields=fields)


_DRAFT_NEEDS = {"device": "device", "connection": "line", "skills": "training"}


def typed_of(contact: Contact, wish: Wish) -> dict[str, list[str]]:
    """Return the fields of the enrollment form that the request fills in; what the resident did not say is empty."""
    return {
        "members-0-name": [contact.name],
        "zip_code": [wish.zip_code] if wish.zip_code else [],
        "district": [wish.district] if wish.district else [],
        "phone": [contact.phone] if contact.phone else [],
        "email": [contact.email] if contact.email else [],
        "language": [wish.language],
        "needs": [_DRAFT_NEEDS[need] for need in NEEDS if need in wish.needs],
        "consent_language": [wish.language if wish.language in CONSENT_LANGUAGES else "en"],
    }


def draft_of(contact: Contact, wish: Wish, *, city: str, today: date, grants: Collection[int]) -> dict[str, list[str]]:
    """Return the enrollment form as it begins, filled in from the request."""
    values = typed_of(contact, wish) | {
        "home": ["fixed"],
        "city": [city],
        "enrolled_on": [today.isoformat()],
        "grant_id": [str(grant) for grant in grants] if len(grants) == 1 else [],
    }
    return {name: given for name, given in values.items() if given}


def mended(
    draft: Mapping[str, object], before: Mapping[str, list[str]], now: Mapping[str, list[str]]
) -> dict[str, object]:
    """Return the draft with what still says ``before`` saying ``now``; what somebody typed over it stays."""
    changed = {name: given for name, given in now.items() if draft.get(name, []) == before[name]}
    return {name: given for name, given in {**draft, **changed}.items() if given}

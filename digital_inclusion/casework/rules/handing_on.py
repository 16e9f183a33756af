"""Referring a household to another organization: what goes along, what can become of it, in which words. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...households.rules import CONSENT_WAYS

NEEDS: dict[str, str] = {
    "device": _("A computer"),
    "connection": _("Internet at home"),
    "skills": _("Help to use them"),
    "other": _("Something else"),
}
# which one contact goes along
CONTACTS: dict[str, str] = {
    "phone": _("The phone number"),
    "email": _("The email address"),
    "none": _("No contact: they come by themselves"),
}
DO_NOT_CONTACT = "none"  # of the ways in which a household may be reached
AGREED_WAYS = {way: label for way, label in CONSENT_WAYS.items() if way != "attested_by_partner"}
LONGEST_WORDS = 500
AGREED_AGO = timedelta(days=30)  # older than that, they are asked again


class State(StrEnum):
    """Where a referral stands."""

    SENT = "sent"  # it waits for an answer
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    DONE = "done"


STATES: dict[str, str] = {
    State.SENT: _("Waits for an answer"),
    State.ACCEPTED: _("Accepted"),
    State.DECLINED: _("Declined"),
    State.TAKEN_BACK: _("Taken back"),
    State.DONE: _("Done"),
}


class Step(StrEnum):
    """What can be done with one: the receiver answers, the sender takes it back."""

    ACCEPT = "accept"
    DECLINE = "decline"
    FINISH = "finish"
    TAKE_BACK = "take_back"


OPEN = frozenset({State.SENT, State.ACCEPTED})
MOVES: dict[Step, tuple[State, State]] = {
    Step.ACCEPT: (State.SENT, State.ACCEPTED),
    Step.DECLINE: (State.SENT, State.DECLINED),
    Step.FINISH: (State.ACCEPTED, State.DONE),
    Step.TAKE_BACK: (State.SENT, State.TAKEN_BACK),
}
_FASTER = _("Somebody was faster: this referral was answered or taken back meanwhile. Nothing was changed.")
DECLINE_REASONS = {
    "no_room": _("We have no room right now"),
    "language": _("Nobody here speaks the language"),
    "area": _("They live outside our area"),
    "other_help": _("We do not give this kind of help"),
    "known": _("We serve them already"),
    "other": _("Another reason"),
}
BY_SENDER, CONSENT_ENDED, ERASED = "by_sender", "consent_ended", "erased"  # why taken back
TAKEN_BACK_WHY = {
    BY_SENDER: _("By who sent it"),
    CONSENT_ENDED: _("They withdrew their consent"),
    ERASED: _("Their data were erased"),
}
OUTCOMES = {
    "device": _("They have a device from us"),
    "connection": _("They are connected through us"),
    "skills": _("They learned with us"),
    "other_help": _("We helped them otherwise"),
    "not_reached": _("We could not reach them"),
    "not_eligible": _("They do not qualify"),
    "no_need": _("They no longer need it"),
}


def check_step(step: Step, state: str, *, has_left: bool = False) -> State:
    """Return the state that the step leads to; raise Conflict where it is not possible (any more).

    ``has_left``: the receiver is not in the program any more, so that what it accepted can be taken back too.
    """
    before, after = MOVES[step]
    if state != before and not (has_left and step == Step.TAKE_BACK and state in OPEN):
        raise Conflict(_FASTER)
    return after


def check_word(word: str, words: Collection[str]) -> None:
    """Raise Invalid unless the word is one of the list."""
    if word not in words:
        raise Invalid(fields={"word": _("Please choose one.")})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReferral:
    """What is sent. ``contact``: which one goes along; ``agreed_on``, ``agreed_way``: when and how they agreed."""

    to_partner_id: int
    needs: frozenset[str]
    contact: str
    agreed: bool
    agreed_on: date
    agreed_way: str
    words: str | None = None


def check_new(new: NewReferral, *, today: date, has: Collection[str]) -> None:
    """Raise Invalid with a sentence per field. ``has``: the contacts that are on record."""
    wrong = _not_agreed(new, today)
    if not new.needs or new.needs - NEEDS.keys():
        wrong["needs"] = _("Choose what they need.")
    if new.contact not in CONTACTS:
        wrong["contact"] = _("Choose which contact goes along.")
    elif new.contact != "none" and new.contact not in has:
        wrong["contact"] = _("This is not on record. Choose another one, or write it into the record first.")
    if len(new.words or "") > LONGEST_WORDS:
        wrong["words"] = _("That is too long. Use at most 500 characters.")
    if wrong:
        raise Invalid(fields=wrong)


def _not_agreed(new: NewReferral, today: date) -> dict[str, str]:
    wrong = {}
    if not new.agreed:
        wrong["agreed"] = _("Without their agreement it cannot be sent. Ask them first.")
    if new.agreed_way not in AGREED_WAYS:
        wrong["agreed_way"] = _("Choose how they agreed.")
    if new.agreed_on > today:
        wrong["agreed_on"] = _("This day has not come yet. Write the day on which they agreed.")
    elif new.agreed_on < today - AGREED_AGO:
        wrong["agreed_on"] = _("That is more than 30 days ago. Ask them again, and write that day.")
    return wrong


def last_day(sent_on: date, answer_days: int) -> date:
    """Return the last day on which the receiver is in time: as with requests for help, the day of sending counts."""
    return sent_on + timedelta(days=answer_days - 1)


_DRAFT_NEEDS = {"device": "device", "connection": "line", "skills": "training"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter says."""

    name: str | None
    phone: str | None
    email: str | None
    language: str | None


def draft_of(letter: Letter, needs: Collection[str], *, city: str, today: date) -> dict[str, list[str]]:
    """Return the enrollment form as it begins, filled in from the letter."""
    values = {
        "members-0-name": letter.name,
        "phone": letter.phone,
        "email": letter.email,
        "language": letter.language,
        "home": "fixed",
        "city": city,
        "enrolled_on": today.isoformat(),
    }
    found = {name: [value] for name, value in values.items() if value}
    wanted = [word for need, word in _DRAFT_NEEDS.items() if need in needs]
    return found | ({"needs": wanted} if wanted else {})

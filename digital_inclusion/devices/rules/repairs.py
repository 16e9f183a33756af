"""What a household says is wrong, the states of its request, and whether the device is in warranty. Pure."""

from datetime import date, timedelta
from enum import StrEnum

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _

LONGEST_WORDS = 500
MOST_OPEN = 5  # of one household: more are the same trouble told again


class RepairState(StrEnum):
    """Where a request is."""

    SENT = "sent"
    ACCEPTED = "accepted"
    WORKSHOP = "workshop"  # the device came back to us
    DONE = "done"
    DECLINED = "declined"


REPAIR_STATES: dict[str, str] = {
    RepairState.SENT: _("New"),
    RepairState.ACCEPTED: _("Accepted"),
    RepairState.WORKSHOP: _("In the workshop"),
    RepairState.DONE: _("Done"),
    RepairState.DECLINED: _("Not possible"),
}
OPEN = frozenset({RepairState.SENT, RepairState.ACCEPTED, RepairState.WORKSHOP})
TROUBLES = {
    "no_power": _("It does not turn on"),
    "battery": _("The battery is empty very soon, or it does not charge"),
    "screen": _("The screen is broken or dark"),
    "keys": _("Keys, mouse or touch do not work"),
    "internet": _("It does not go online"),
    "sign_in": _("I cannot sign in"),
    "slow": _("It is very slow or stops"),
    "sound": _("Camera, microphone or sound do not work"),
    "other": _("Something else"),
}
DONE_OUTCOMES = {
    "helped": _("It works again, and they kept it"),
    "repaired": _("Repaired in the workshop"),
    "replaced": _("They have another device"),
    "no_fault": _("Nothing was wrong with it"),
}
DECLINED_OUTCOMES = {
    "not_ours": _("It is not a device of the program"),
    "not_reached": _("We could not reach them"),
    "not_wanted": _("They do not need it any more"),
}
OUTCOMES = {**DONE_OUTCOMES, **DECLINED_OUTCOMES}
_MOVES: dict[RepairState, frozenset[RepairState]] = {
    RepairState.SENT: frozenset({RepairState.ACCEPTED, RepairState.WORKSHOP, RepairState.DONE, RepairState.DECLINED}),
    RepairState.ACCEPTED: frozenset({RepairState.WORKSHOP, RepairState.DONE, RepairState.DECLINED}),
    RepairState.WORKSHOP: frozenset({RepairState.DONE}),
    RepairState.DONE: frozenset(),
    RepairState.DECLINED: frozenset(),
}


def repair_moves(state: str) -> frozenset[RepairState]:
    """Return what a request in ``state`` may become; "in the workshop" comes with the device alone."""
    return _MOVES[RepairState(state)]


def check_repair_move(state: str, to: RepairState) -> None:
    """Raise Conflict unless a request in ``state`` may become ``to``."""
    if to not in repair_moves(state):
        raise Conflict(
            _("A request that is “%(state)s” cannot become “%(to)s”."), state=REPAIR_STATES[state], to=REPAIR_STATES[to]
        )


def closing_state(outcome: str | None) -> RepairState:
    """Return the state that an outcome leads to; raise Invalid for one that is not on the list."""
    if outcome in DONE_OUTCOMES:
        return RepairState.DONE
    if outcome in DECLINED_OUTCOMES:
        return RepairState.DECLINED
    raise Invalid(fields={"outcome": _("Please choose what became of it.")})


def check_trouble(trouble: str | None, words: str | None) -> None:
    """Raise Invalid unless something on the list is wrong; "something else" needs words."""
    if trouble not in TROUBLES:
        raise Invalid(fields={"trouble": _("Please choose what is wrong.")})
    if trouble == "other" and not (words or "").strip():
        raise Invalid(fields={"words": _("Please write what is wrong.")})
    if len(words or "") > LONGEST_WORDS:
        raise Invalid(fields={"words": _("Please write less.")})


def warranty_ends(handed_on: date, days: int) -> date:
    """Return the last day of warranty of a device handed over on a day."""
    return handed_on + timedelta(days=days)

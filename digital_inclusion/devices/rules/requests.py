"""Households that need a device: what they may need of it, who is first in line, how a request goes. Pure.

The line is fair by a rule that stands on the page: households without any device before those with one, then whoever
asked first. The program decided it so; another city changes ``LINE`` and the order of the query beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...progress.rules.deliveries import DEVICE_KINDS
from .specs import KEYBOARDS

LINE = _("Households without any device come first; then whoever asked first.")
NEEDS = {
    "screen_reader": _("A screen reader"),
    "video_classes": _("Classes by video"),
    "keyboard": _("A keyboard in their language"),
    "battery": _("A good battery: they share an outlet or a room"),
    "school": _("For a child's school work"),
}
LONGEST_NOTE = 300
LONGEST_REASON = 300


class RequestState(StrEnum):
    """How far a request is."""

    WAITING = "waiting"
    RESERVED = "reserved"
    FULFILLED = "fulfilled"
    WITHDRAWN = "withdrawn"


REQUEST_STATES = {
    RequestState.WAITING: _("Waiting"),
    RequestState.RESERVED: _("A device is reserved"),
    RequestState.FULFILLED: _("Fulfilled"),
    RequestState.WITHDRAWN: _("Withdrawn"),
}
_R = RequestState
MOVES: dict[RequestState, frozenset[RequestState]] = {
    _R.WAITING: frozenset({_R.RESERVED, _R.FULFILLED, _R.WITHDRAWN}),
    _R.RESERVED: frozenset({_R.WAITING, _R.FULFILLED, _R.WITHDRAWN}),
    _R.FULFILLED: frozenset(),
    _R.WITHDRAWN: frozenset(),
}
OPEN = frozenset(state for state, ways in MOVES.items() if ways)

# How a reservation ends.
HANDED_OVER, EXPIRED, RELEASED, MOVED, CLOSED = "handed_over", "expired", "released", "moved", "closed"
ENDINGS = {
    HANDED_OVER: _("The household has it"),
    EXPIRED: _("Nobody fetched it in time"),
    RELEASED: _("The reservation was ended"),
    MOVED: _("The device was moved away"),
    CLOSED: _("The request was withdrawn or met by another device"),
}
WITHDRAW_REASONS = {
    "has_one": _("They have one by now"),
    "not_wanted": _("They do not want it any more"),
    "left": _("They left, or cannot be reached"),
    "mistake": _("It was asked for by mistake"),
}
ERASED = "erased"  # why a request is withdrawn when its household is erased


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a household needs: the kind, needs by their codes, and the language of the keyboard where it matters."""

    kind: str
    needs: Sequence[str] = ()
    keyboard: str | None = None
    note: str | None = None


def check_wanted(wanted: Wanted) -> None:
    """Raise Invalid with a sentence for each field unless a household may ask for this."""
    wrong: dict[str, str] = {}
    if wanted.kind not in DEVICE_KINDS:
        wrong["kind"] = _("Please choose what kind of device it is.")
    if not set(wanted.needs) <= NEEDS.keys():
        wrong["needs"] = _("Please choose needs from the list.")
    if "keyboard" in wanted.needs and wanted.keyboard not in KEYBOARDS:
        wrong["keyboard"] = _("Please choose the language of the keyboard.")
    if wrong:
        raise Invalid(fields=wrong)


def check_step(state: str, to: RequestState) -> None:
    """Raise Conflict unless a request in ``state`` may become ``to``."""
    if to not in MOVES[RequestState(state)]:
        raise Conflict(
            _("This request is “%(state)s”. It cannot become “%(to)s”."),
            state=REQUEST_STATES[RequestState(state)],
            to=REQUEST_STATES[to],
        )


def needs_a_word(*, is_proposed: bool, ahead: int, ahead_it_fits: int, free: int) -> str | None:
    """Return the sentence that asks why, None where the reservation explains itself.

    ``ahead``: households before this one in line; ``ahead_it_fits``: those of them whose needs the unit meets;
    ``free``: units of the kind that can be reserved. As long as enough are left for all before it, nobody is passed by.
    """
    if not is_proposed:
        return _("This device is not among those proposed. Please say why it is the right one.")
    if ahead_it_fits and free <= ahead:
        return _("Households before this one in line could use this device. Please say why this one goes first.")
    return None


def keyboard_for(language: str | None) -> str | None:
    """Return the keyboard that people of the language write with, None where it is not among those we know."""
    code = "zh" if language == "yue" else language
    return code if code in KEYBOARDS else None

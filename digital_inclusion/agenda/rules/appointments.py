"""Appointments with households: what for, where, how long; what can become of one. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _

PURPOSES: dict[str, str] = {
    "papers": _("Go through papers"),
    "hand_over": _("Hand over a device"),
    "set_up": _("Set up the device or the internet"),
    "internet": _("Look for internet or apply for it"),
    "lesson": _("Learn together"),
    "repair": _("Look at a device that does not work"),
    "follow_up": _("Ask how it is going"),
    "other": _("Something else"),
}
PLACES: dict[str, str] = {
    "ours": _("At our place"),
    "home": _("At their home"),
    "phone": _("By phone"),
    "video": _("By video"),
}
LENGTHS: dict[int, str] = {
    15: _("15 minutes"), 30: _("30 minutes"), 45: _("45 minutes"), 60: _("1 hour"), 90: _("1 hour and a half"),
    120: _("2 hours"), 180: _("3 hours"), 240: _("4 hours"),
}  # fmt: skip
LONGEST_WORDS = 200
FURTHEST = timedelta(days=366)


class State(StrEnum):
    """Where an appointment stands."""

    PLANNED = "planned"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"


STATES: dict[str, str] = {
    State.PLANNED: _("Planned"),
    State.KEPT: _("Took place"),
    State.MISSED: _("Did not take place"),
    State.CANCELLED: _("Canceled"),
}
# how people say that it took place, and that it did not, by where it was
ENDINGS: dict[str, tuple[str, str]] = {
    "ours": (_("They came"), _("They did not come")),
    "home": (_("I met them"), _("Nobody was there")),
    "phone": (_("We talked"), _("Nobody answered")),
    "video": (_("We talked"), _("They did not join")),
}


def word_of(state: str, place: str) -> str:
    """Return the word for a state, as people say it of such a place."""
    met, missed = ENDINGS[place]
    return {State.KEPT: met, State.MISSED: missed}.get(State(state), STATES[state])


class Step(StrEnum):
    """What can be done with one."""

    KEEP = "keep"
    MISS = "miss"
    CANCEL = "cancel"
    MOVE = "move"
    PUT_BACK = "put_back"


# from which states, and what it is afterwards
MOVES: dict[Step, tuple[frozenset[State], State]] = {
    Step.KEEP: (frozenset({State.PLANNED}), State.KEPT),
    Step.MISS: (frozenset({State.PLANNED}), State.MISSED),
    Step.CANCEL: (frozenset({State.PLANNED}), State.CANCELLED),
    Step.MOVE: (frozenset({State.PLANNED}), State.PLANNED),
    Step.PUT_BACK: (frozenset({State.KEPT, State.MISSED, State.CANCELLED}), State.PLANNED),
}
_AFTER_IT_BEGAN = frozenset({Step.KEEP, Step.MISS})
_FASTER = _("Somebody changed this appointment meanwhile. Look at it again: nothing was changed.")


def check_step(step: Step, state: str, *, starts_at: datetime, now: datetime) -> State:
    """Return the state that the step leads to; raise Conflict where it is not possible (any more, or yet)."""
    allowed, following = MOVES[step]
    if state not in allowed:
        raise Conflict(_FASTER)
    if step in _AFTER_IT_BEGAN and starts_at > now:
        raise Conflict(_("This appointment has not begun yet. Move it or cancel it."))
    return following


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppointment:
    """What is planned. ``starts``: as the city's clock shows it, without a zone; ``minutes``: how long."""

    owner_id: int
    starts: datetime
    minutes: int
    place: str
    purpose: str
    words: str | None = None

    @property
    def starts_at(self) -> datetime:
        """Return the instant at which it begins; the first of two that the clock shows alike."""
        return clock.from_local(self.starts)

    @property
    def ends_at(self) -> datetime:
        """Return the instant at which it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


def check_new(new: NewAppointment, *, now: datetime) -> None:
    """Raise Invalid with a sentence for every field that cannot be taken."""
    wrong = wrong_time(new.starts, now=now)
    if new.minutes not in LENGTHS:
        wrong["minutes"] = _("Choose how long it takes.")
    if new.place not in PLACES:
        wrong["place"] = _("Choose where it is.")
    if new.purpose not in PURPOSES:
        wrong["purpose"] = _("Choose what it is for.")
    if len(new.words or "") > LONGEST_WORDS:
        wrong["words"] = _("That is too long. Use at most 200 characters.")
    if wrong:
        raise Invalid(fields=wrong)


def wrong_time(starts: datetime, *, now: datetime) -> dict[str, str]:
    """Return a sentence for what is wrong with a beginning, by its field. ``starts``: as the city's clock shows it."""
    starts_at = clock.from_local(starts)
    if clock.local(starts_at).replace(tzinfo=None) != starts:
        return {"starts": _("This time does not exist on that day: the clocks go forward. Write a later one.")}
    if starts_at <= now:
        return {"day": _("This time is over already. Choose a later one, or write a note about what was.")}
    if starts_at > now + FURTHEST:
        return {"day": _("That is more than a year ahead. Choose an earlier day.")}
    return {}

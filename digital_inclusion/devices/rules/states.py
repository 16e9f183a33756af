"""Where a unit is in its life and which moves there are: one table. Pure.

Sources: states and guards as the program decided them; grades by R2v3 REC (F1-F6, C1-C9); "clean" by NIST SP 800-88r2,
one certificate for each medium that bears data.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _


class State(StrEnum):
    """Where a unit is."""

    PLEDGED = "pledged"  # a donor named it; it has not come
    RECEIVED = "received"
    QUARANTINED = "quarantined"  # it may hold somebody's data: nobody uses it, it leaves to nobody
    SANITIZING = "sanitizing"
    SANITIZED = "sanitized"
    TESTING = "testing"
    REPAIR = "repair"
    GRADED = "graded"
    READY = "ready"
    RESERVED = "reserved"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    LOST = "lost"
    HARVESTED = "harvested"  # its good parts are taken out
    RECYCLED = "recycled"
    DISPOSED = "disposed"


STATES: dict[str, str] = {
    State.PLEDGED: _("Pledged"),
    State.RECEIVED: _("Received"),
    State.QUARANTINED: _("Quarantined"),
    State.SANITIZING: _("Being wiped"),
    State.SANITIZED: _("Wiped"),
    State.TESTING: _("Being tested"),
    State.REPAIR: _("In repair"),
    State.GRADED: _("Graded"),
    State.READY: _("Ready"),
    State.RESERVED: _("Reserved"),
    State.HANDED_OVER: _("In a home"),
    State.RETURNED: _("Returned"),
    State.LOST: _("Lost"),
    State.HARVESTED: _("Taken apart"),
    State.RECYCLED: _("Recycled"),
    State.DISPOSED: _("Disposed of"),
}

FUNCTIONAL = {
    "F1": _("F1: for parts or recycling"),
    "F2": _("F2: worked when it was taken out"),
    "F3": _("F3: key functions work"),
    "F4": _("F4: all hardware works"),
    "F5": _("F5: refurbished, all tested, licensed software"),
    "F6": _("F6: refurbished by its maker"),
}
COSMETIC = {
    "C1": _("C1: damaged, for its materials only"),
    "C2": _("C2"),
    "C3": _("C3"),
    "C4": _("C4"),
    "C5": _("C5"),
    "C6": _("C6"),
    "C7": _("C7"),
    "C8": _("C8"),
    "C9": _("C9: new, box opened"),
}
LOWEST_FOR_A_HOME = "F4"


class Guard(StrEnum):
    """What must be so before a move."""

    CLEAN = "clean"  # every data-bearing medium has a certificate of this round
    GOOD = "good"  # graded, F4 or better
    REASON = "reason"  # somebody says why
    GRADE = "grade"  # made by grading, never by hand
    HOME = "home"  # made by handing over to a household, never by hand
    SYSTEM = "system"  # a computer has an operating system that a household can use
    REQUEST = "request"  # made by reserving for a household, never by hand
    BATCH = "batch"  # made when the recycler's batch is void, never by hand


@dataclass(frozen=True, slots=True)
class Unit:
    """What a guard looks at."""

    state: str
    media_listed: bool  # somebody looked: these media and no others are in it
    uncertified: Collection[str] = ()  # names of media without a certificate of this round
    functional: str | None = None
    system_missing: bool = False  # it is a computer, and nobody has put a system on it since the wipe


_S, _G = State, Guard
_OUT = {_S.RECYCLED: (_G.CLEAN,), _S.DISPOSED: (_G.CLEAN, _G.REASON)}  # it leaves our hands for good
_GONE = {_S.LOST: (_G.REASON,)}
_NO_USE = {_S.HARVESTED: (), **_OUT, **_GONE}
MOVES: dict[State, dict[State, tuple[Guard, ...]]] = {
    _S.PLEDGED: {_S.RECEIVED: ()},
    _S.RECEIVED: {_S.QUARANTINED: (), **_GONE},
    _S.QUARANTINED: {_S.SANITIZING: (), _S.SANITIZED: (_G.CLEAN,), **_NO_USE},
    _S.SANITIZING: {_S.SANITIZED: (_G.CLEAN,), _S.QUARANTINED: (_G.REASON,), **_NO_USE},
    _S.SANITIZED: {_S.TESTING: (), **_NO_USE},
    _S.TESTING: {_S.REPAIR: (), _S.GRADED: (_G.GRADE,), **_NO_USE},
    _S.REPAIR: {_S.TESTING: (), _S.QUARANTINED: (_G.REASON,), **_NO_USE},
    _S.GRADED: {_S.READY: (_G.CLEAN, _G.GOOD, _G.SYSTEM), _S.TESTING: (), _S.REPAIR: (), **_NO_USE},
    _S.READY: {
        _S.RESERVED: (_G.CLEAN, _G.GOOD, _G.REQUEST),
        _S.HANDED_OVER: (_G.CLEAN, _G.GOOD, _G.HOME),
        _S.TESTING: (_G.REASON,),
        **_GONE,
    },
    _S.RESERVED: {_S.READY: (), _S.HANDED_OVER: (_G.CLEAN, _G.GOOD, _G.HOME), **_GONE},
    _S.HANDED_OVER: {_S.RETURNED: (_G.HOME,), _S.LOST: (_G.HOME,)},
    _S.RETURNED: {_S.QUARANTINED: ()},
    _S.LOST: {_S.QUARANTINED: (_G.REASON,)},  # found again
    _S.HARVESTED: dict(_OUT),
    _S.RECYCLED: {_S.QUARANTINED: (_G.BATCH,)},  # the recycler did not take it
    _S.DISPOSED: {},
}
_NOT_BY_HAND = frozenset({_G.GRADE, _G.HOME, _G.REQUEST, _G.BATCH})
# who enters quarantine from there begins anew
NEW_ROUND = frozenset({_S.RECEIVED, _S.RETURNED, _S.LOST, _S.REPAIR, _S.RECYCLED})
IN_STOCK = frozenset(_S) - {_S.PLEDGED, _S.HANDED_OVER, _S.LOST, _S.RECYCLED, _S.DISPOSED}


def moves_from(state: str, *, by_hand: bool = True) -> list[State]:
    """Return where a unit can go from ``state``, in the order of the table; by hand: what hands may do."""
    return [to for to, guards in MOVES[State(state)].items() if not (by_hand and _NOT_BY_HAND & set(guards))]


def needs_reason(state: str, to: str) -> bool:
    """Return whether somebody must say why."""
    return Guard.REASON in MOVES[State(state)].get(State(to), ())


def check_move(unit: Unit, to: str, *, reason: str | None = None, by_hand: bool = True) -> None:
    """Raise a sentence unless the unit may go to ``to`` now: Conflict for one the table lacks, else Invalid."""
    guards = MOVES[State(unit.state)].get(State(to))
    if guards is None or (by_hand and _NOT_BY_HAND & set(guards)):
        raise Conflict(_("A unit that is “%(state)s” cannot become “%(to)s”."), state=STATES[unit.state], to=STATES[to])
    if Guard.REASON in guards and not (reason or "").strip():
        raise Invalid(fields={"reason": _("Please say why.")})
    for problem in obstacles(unit, to):
        raise problem


def check_grade(state: str, functional: str, cosmetic: str) -> None:
    """Raise a sentence unless a unit in ``state`` may be graded so: it is tested or graded already."""
    if state not in (State.TESTING, State.GRADED):
        raise Conflict(_("A unit that is “%(state)s” cannot be graded. Test it first."), state=STATES[state])
    if functional not in FUNCTIONAL or cosmetic not in COSMETIC:
        raise Invalid(fields={"functional": _("Please choose both grades.")})


def obstacles(unit: Unit, to: str) -> Iterator[Invalid]:
    """Yield what stands in the way of a move that the table has."""
    guards = MOVES[State(unit.state)].get(State(to), ())
    if Guard.CLEAN in guards and not unit.media_listed:
        yield Invalid(_("Nobody has said yet which data media are in it. List them first, or say that there are none."))
    elif Guard.CLEAN in guards and unit.uncertified:
        yield Invalid(
            _("These media have no certificate since the unit came: %(media)s."), media=", ".join(unit.uncertified)
        )
    if Guard.GOOD in guards and unit.functional is None:
        yield Invalid(_("It has no grade yet. Grade it first."))
    elif Guard.GOOD in guards and (unit.functional or "") < LOWEST_FOR_A_HOME:
        yield Invalid(_("Its grade is %(grade)s. A household gets F4 or better."), grade=unit.functional)
    if Guard.SYSTEM in guards and unit.system_missing:
        yield Invalid(_("No operating system is noted. Say under “Specifications” what is on it."))

"""What is tested on each kind of unit, and which grade the results speak for. Pure.

Grades by R2v3 REC: F3 key functions work, F4 all hardware works, F5 all tested and licensed software on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from .states import STATES, State


class Result(StrEnum):
    """What a test showed."""

    WORKS = "works"
    FAILS = "fails"
    ABSENT = "absent"


RESULTS: dict[str, str] = {Result.WORKS: _("Works"), Result.FAILS: _("Fails"), Result.ABSENT: _("Not there")}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to test. ``key``: without it the unit is of little use. ``may_lack``: a good unit can be without it."""

    label: str
    key: bool = False
    may_lack: bool = False


_STARTS = Item(_("Starts, and stays on"), key=True)
_FREE = Item(_("Free of a former owner’s account or lock"), key=True)
_SCREEN = Item(_("Screen"), key=True)
_TOUCH = Item(_("Touch"), key=True)
_WIFI = Item(_("Wi-Fi"), key=True)
_CHARGES = Item(_("Charges"), key=True)
_CAMERA = Item(_("Camera"), may_lack=True)
_MICROPHONE = Item(_("Microphone"), may_lack=True)
_SPEAKERS = Item(_("Speakers"))
_PORTS = Item(_("Ports"))
_BUTTONS = Item(_("Buttons"))
_BATTERY = Item(_("Battery"))
_HANDHELD = {
    "starts": _STARTS,
    "free": _FREE,
    "screen": _SCREEN,
    "touch": _TOUCH,
    "wifi": _WIFI,
    "charges": _CHARGES,
    "camera": _CAMERA,
    "microphone": _MICROPHONE,
    "speakers": _SPEAKERS,
    "buttons": _BUTTONS,
    "battery": _BATTERY,
}
CHECKLISTS: dict[str, dict[str, Item]] = {
    "laptop": {
        "starts": _STARTS,
        "free": _FREE,
        "screen": _SCREEN,
        "keyboard": Item(_("Keyboard"), key=True),
        "trackpad": Item(_("Trackpad"), key=True),
        "wifi": _WIFI,
        "camera": _CAMERA,
        "microphone": _MICROPHONE,
        "speakers": _SPEAKERS,
        "ports": _PORTS,
        "battery": _BATTERY,
    },
    "desktop": {
        "starts": _STARTS,
        "free": _FREE,
        "picture": Item(_("Picture on a monitor"), key=True),
        "ports": Item(_("Ports"), key=True),
        "network": Item(_("Network cable"), key=True),
        "sound": Item(_("Sound")),
        "wifi": Item(_("Wi-Fi"), may_lack=True),
    },
    "tablet": _HANDHELD,
    "phone": {**_HANDHELD, "calls": Item(_("Calls and mobile data"), key=True)},
    "hotspot": {
        "starts": _STARTS,
        "network": Item(_("Mobile network"), key=True),
        "wifi": _WIFI,
        "charges": _CHARGES,
        "buttons": _BUTTONS,
        "battery": _BATTERY,
        "screen": Item(_("Screen"), may_lack=True),
    },
    "router": {
        "starts": _STARTS,
        "internet": Item(_("Passes the internet on"), key=True),
        "wifi": _WIFI,
        "ports": _PORTS,
        "buttons": _BUTTONS,
    },
    "monitor": {
        "starts": _STARTS,
        "screen": Item(_("Picture without dead spots"), key=True),
        "ports": Item(_("Inputs"), key=True),
        "buttons": _BUTTONS,
        "stand": Item(_("Stand")),
        "speakers": Item(_("Speakers"), may_lack=True),
    },
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The grade that the tests speak for, None where they say too little, and why: a sentence."""

    functional: str | None
    because: str


def propose(kind: str, results: Mapping[str, str], *, licensed: bool) -> Proposal:
    """Return the functional grade for ``results`` (item: what it showed); licensed: a system is on it, by a license."""
    items = CHECKLISTS[kind]
    bad, untested = failed(kind, results), [code for code in items if code not in results]
    if any(items[code].key for code in bad):
        return Proposal("F1", _("A key function fails. Repair it, or use it for its parts."))
    if any(items[code].key for code in untested):
        return Proposal(None, _("The key functions are not all tested yet."))
    if bad or untested:
        return Proposal("F3", _("The key functions work, but something else fails or is not tested."))
    if licensed:
        return Proposal("F5", _("All is tested and works, and a licensed system is on it."))
    return Proposal("F4", _("All is tested and works."))


def failed(kind: str, results: Mapping[str, str]) -> list[str]:
    """Return the items that do not work, or are not there though a good unit of this kind has them."""
    return [
        code
        for code, item in CHECKLISTS[kind].items()
        if results.get(code) == Result.FAILS or (results.get(code) == Result.ABSENT and not item.may_lack)
    ]


def check_results(state: str, kind: str, results: Mapping[str, str]) -> None:
    """Raise a sentence unless these results can be noted for a unit in ``state`` now."""
    if state != State.TESTING:
        raise Conflict(_("This device is “%(state)s”. Start testing it first."), state=STATES[state])
    if not results:
        raise Invalid(_("Mark what you tested."))
    if results.keys() - CHECKLISTS[kind].keys() or set(results.values()) - set(Result):
        raise Invalid(_("This test does not fit the kind of device. Please look at the page again."))


def check_chosen(proposed: str | None, chosen: str, *, reason: str | None) -> None:
    """Raise Invalid for a grade above what the tests speak for, unless somebody says why."""
    if (reason or "").strip() or chosen <= (proposed or "F2"):
        return
    if proposed is None:
        raise Invalid(fields={"reason": _("The tests say too little for this grade. Test it first, or say why.")})
    raise Invalid(fields={"reason": _("The tests speak for a lower grade. Please say why it has this one.")})


def sees_and_hears(results: Mapping[str, str]) -> bool | None:
    """Return whether camera and microphone work, None where nobody has looked at both."""
    both = [results.get("camera"), results.get("microphone")]
    return None if None in both else all(one == Result.WORKS for one in both)

"""Parts of units: which there are, from where they may be taken, where they may go. Pure."""

import re
from collections.abc import Iterable

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from .states import STATES, State

PARTS: dict[str, str] = {
    "memory": _("Memory module"),
    "battery": _("Battery"),
    "screen": _("Screen"),
    "keyboard": _("Keyboard"),
    "trackpad": _("Trackpad"),
    "camera": _("Camera"),
    "speaker": _("Speakers"),
    "wireless": _("Wi-Fi card"),
    "charger": _("Charger or power supply"),
    "fan": _("Fan or heat sink"),
    "board": _("Main board"),
    "case": _("Case or hinge"),
    "optical": _("Optical drive"),
    "other": _("Another part"),
}
OPEN_UNITS = frozenset({State.TESTING, State.REPAIR, State.GRADED, State.HARVESTED})  # parts come out of these
TAKES_PARTS = frozenset({State.TESTING, State.REPAIR})  # and go into these
_KEEPS_DATA = re.compile(
    r"\b(?:ssd|hdd|nvme|emmc|m\.2|hard ?(?:drive|disk)|solid.state|flash ?(?:drive|card)|sd ?card"
    r"|usb ?(?:stick|drive))s?\b",
    re.IGNORECASE,
)


def check_taking(state: str, kind: str, description: str | None, *, chips_uncertified: bool) -> None:
    """Raise a sentence unless such a part may be taken out of a unit in ``state``."""
    if state not in OPEN_UNITS:
        raise Conflict(
            _("This device is “%(state)s”. Parts come out while it is tested, in repair, graded, or taken apart."),
            state=STATES[state],
        )
    if kind not in PARTS:
        raise Invalid(fields={"kind": _("Please choose what part it is.")})
    if _KEEPS_DATA.search(description or ""):
        raise Invalid(fields={"description": _("This keeps data: it is no part. Take it out under “Data media”.")})
    if kind == "board" and chips_uncertified:
        raise Invalid(fields={"kind": _("A chip on this board keeps data and has no certificate yet. Wipe it first.")})


def check_weights(unit_g: int | None, parts_g: Iterable[int | None]) -> None:
    """Raise Invalid when parts together would weigh more than the unit did."""
    if unit_g is not None and sum(one or 0 for one in parts_g) > unit_g:
        raise Invalid(fields={"weight": _("The parts would weigh more than the whole device did. Please check.")})


def check_using(state: str, *, in_another: str | None) -> None:
    """Raise Conflict unless a part may go into a unit in ``state``; ``in_another``: the tag of the unit it is in."""
    if in_another is not None:
        raise Conflict(_("This part is in device %(code)s already."), code=in_another)
    if state not in TAKES_PARTS:
        raise Conflict(_("This device is “%(state)s”. Put it into repair first."), state=STATES[state])

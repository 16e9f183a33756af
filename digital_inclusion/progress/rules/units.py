"""Within whom a unit's number stands for one unit: a maker's serial in the world, an asset tag with its partner."""

import re

from ...foundation.kernel.text import fold

_A_WORD_AND_A_NUMBER = re.compile(r"[^0-9]*[0-9]*")
SHORTEST_SERIAL = 7  # makers of computers use 7 characters and more
SURELY_SERIAL = 12  # longer than any tag seen, even of digits alone


def is_serial(unit_key: str) -> bool:
    """Tell whether a folded unit number looks like a maker's serial.

    "PC0012" and "0012" are a word and a running number: the tags that people give. "5CD1234ABC" and a long number are
    a maker's. A serial that looks like a tag is compared within its partner only.
    """
    if len(unit_key) >= SURELY_SERIAL:
        return True
    return len(unit_key) >= SHORTEST_SERIAL and _A_WORD_AND_A_NUMBER.fullmatch(unit_key) is None


def held_key(unit_key: str, partner_id: int) -> str:
    """Return what two hand-overs of one unit share: the serial, or the tag with its partner. At most 80 characters."""
    return unit_key if is_serial(unit_key) else f"{partner_id}:{unit_key}"


def unit_key(text: str | None) -> str | None:
    """Return a serial or asset tag as compared: "sn 12-34" and "SN1234" are one unit. None for nothing."""
    return fold(text).replace(" ", "").upper()[:80] or None if text else None

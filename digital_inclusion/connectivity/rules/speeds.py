"""Speeds as people write them. Pure."""

import re

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.text import narrow

WRITE_BOTH = _("Write the speeds down and up, for example 100/20.")
ONE_ALONE = _("This is one speed. Write both, down/up, for example 100/20. The bill or a speed test names the other.")
_LONGEST = 60
_UNITS = {"k": 1, "m": 1_000, "g": 1_000_000}
_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
_UNIT = r"\s*(k|m|g)?(?:ilo|ega|iga)?(?:b|bit|bits)?(?:ps)?"
_SHAPE = re.compile(
    rf"^{_NUMBER}{_UNIT}\s*(?:down|dl|download)?\s*(?:/|\\|x|×|:|;|-|–|and|by|\s)\s*{_NUMBER}{_UNIT}\s*(?:up|ul|upload)?$"
)
_ALONE = re.compile(rf"^{_NUMBER}\s*[a-z]*\s*[a-z]*$")


def parse_speed(text: str) -> tuple[int, int]:
    """Return (down, up) in kbps for "100/20", "100 / 20 Mbps", "25000/3000 kbps", "1 Gbps / 40 Mbps".

    Without a unit Mbps are meant; a unit on one side alone holds for both, except Gbps, which holds for its own.
    Raises Invalid with a sentence for anything else.
    """
    cleaned = narrow(text).strip().casefold().replace("bit/s", "bps").replace("b/s", "bps").rstrip(".")
    found = _SHAPE.match(cleaned) if len(cleaned) <= _LONGEST else None
    if found is None:
        sentence = ONE_ALONE if len(cleaned) <= _LONGEST and _ALONE.match(cleaned) else WRITE_BOTH
        raise Invalid(sentence, fields={"speed": sentence})
    down, down_unit, up, up_unit = found.groups()
    return _kbps(down, down_unit or _shared(up_unit)), _kbps(up, up_unit or _shared(down_unit))


def _shared(unit: str | None) -> str:
    return unit if unit in ("k", "m") else "m"


def _kbps(number: str, unit: str) -> int:
    return round(float(number.replace(",", "")) * _UNITS[unit])

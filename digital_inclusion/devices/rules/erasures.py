"""What an erasure report says, whichever tool wrote it: its entries, and what in it cannot be used. Pure."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.text import clean
from ...progress.rules.units import unit_key

SOURCES = {
    "typed": _("typed in"),
    "nwipe": _("read from an nwipe log"),
    "workbench": _("read from a Workbench file"),
    "csv": _("read from a list"),
}
_ROUNDED = re.compile(r"\d(?:[.,]\d{1,20})?E\+?\d{1,3}", re.IGNORECASE)
_HIDDEN = re.compile(r"[X?*\-_.]*|UNKNOWN|NONE|NULL|N/?A|0+|.*S/N:.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One try on one medium. ``at`` without a zone is the clock of the computer that wiped."""

    serial: str
    technique: str
    tool: str
    tool_version: str | None = None
    at: datetime
    succeeded: bool
    checked: bool = False  # the tool itself read back what it wrote, without an error

    def key(self) -> str:
        """Return the digest by which the same entry is known when it is read again (SHA-256, hex)."""
        facts = [unit_key(self.serial), self.technique, self.tool, self.at.isoformat(), self.succeeded]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMedium:
    """A medium in a unit, as somebody or a snapshot describes it."""

    kind: str
    maker: str | None = None
    model: str | None = None
    serial: str | None = None
    size_mb: int | None = None


@dataclass(slots=True)
class Report:
    """Everything one file says. ``flaws``: where, and why that part is of no use."""

    source: str
    erasures: list[Erasure] = field(default_factory=list)
    flaws: list[tuple[str, Invalid]] = field(default_factory=list)
    unit_serial: str | None = None  # of the computer that a snapshot describes
    media: list[SeenMedium] = field(default_factory=list)
    specs: dict[str, str | int] = field(default_factory=dict)  # what the computer is made of, by column


def check_serial(text: str) -> None:
    """Raise Invalid for a serial number that a spreadsheet has turned into a rounded one, such as 6.37E+15."""
    if _ROUNDED.fullmatch(text.strip()):
        raise Invalid(
            _(
                "A spreadsheet turned the serial number into “%(text)s”; its last digits are lost. Format the column "
                "as text, put the serial numbers in again, and save the file once more."
            ),
            text=text.strip(),
        )


def serial_in(text: str | None) -> str | None:
    """Return a serial number fit to keep, or None where the tool hid it or did not find one."""
    found = clean(text or "")[:80].strip()
    return None if _HIDDEN.fullmatch(found) else found


def words(text: str | None, most: int) -> str | None:
    """Return text of a file fit to keep, at most ``most`` characters; None for nothing."""
    return clean(text or "")[:most].strip() or None

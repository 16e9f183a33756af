"""What a scanner types: our own label, a serial number, or something that belongs to neither. Pure."""

import re

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.ids import read_code
from ...foundation.kernel.messages import _

_OWN_LABEL = re.compile(r"https?://[^/\s]+/d/([0-9A-Za-z]{4}-?[0-9A-Za-z]{4})/?", re.IGNORECASE)
_FOREIGN = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*://|www\.|(?:wifi|mailto|tel|sms|geo|mecard|matmsg):|begin:)", re.IGNORECASE
)
LONGEST = 80  # characters of a serial number


def scanned_tag(word: str) -> str | None:
    """Return the asset tag when ``word`` is what our own label says, in its QR code or in letters."""
    own = _OWN_LABEL.fullmatch(word.strip())
    return read_code(own[1] if own else word)


def is_label(word: str) -> bool:
    """Return whether ``word`` is surely what the QR code of one of our labels says."""
    return _OWN_LABEL.fullmatch(word.strip()) is not None and scanned_tag(word) is not None


def check_scan(word: str) -> None:
    """Raise a sentence for a QR code that is neither our label nor a serial number."""
    if scanned_tag(word) is not None:
        return
    if _FOREIGN.match(word):
        raise Invalid(
            fields={"scanned": _("This QR code is not one of our labels. Scan the serial number, or type it.")}
        )
    if len(word) > LONGEST or len(word.split()) > 4:
        raise Invalid(
            fields={"scanned": _("This is too long for a serial number. Scan the bar code beside “S/N” or “Serial”.")}
        )

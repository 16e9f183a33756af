"""What a gateway tells, one JSON object for each thing: docs/messages.md."""

import json
from dataclasses import dataclass
from typing import Any

from ..foundation.kernel.errors import Invalid
from ..foundation.kernel.messages import _
from ..foundation.kernel.text import without_controls
from ..foundation.normalize import normalize_phone
from .rules.messages import CHANNELS, REPORTS, SMS

LONGEST_LINE, LONGEST_REFERENCE, LONGEST_TEXT = 20_000, 120, 2000
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Told:
    """A report on a message that went out, or a text that came in (``kind`` "text", with number and words)."""

    kind: str
    channel: str
    reference: str
    number: str = ""
    words: str = ""


def read_told(line: str) -> Told:
    """Return what the line tells; raise Invalid with a sentence that repeats nothing of it."""
    given = _object(line)
    kind, channel, reference = given.get("kind"), given.get("channel", SMS), given.get("reference")
    if kind not in (*REPORTS, TEXT):
        raise Invalid(_("“kind” must be delivered, failed, bounced or text."))
    if not isinstance(channel, str) or channel not in CHANNELS or (kind == TEXT and channel != SMS):
        raise Invalid(_("“channel” must be sms or email; a text comes by sms."))
    if not isinstance(reference, str) or not 0 < len(reference.strip()) <= LONGEST_REFERENCE or _spoils(reference):
        raise Invalid(_("“reference” must be a text of 1 to 120 characters."))
    if kind != TEXT:
        return Told(kind, channel, _bare(reference))
    number, words = given.get("from"), given.get("body")
    known = normalize_phone(number) if isinstance(number, str) else None
    if known is None:
        raise Invalid(_("“from” must be a telephone number."))
    if not isinstance(words, str):
        raise Invalid(_("“body” must be a text."))
    return Told(TEXT, channel, _bare(reference), known, without_controls(words)[:LONGEST_TEXT])


def _spoils(text: str) -> bool:
    """Return whether something in the text cannot be stored: half a sign, or a zero."""
    return without_controls(text) != text


def _bare(reference: str) -> str:
    """Return the reference without what an e-mail's Message-ID has around it: "<X.1@host>" is "X.1"."""
    text = reference.strip()
    return text[1:-1].partition("@")[0] if text.startswith("<") and text.endswith(">") else text


def _object(line: str) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise Invalid(_("The line is longer than 20,000 characters."))
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise Invalid(_("The line is not JSON.")) from None
    if not isinstance(given, dict):
        raise Invalid(_("The line is not a JSON object."))
    return given

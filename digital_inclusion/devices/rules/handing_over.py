"""When a tracked unit may go to a household, and what is signed for it. Pure."""

import re
from collections.abc import Iterable
from datetime import date

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...progress.rules.deliveries import Evidence

MOST_OF_A_KIND = 1
LONGEST_STROKES = 20_000
_STROKES = re.compile(r"(?:M-?\d{1,4} -?\d{1,4}(?:L-?\d{1,4} -?\d{1,4})+){1,200}")
SHORTEST = 40  # characters: a dot or a dash is no signature
ON_SCREEN, ON_PAPER = "screen", "paper"


def check_one_of_a_kind(kind: str, held: Iterable[tuple[str | None, date]], *, more: bool) -> None:
    """Raise Invalid when the household has one of this kind from the program already, unless ``more`` are allowed.

    ``held``: kind and day of what it has and has not given back.
    """
    days = [day for has, day in held if has == kind]
    if len(days) >= MOST_OF_A_KIND and not more:
        raise Invalid(
            _("This household has one of this kind since %(day)s. Each household gets one of a kind."), day=max(days)
        )


def check_strokes(strokes: str) -> str:
    """Return a signature's strokes, "M10 20L11 22…" in whole units of the field; raise Invalid for anything else."""
    if not SHORTEST <= len(strokes) <= LONGEST_STROKES or not _STROKES.fullmatch(strokes):
        raise Invalid(fields={"signed": _("Please let them sign in the field, or choose paper.")})
    return strokes


def drawing_of(strokes: str) -> bytes:
    """Return the signature as a drawing (SVG, 600 × 200)."""
    path = f'<path d="{check_strokes(strokes)}" fill="none" stroke="#000" stroke-width="3" stroke-linecap="round"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200">{path}</svg>'.encode()


def evidence_of(how: str, *, seen_by: str, on: date, tag: str, file_id: int | None) -> Evidence:
    """Return what proves the hand-over: the label scanned and the agreement signed in the product, or on paper."""
    if how == ON_SCREEN:
        return Evidence(
            type="scanned_label", seen_by=seen_by, seen_on=on, reference=tag, file_id=file_id, signed_here=True
        )
    return Evidence(type="signed_hand_over", seen_by=seen_by, seen_on=on, reference=tag)

"""When a tracked unit may go to a household, and what is signed for it. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...progress.rules.deliveries import Evidence

LONGEST_STROKES = 20_000
_STROKES = re.compile(r"(?:M-?\d{1,4} -?\d{1,4}(?:L-?\d{1,4} -?\d{1,4})+){1,200}")
SHORTEST = 40  # characters: a dot or a dash is no signature
ON_SCREEN, ON_PAPER = "screen", "paper"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The program's rule: how many of a kind a household gets, and when one more ("": never)."""

    per_kind: int
    more_when: str


@dataclass(frozen=True, slots=True)
class OneMore:
    """Somebody says that the rule for one more applies, and why."""

    why: str


def check_one_of_a_kind(
    kind: str, held: Iterable[tuple[str | None, date]], allowed: Allowed, one_more: OneMore | None
) -> bool:
    """Return whether the household gets one more by the exception; raise Invalid when it may not have another.

    ``held``: kind and day of what it has from the program and has not given back.
    """
    days = [day for has, day in held if has == kind]
    if len(days) < allowed.per_kind:
        return False
    if one_more is None or not allowed.more_when:
        raise _enough(days, allowed)
    if not one_more.why.strip():
        raise Invalid(fields={"more_why": _("Please say why this household gets one more.")})
    return True


def _enough(days: list[date], allowed: Allowed) -> Invalid:
    if allowed.per_kind == 1:
        return Invalid(
            _("This household has one of this kind since %(day)s. Each household gets one of a kind."), day=max(days)
        )
    return Invalid(
        _("This household has %(count)s of this kind, the last since %(day)s. Each household gets %(most)s of a kind."),
        count=len(days),
        day=max(days),
        most=allowed.per_kind,
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

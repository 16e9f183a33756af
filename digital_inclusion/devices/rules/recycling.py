"""Batches for a recycler: who may get one, its states, and what the two weights say. Pure.

Source: the program's decision that a recycler is certified by R2 or e-Stewards on the day on which it gets a batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _

LARGEST_FILE = 10 * 1024 * 1024
HEAVIEST_G = 100_000_000  # 100 tonnes: nobody drives more at once


class BatchState(StrEnum):
    """Where a batch is."""

    OPEN = "open"
    SENT = "sent"
    CERTIFIED = "certified"
    VOID = "void"


BATCH_STATES: dict[str, str] = {
    BatchState.OPEN: _("Being filled"),
    BatchState.SENT: _("With the recycler"),
    BatchState.CERTIFIED: _("Certified"),
    BatchState.VOID: _("Void"),
}
CERTIFICATIONS = {"r2": _("R2 (SERI)"), "e_stewards": _("e-Stewards")}
_MOVES = {
    BatchState.OPEN: {BatchState.SENT, BatchState.VOID},
    BatchState.SENT: {BatchState.CERTIFIED, BatchState.VOID},
    BatchState.CERTIFIED: set(),
    BatchState.VOID: set(),
}
_KINDS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
FILE_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recycler:
    """Who takes a batch, and by which certification."""

    name: str
    certification: str
    number: str
    until: date


def check_recycler(recycler: Recycler, *, on: date) -> None:
    """Raise Invalid unless the recycler's certification is known and in force on a day."""
    if recycler.certification not in CERTIFICATIONS:
        raise Invalid(fields={"certification": _("Please choose one.")})
    if recycler.until < on:
        raise Invalid(
            fields={
                "until": _("This certification has ended. Ask the recycler for the one in force, or choose another.")
            }
        )


def check_batch_move(state: str, to: BatchState) -> None:
    """Raise Conflict unless a batch in ``state`` may become ``to``."""
    if to not in _MOVES[BatchState(state)]:
        raise Conflict(
            _("A batch that is “%(state)s” cannot become “%(to)s”."), state=BATCH_STATES[state], to=BATCH_STATES[to]
        )


def check_open(state: str) -> None:
    """Raise Conflict unless units may still be put in and taken out."""
    if state != BatchState.OPEN:
        raise Conflict(_("This batch is “%(state)s”. It cannot be changed any more."), state=BATCH_STATES[state])


def check_sent_on(day: date, *, begun: date, today: date) -> None:
    """Raise Invalid for a day before the batch was begun, or one that has not come."""
    if day > today:
        raise Invalid(fields={"sent_on": _("This day has not come yet.")})
    if day < begun:
        raise Invalid(fields={"sent_on": _("The batch was begun only after this day.")})


def file_kind(head: bytes) -> str:
    """Return "pdf", "png" or "jpg" by the first bytes of a file; raise Invalid for anything else."""
    for mark, kind in _KINDS:
        if head.startswith(mark):
            return kind
    raise Invalid(
        fields={"file": _("This is neither a PDF nor a picture (PNG, JPEG). Scan the certificate, or take a photo.")}
    )


@dataclass(frozen=True, slots=True)
class BatchWeight:
    """What a batch weighs by our own books. ``estimated``, ``unknown``: units with a typical weight, and with none."""

    units: int
    grams: int
    estimated: int
    unknown: int


def weigh_batch(weights: Sequence[tuple[int | None, bool, int]]) -> BatchWeight:
    """Return the batch's weight from each unit's (grams or None, whether estimated, grams of parts taken out)."""
    return BatchWeight(
        units=len(weights),
        grams=sum(max(0, grams - parts) for grams, _estimated, parts in weights if grams is not None),
        estimated=sum(estimated for grams, estimated, _parts in weights if grams is not None),
        unknown=sum(grams is None for grams, _estimated, _parts in weights),
    )

"""Where a household stands, in one word for lists. Pure."""

from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """Words of the glossary, as the status tag knows them."""

    COUNTED = "counted"  # verified connected, and still so
    LAPSED = "lapsed"  # verified connected once, not any more
    PENDING = "pending"  # entered, waits for a proof
    QUESTIONED = "questioned"
    NOT_COUNTED = "not_counted"


def status_of(
    *,
    verified_on: date | None,
    pending_on: date | None,
    until: date | None,
    is_open: bool,
    reason: str | None,
    today: date,
) -> Status:
    """Return the word for a standing; ``until`` is the day on which ``current`` ends."""
    if verified_on is not None:
        return Status.COUNTED if is_open or (until is not None and until > today) else Status.LAPSED
    if reason == "questioned":
        return Status.QUESTIONED
    return Status.PENDING if pending_on is not None else Status.NOT_COUNTED

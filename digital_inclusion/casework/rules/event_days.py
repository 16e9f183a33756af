"""Event days without network: what may be taken along, for how long, and when a tap counts. Pure.

A tap is what somebody did at the event, with a key made at that moment. Its day is the day of the tap.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _

MOST_HOMES = 200
MOST_AT_ONCE = 50  # taps in one request
MOST_DAYS_AHEAD = 14
READABLE = timedelta(hours=24)  # after this the computer forgets the list; what was not sent stays, encrypted
LEAST_PIN, MOST_PIN = 6, 64  # digits
WRONG_PINS = 10  # in a row; then the list is forgotten, and what was not sent stays, encrypted
ROUNDS = 600_000  # of PBKDF2 with SHA-256 that make the key from the PIN

HAND_OVER, PRESENT = "hand_over", "present"
TAKEN, ALREADY, CONFLICT = "taken", "already", "conflict"
RESULTS = {TAKEN: _("Recorded"), ALREADY: _("Was there already"), CONFLICT: _("Needs you")}
KINDS = {HAND_OVER: _("Device handed over"), PRESENT: _("Came to the class")}

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

UNREADABLE = _("We could not read this entry. Record it by hand.")
NOT_OURS = _("This household was not on the list of this event day.")
OTHER_TAG = _("The tag that was typed is not that of the device reserved for this household.")
NOT_RESERVED = _("The device is not reserved for this household any more.")
GONE = _("Somebody handed this device over to another household meanwhile.")
NO_CONSENT = _("The household has not agreed to be counted, or took that back.")
NO_CLASS = _("This event day had no class.")
UNCOUNTED = _("Noted as present, but not counted: the household has not agreed to be counted.")
NOT_THE_DAY = _("The class was on %(day)s, and this was ticked on another day.")
IN_FUTURE = _("The day of this entry lies in the future. Is the clock of that computer right?")
TOO_EARLY = _("The day of this entry lies before the event day was prepared. Is the clock of that computer right?")
NOT_YOURS = _("Only the person who prepared this event day can load it and send what was done.")
LIST_CHANGED = _("Somebody on this list is not waiting for this device any more. Look at the list as it is now.")
TOO_MANY = _("That is more than we can take at once.")
SETTLED = _("This is settled already.")
NOT_NOW = _("An event day can be loaded from the day before it until the day after it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """What somebody did at the event.

    ``key``: made at the tap, a UUID in small letters. ``home``: the household's code. ``scanned``: what was typed or
    scanned. ``readable``: False where anything but the key and the kind made no sense.
    """

    key: str
    kind: str
    home: str = ""
    on: date | None = None
    member_id: int | None = None
    scanned: str = ""
    signed: str = ""
    strokes: str = ""
    loan_due_on: date | None = None
    readable: bool = True


def short_name(name: str | None, code: str) -> str:
    """Return the first name and the initial of the last, the least by which people find each other at a table."""
    words = (name or "").split()
    if not words:
        return code
    return words[0] if len(words) == 1 else f"{words[0]} {words[-1][0]}."


def check_new(*, happens_on: date, today: date, homes: int, has_lesson: bool) -> None:
    """Raise Invalid for an event day that cannot be prepared."""
    if happens_on < today:
        raise Invalid(fields={"happens_on": _("This day is over. Choose today or a later day.")})
    if happens_on > today + timedelta(days=MOST_DAYS_AHEAD):
        raise Invalid(
            fields={"happens_on": _("Choose a day in the next two weeks: a list that is older would be wrong.")}
        )
    if not homes and not has_lesson:
        raise Invalid(fields={"homes": _("Choose a class, or at least one household.")})
    if homes > MOST_HOMES:
        raise Invalid(fields={"homes": _("Choose at most 200 households for one event day.")})


def loadable_from(happens_on: date) -> date:
    """Return from which day the list may go onto a computer: one that is loaded earlier would be gone at the event."""
    return happens_on - timedelta(days=1)


def check_loadable(*, happens_on: date, today: date) -> None:
    """Raise Conflict when the list may not go onto a computer yet, or not any more."""
    if not loadable_from(happens_on) <= today <= happens_on + timedelta(days=1):
        raise Conflict(NOT_NOW)


def check_day(on: date, *, prepared_on: date, today: date) -> None:
    """Raise Conflict for a tap that cannot have been on that day."""
    if on > today:
        raise Conflict(IN_FUTURE)
    if on < prepared_on:
        raise Conflict(TOO_EARLY)


def check_lesson_day(on: date, lesson_on: date) -> None:
    """Raise Conflict for a tick on another day than the class."""
    if on != lesson_on:
        raise Conflict(NOT_THE_DAY, day=lesson_on)


def proof_of(code: str) -> str:
    """Return what evidence says of where it comes from."""
    return f"offline, event day {code}"

"""The timeline of a household: what its lines come from, in which order they stand, where a page of it ends. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ...foundation.kernel.messages import _

PAGE = 20
NOTE, FACT = "note", "fact"
# Where lines come from, by their order within one day: what stands later here stands higher on the page.
SOURCES = (
    FACT, "asked_help", "help_ended", "asked_device", "repair", "repair_closed", "voucher", "voucher_stopped", "move",
    "link", "check", "appointment", "appointment_moved", "survey", "referral_in", "referral", "referral_answered",
    "referral_closed", "task", "because", "message", "answer", NOTE,
)  # fmt: skip
# What can be shown alone, and which sources it holds.
SHOWN: dict[str, tuple[str, frozenset[str]]] = {
    "notes": (_("Notes"), frozenset({NOTE})),
    "record": (_("Record and proof"), frozenset({FACT})),
    "internet": (_("Applications and internet"), frozenset({"voucher", "voucher_stopped", "move", "link", "check"})),
    "asked": (
        _("Requests and surveys"),
        frozenset({"asked_help", "help_ended", "asked_device", "repair", "repair_closed", "because", "survey"}),
    ),
    "messages": (_("Messages"), frozenset({"message", "answer"})),
    "referred": (
        _("Referrals"),
        frozenset({"referral_in", "referral", "referral_answered", "referral_closed"}),
    ),
    "tasks": (_("Tasks done"), frozenset({"task"})),
    "appointments": (_("Appointments"), frozenset({"appointment", "appointment_moved"})),
}


HELP_ENDINGS = {"done": _("answered and closed"), "declined": _("nobody could help"), "withdrawn": _("taken back")}


class Key(NamedTuple):
    """The place of a line: its day, the rank of its source, its number within it."""

    day: date
    rank: int
    number: int

    def __str__(self) -> str:
        """Return it as it stands in addresses: no name, no word of what happened."""
        return f"{self.day.isoformat()}.{self.rank}.{self.number}"


FIRST = Key(date.max, len(SOURCES), 0)  # above everything


def read_key(text: str | None) -> Key:
    """Return the place that an address names; FIRST for what names none."""
    parts = (text or "").split(".")
    if len(parts) != 3 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return FIRST
    try:
        return Key(date.fromisoformat(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return FIRST


def key_of(source: str, day: date, number: int) -> Key:
    """Return the place of a line."""
    return Key(day, SOURCES.index(source), number)


def first_number(source: str, before: Key) -> int:
    """Return the number below which lines of ``source`` on the very day of ``before`` still come after it."""
    rank = SOURCES.index(source)
    if rank == before.rank:
        return min(before.number, _LARGEST)
    return _LARGEST if rank < before.rank else 0


_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: its place, where it comes from, and what that says (a row or an event)."""

    key: Key
    source: str
    thing: Any


def page_of(entries: Iterable[Entry], *, before: Key) -> tuple[list[Entry], str | None]:
    """Return the page of lines that come after ``before``, newest first, and what names the next one."""
    later = sorted((one for one in entries if one.key < before), key=lambda one: one.key, reverse=True)
    page = later[:PAGE]
    return page, str(page[-1].key) if len(later) > PAGE else None


def sources_of(show: str | None) -> frozenset[str]:
    """Return the sources to show; all for a word that names none."""
    return SHOWN[show][1] if show in SHOWN else frozenset(SOURCES)

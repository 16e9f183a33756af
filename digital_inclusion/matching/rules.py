"""Two records side by side: what is equal, what differs, what only one of them knows. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ..foundation.kernel.messages import _
from ..foundation.kernel.text import fold

KEY_KINDS = {
    "name_birth_phone": _("Same name, birth date and telephone number"),
    "name_birth_address": _("Same name, birth date and address"),
    "referral": _("One organization referred it to the other"),
}
# Which answers a pair may get in which state; "open" is where every pair begins.
ANSWERS = {
    "open": frozenset({"same", "different"}),
    "same": frozenset({"split"}),
    "different": frozenset({"reopen"}),
}


class Likeness(StrEnum):
    """How two values stand to each other."""

    SAME = "same"
    DIFFERENT = "different"
    ONE_SIDED = "one_sided"  # only one record knows it
    UNKNOWN = "unknown"  # neither does


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One record of a pair, as far as the question "one family or two?" needs it."""

    record_id: int
    code: str
    partner_id: int
    partner_name: str
    erased: bool
    members: Sequence[tuple[str, date | None]] = field(default=())  # name, birth date; the head first
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    zip_code: str | None = None
    language: str | None = None
    enrolled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison. Values are lists of texts and days; ``label`` is a template."""

    label: str
    left: Sequence[str | date]
    right: Sequence[str | date]
    likeness: Likeness


def compare(left: Side, right: Side) -> list[Compared]:
    """Return the lines of the comparison in the order a person asks about them."""
    pairs: list[tuple[str, Sequence[str | date], Sequence[str | date]]] = [
        (_("Names"), _names(left), _names(right)),
        (_("Birth dates"), _births(left), _births(right)),
        (_("Address"), _one(left.address), _one(right.address)),
        (_("ZIP code"), _one(left.zip_code), _one(right.zip_code)),
        (_("Phone"), _one(left.phone), _one(right.phone)),
        (_("Email"), _one(left.email), _one(right.email)),
        (_("Language"), _one(left.language), _one(right.language)),
    ]
    return [Compared(label, ours, theirs, likeness(ours, theirs)) for label, ours, theirs in pairs]


def likeness(left: Sequence[str | date], right: Sequence[str | date]) -> Likeness:
    """Tell how two lists of values stand to each other; accents, case and order do not matter."""
    if not left and not right:
        return Likeness.UNKNOWN
    if not left or not right:
        return Likeness.ONE_SIDED
    return Likeness.SAME if _comparable(left) == _comparable(right) else Likeness.DIFFERENT


def _comparable(values: Sequence[str | date]) -> list[str]:
    return sorted(
        value.isoformat() if isinstance(value, date) else " ".join(sorted(fold(value).split())) for value in values
    )


def _names(side: Side) -> list[str | date]:
    return [name for name, _born in side.members if name]


def _births(side: Side) -> list[str | date]:
    return [born for _name, born in side.members if born is not None]


def _one(value: str | None) -> list[str | date]:
    return [value] if value else []

"""What a donor says on the public page, who takes it, and what a donor may see of what became of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...progress.rules.deliveries import DEVICE_KINDS
from ...progress.rules.publication import publishable
from .manifest import MOST_PUBLIC, TOO_MANY
from .states import State

DONOR_KINDS = {"person": _("A person"), "organization": _("A company or another organization")}
WAYS = {
    "drop_off": _("I bring the devices"),
    "pick_up": _("Please pick them up"),
    "call": _("Please call or write to me first"),
}
LONGEST_NAME, LONGEST_PLACE = 200, 300


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes devices: its name, where it is, whom to call (as written), and whether it picks devices up."""

    partner_id: int
    name: str
    address: str | None
    phone: str | None
    fetches: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """Who gives, the one way to reach them, and how the devices come. ``slot``: the code of the time they chose."""

    kind: str
    name: str
    contact: str | None
    way: str
    pick_up_at: str | None = None
    slot: str | None = None


def check_giver(giver: Giver, taker: Taker | None) -> None:
    """Raise Invalid with a sentence for every field that cannot be taken."""
    wrong = {}
    if taker is None:
        wrong["taker"] = _("Please choose who shall take the devices.")
    if giver.kind not in DONOR_KINDS:
        wrong["kind"] = _("Please choose one.")
    if not giver.name.strip() or len(giver.name) > LONGEST_NAME:
        wrong["name"] = _("Please write your name, or your company’s.")
    if not giver.contact:
        wrong["contact"] = _("Please write a phone number or an email address.")
    wrong |= _wrong_way(giver, taker)
    if wrong:
        raise Invalid(fields=wrong)


def _wrong_way(giver: Giver, taker: Taker | None) -> dict[str, str]:
    if giver.way not in WAYS:
        return {"way": _("Please choose how the devices come to us.")}
    if giver.way != "pick_up":
        return {}
    if taker is not None and not taker.fetches:
        return {"way": _("They cannot pick devices up. Choose another way, or somebody else to take them.")}
    if not (giver.pick_up_at or "").strip():
        return {"pick_up_at": _("Please write where we can pick the devices up.")}
    return {}


def check_counts(counts: Mapping[str, int], listed: int) -> None:
    """Raise Invalid unless there is a device at all, and not more than anybody may pledge at once."""
    if set(counts) - set(DEVICE_KINDS) or any(count < 0 for count in counts.values()):
        raise Invalid
    if sum(counts.values()) + listed > MOST_PUBLIC:
        raise Invalid(TOO_MANY[MOST_PUBLIC])
    if not listed and not any(counts.values()):
        raise Invalid(_("Please say what you give: how many of which kind, or a list."))


# what became of it


@dataclass(frozen=True, slots=True)
class Story:
    """A unit's states in the order in which it had them, each with when it began."""

    kind: str
    steps: Sequence[tuple[datetime, str]]
    counts_from: datetime | None = None  # months that end before it do not know the unit

    def state_at(self, end: datetime) -> str | None:
        """Return the unit's state at ``end``, None before it was there."""
        if self.counts_from is not None and end < self.counts_from:
            return None
        return next((state for at, state in reversed(self.steps) if at <= end), None)


FIT = frozenset({State.READY, State.RESERVED, State.HANDED_OVER})  # refurbished, and still fit for a home
_NOT_HERE = frozenset({None, State.PLEDGED})


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is shown. ``few``: from 1 to the settings' smallest number; ``value`` is then no more than 0."""

    value: int
    few: bool = False


@dataclass(slots=True)
class _Shown:
    """What was last shown of a kind."""

    fit: int = 0
    home: int = 0
    true: tuple[int, int, int] = field(default=(0, 0, 0))


@dataclass(frozen=True, slots=True)
class KindFigures:
    """How many devices of a kind came, are refurbished, and are in homes."""

    kind: str
    came: Figure
    fit: Figure
    home: Figure


def figures_of(stories: Iterable[Story], ends: Sequence[datetime], *, small: int) -> list[KindFigures]:
    """Return what may be shown at the last of ``ends``, the ends of all closed months, the first first.

    No figure from 1 to ``small`` is shown, and none can be worked out: neighboring months of a figure differ by
    nothing or by more than ``small`` (rules/publication.py), kinds have no sum, and no figure is shown as a rest.
    """
    units = list(stories)
    shown: dict[str, _Shown] = {kind: _Shown() for kind in DEVICE_KINDS if any(one.kind == kind for one in units)}
    for end in ends:
        counts = _counts(units, end)
        for kind, last in shown.items():
            last.true = came, fit, home = counts.get(kind, (0, 0, 0))
            last.home = publishable(home, last.home, small=small).value
            last.fit = publishable(fit, last.fit, small=small).value
    return list(_told(shown, small))


def _counts(units: Iterable[Story], end: datetime) -> dict[str, tuple[int, int, int]]:
    found: dict[str, tuple[int, int, int]] = {}
    for one in units:
        state = one.state_at(end)
        if state not in _NOT_HERE:
            came, fit, home = found.get(one.kind, (0, 0, 0))
            found[one.kind] = came + 1, fit + (state in FIT), home + (state == State.HANDED_OVER)
    return found


def _told(shown: Mapping[str, _Shown], small: int) -> Iterator[KindFigures]:
    for kind, last in shown.items():
        came, fit, home = last.true
        if came:
            yield KindFigures(
                kind,
                Figure(0, few=True) if came <= small else Figure(came),
                # what is in a home is refurbished, also where that figure was not shown anew
                _figure(max(last.fit, last.home), fit),
                _figure(last.home, home),
            )


def _figure(value: int, true: int) -> Figure:
    return Figure(value, few=value == 0 and true > 0)

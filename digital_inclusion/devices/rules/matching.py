"""Which unit suits which household: what people need against what is known of a unit. Pure.

Hard conditions are no matter of taste: ready, clean, grade F4 or better, in the same house, of the kind asked for. The
query that reads candidates holds them. Wishes are weighed here: what a unit has counts most, what nobody has looked at
less, what it surely lacks nothing, so that the unknown never beats what is known to be good. Of equals the one goes
first that stands longest in stock. Thresholds: what refurbishers commonly ask of a donated computer, 8 GB of memory and
a battery that holds 80 percent.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import product
from typing import Protocol, TypeVar

from ...foundation.kernel.messages import _

ENOUGH_MEMORY = 7_500  # MB: 8 GB, of which the graphics may take a share
GOOD_BATTERY = 80  # percent of what it held when new


class Trait(StrEnum):
    """Something of a unit that a need asks for."""

    CAMERA = "camera"
    MEMORY = "memory"
    BATTERY = "battery"
    KEYBOARD = "keyboard"


TRAITS = {
    Trait.CAMERA: _("a working camera and microphone"),
    Trait.MEMORY: _("8 GB of memory"),
    Trait.BATTERY: _("a good battery"),
    Trait.KEYBOARD: _("a keyboard in their language"),
}
LACKS, UNKNOWN, HAS = 0, 1, 2  # what is known of a trait
_WORTH = {LACKS: 0, UNKNOWN: 2, HAS: 3}  # two unknown ones are worth more than one that is there and one that is not
_CLASSED = (Trait.CAMERA, Trait.MEMORY, Trait.BATTERY)  # kept with the unit as one number, see fits_of
_ASKED_BY: dict[str, tuple[Trait, ...]] = {
    "screen_reader": (Trait.MEMORY,),
    "video_classes": (Trait.CAMERA, Trait.MEMORY),
    "keyboard": (Trait.KEYBOARD,),
    "battery": (Trait.BATTERY,),
    "school": (Trait.CAMERA, Trait.BATTERY),
}
_SAID: dict[Trait, dict[int, str]] = {
    Trait.CAMERA: {
        HAS: _("Camera and microphone work"),
        UNKNOWN: _("Camera and microphone: nobody has looked"),
        LACKS: _("Camera or microphone does not work"),
    },
    Trait.MEMORY: {
        HAS: _("%(value)s GB of memory, enough for video"),
        UNKNOWN: _("Memory: nobody has looked"),
        LACKS: _("%(value)s GB of memory, little for video or a screen reader"),
    },
    Trait.BATTERY: {
        HAS: _("Battery holds %(value)s%%"),
        UNKNOWN: _("Battery: nobody has looked"),
        LACKS: _("Battery holds only %(value)s%%"),
    },
    Trait.KEYBOARD: {
        HAS: _("Keyboard in their language"),
        UNKNOWN: _("Keyboard: nobody has looked"),
        LACKS: _("Keyboard in another language"),
    },
}


class Specified(Protocol):
    """What is known of a unit."""

    has_camera: bool | None
    memory_mb: int | None
    battery_percent: int | None
    keyboard: str | None


class Standing(Specified, Protocol):
    """A unit in stock: what is known of it, and since when it stands there."""

    id: int
    ready_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a household needs of a unit: traits, and the language of the keyboard where that is one of them."""

    traits: frozenset[Trait]
    keyboard: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a unit, against it, or that nobody knows. ``sentence`` takes ``value``."""

    trait: Trait
    mark: int
    sentence: str
    value: int | None = None


def wishes_of(needs: Collection[str], keyboard: str | None) -> Wishes:
    """Return what the needs ask of a unit."""
    return Wishes(frozenset(trait for need in needs for trait in _ASKED_BY[need]), keyboard)


def mark_of(unit: Specified, trait: Trait, keyboard: str | None) -> int:
    """Return what is known of the trait: HAS, UNKNOWN or LACKS."""
    if trait is Trait.KEYBOARD:
        return _mark(unit.keyboard, unit.keyboard == keyboard)
    if trait is Trait.CAMERA:
        return _mark(unit.has_camera, bool(unit.has_camera))
    if trait is Trait.MEMORY:
        return _mark(unit.memory_mb, (unit.memory_mb or 0) >= ENOUGH_MEMORY)
    return _mark(unit.battery_percent, (unit.battery_percent or 0) >= GOOD_BATTERY)


def _mark(known: object, is_good: bool) -> int:
    return UNKNOWN if known is None else HAS if is_good else LACKS


def _as_number(marks: Iterable[int]) -> int:
    number = 0
    for mark in marks:
        number = number * 3 + mark
    return number


NOTHING_KNOWN = _as_number(UNKNOWN for _trait in _CLASSED)


def fits_of(unit: Specified) -> int:
    """Return the class of a unit: what is known of camera, memory and battery, one digit to the base of three each."""
    return _as_number(mark_of(unit, trait, None) for trait in _CLASSED)


def score_of(unit: Specified, wishes: Wishes) -> int:
    """Return how well the unit meets the wishes: more is better."""
    return sum(_WORTH[mark_of(unit, trait, wishes.keyboard)] for trait in wishes.traits)


def meets(unit: Specified, wishes: Wishes) -> bool:
    """Tell whether nothing that is wished is known to be missing."""
    return all(mark_of(unit, trait, wishes.keyboard) != LACKS for trait in wishes.traits)


def reasons_of(unit: Specified, wishes: Wishes) -> list[Reason]:
    """Return what speaks for the unit and against it, the good first."""
    found = []
    for trait in Trait:
        if trait in wishes.traits:
            mark = mark_of(unit, trait, wishes.keyboard)
            found.append(Reason(trait, mark, _SAID[trait][mark], _value(unit, trait)))
    return sorted(found, key=lambda reason: -reason.mark)


def _value(unit: Specified, trait: Trait) -> int | None:
    if trait is Trait.MEMORY:
        return None if unit.memory_mb is None else round(unit.memory_mb / 1024)
    return unit.battery_percent if trait is Trait.BATTERY else None


Unit = TypeVar("Unit", bound=Standing)
NEVER = datetime.max.replace(tzinfo=UTC)  # after every other one: nobody knows since when it stands there


def ranked(units: Iterable[Unit], wishes: Wishes) -> list[Unit]:
    """Return the units, the best first; of equals the one longest in stock, then by id. Their order does not matter."""
    return sorted(units, key=lambda unit: (-score_of(unit, wishes), unit.ready_at or NEVER, unit.id))


@dataclass(frozen=True, slots=True)
class UnitClass:
    """Units that meet the wishes alike: their number of ``fits_of``, and how their keyboard stands to the one wished
    (None: it does not matter)."""

    fits: int
    keyboard: int | None


def levels(wishes: Wishes) -> Iterator[Sequence[UnitClass]]:
    """Yield the classes of units by how well they meet the wishes, the best first; those of one level are equals."""
    found: dict[int, list[UnitClass]] = {}
    marks = (HAS, UNKNOWN, LACKS)
    for keyboard in marks if Trait.KEYBOARD in wishes.traits else (None,):
        for known in product(marks, repeat=len(_CLASSED)):
            worth = sum(_WORTH[mark] for trait, mark in zip(_CLASSED, known, strict=True) if trait in wishes.traits)
            worth += 0 if keyboard is None else _WORTH[keyboard]
            found.setdefault(worth, []).append(UnitClass(_as_number(known), keyboard))
    for worth in sorted(found, reverse=True):
        yield found[worth]


Asking = TypeVar("Asking")


def in_line(
    asked: Sequence[tuple[Asking, Wishes]], units: Sequence[Unit]
) -> list[tuple[Asking, Unit | None, list[Trait]]]:
    """Return for each who asks, in line, the unit that is proposed; each unit once.

    Who is passed by gets None and the traits that no unit left has; nothing left at all: None and no traits.
    """
    left, found = list(units), list[tuple[Asking, Unit | None, list[Trait]]]()
    for one, wishes in asked:
        fitting = ranked((unit for unit in left if meets(unit, wishes)), wishes)
        if fitting:
            left.remove(fitting[0])
            found.append((one, fitting[0], []))
        else:
            found.append((one, None, _missing(left, wishes)))
    return found


def _missing(units: Sequence[Specified], wishes: Wishes) -> list[Trait]:
    """Return the wished traits that each of the units lacks; where each has some of them, all that are wished."""
    if not units:
        return []
    wished = [trait for trait in Trait if trait in wishes.traits]
    nowhere = [trait for trait in wished if all(mark_of(unit, trait, wishes.keyboard) == LACKS for unit in units)]
    return nowhere or wished

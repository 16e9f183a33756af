"""What a Workbench snapshot says of the computer itself: processor, memory, storage, screen, battery. Pure.

Workbench 11: a memory module's size is in megabytes, a display's in inches, a battery's is what it held when new,
and its MeasureBattery action says what it holds today, both in mAh.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from .erasures import SeenMedium, words
from .specs import MOST_GB, MOST_MB

Found = dict[str, str | int]


def specs_in(components: Iterable[Mapping[str, Any]], media: Iterable[SeenMedium]) -> Found:
    """Return what the snapshot's components say, under the names of the unit's columns; what it lacks is left out."""
    parts = list(components)
    found: dict[str, str | int | None] = {
        "processor": next((_model(one) for one in _of(parts, "Processor")), None),
        "memory_mb": _within(sum(_number(one.get("size")) for one in _of(parts, "RamModule")), MOST_MB),
        "storage_gb": _within(round(sum(medium.size_mb or 0 for medium in media) / 1000), MOST_GB),
        "screen_tenths": _screen(parts),
        "battery_percent": _battery(parts),
    }
    return {name: value for name, value in found.items() if value is not None}


def _of(parts: Iterable[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    return [one for one in parts if one.get("type") == kind]


def _model(part: Mapping[str, Any]) -> str | None:
    model = part.get("model")
    return words(model, 120) if isinstance(model, str) else None


def _number(value: object) -> int:
    """Return a whole number, 0 for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return 0
    try:
        number = float(value)
    except ValueError:
        return 0
    return round(number) if 0 < number < 10**9 else 0


def _within(number: int, most: int) -> int | None:
    return number if 0 < number <= most else None


def _screen(parts: Iterable[Mapping[str, Any]]) -> int | None:
    """Return the diagonal of the one display in tenths of an inch; None where there are several, or none."""
    sizes = [one.get("size") for one in _of(parts, "Display")]
    if len(sizes) != 1 or not isinstance(sizes[0], str | int | float):
        return None
    try:
        tenths = round(float(sizes[0]) * 10)
    except (ValueError, OverflowError):
        return None
    return tenths if 20 <= tenths <= 1000 else None


def _battery(parts: Iterable[Mapping[str, Any]]) -> int | None:
    """Return what full charges hold today of what they held when new, in percent; all batteries together."""
    new = now = 0
    for battery in _of(parts, "Battery"):
        actions = battery.get("actions")
        measured = [
            one for one in (actions if isinstance(actions, list) else []) if isinstance(one, dict)
            and one.get("type") == "MeasureBattery" and _number(one.get("size"))
        ]  # fmt: skip
        if measured and _number(battery.get("size")):
            new, now = new + _number(battery.get("size")), now + _number(measured[-1].get("size"))
    return min(100, round(100 * now / new)) if new else None

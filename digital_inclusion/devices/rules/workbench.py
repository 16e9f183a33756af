"""Read what eReuse Workbench wrote: a snapshot of a computer with its media and erasures, or erasures alone. Pure.

Workbench 11: EraseBasic writes over and does not look again, EraseSectors writes over and reads back each sector,
EraseCrypto changes the key. A severity of Error in the erasure or in any of its steps is a failure.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from .erasures import Erasure, Report, SeenMedium, serial_in, words
from .snapshots import specs_in

TOOL = "eReuse Workbench"
MEDIA_TYPES = {"HardDrive": "hdd", "SolidStateDrive": "ssd", "DataStorage": "other"}  # the last says only: a medium
_TECHNIQUES = {"EraseBasic": "overwrite", "EraseSectors": "overwrite", "EraseCrypto": "crypto_erase"}
_PHYSICAL = {"Shred": "shred", "Disintegration": "disintegrate"}
_GOOD, _BAD = {"Info", "Notice"}, {"Warning", "Error"}
_MOST = 200  # components, or erasures of one
NOTHING = _("This file names no components and no erasures of Workbench 11. Please export the snapshot as JSON.")
NO_SERIAL = _("The file has no serial number for this medium. List it by hand.")
UNKNOWN = _("We do not know the erasure “%(kind)s”. Type it in by hand.")
NO_RESULT = _("The file does not say whether this erasure worked.")
NO_TIME = _("The file does not say when this erasure ended.")


def read_workbench(tree: Any) -> Report:
    """Return what a snapshot or a list of erasures says; raise Invalid for anything else."""
    report = Report("workbench")
    if isinstance(tree, dict) and isinstance(tree.get("components"), list):
        _take_snapshot(report, tree)
    else:
        found = [one for one in (tree if isinstance(tree, list) else [tree]) if _is_erasure(one)]
        if not found:
            raise Invalid(NOTHING)
        for action in found[:_MOST]:
            medium = action.get("device")
            _take(report, action, medium if isinstance(medium, dict) else {}, version=None)
    return report


def _take_snapshot(report: Report, tree: dict[str, Any]) -> None:
    device = tree.get("device")
    report.unit_serial = serial_in(_text(device, "serialNumber"))
    seen: dict[str, SeenMedium] = {}
    for component in _dicts(tree["components"]):
        kind = MEDIA_TYPES.get(_text(component, "type") or "")
        if kind is None:
            continue
        medium = SeenMedium(
            kind=kind,
            maker=words(_text(component, "manufacturer"), 80),
            model=words(_text(component, "model"), 120),
            serial=serial_in(_text(component, "serialNumber")),
            size_mb=_size(_text(component, "size")),
        )
        place = medium.serial or f"?{len(seen)}"
        if place not in seen or seen[place].kind == "other":  # the same one twice: what says more of it
            seen[place] = medium
        for action in _dicts(component.get("actions")):
            if _is_erasure(action):
                _take(report, action, component, version=words(_text(tree, "version"), 40))
    report.media = list(seen.values())
    report.specs = specs_in(_dicts(tree["components"]), report.media)


def _take(report: Report, action: dict[str, Any], medium: dict[str, Any], *, version: str | None) -> None:
    serial = serial_in(_text(medium, "serialNumber"))
    try:
        report.erasures.append(_erasure(action, serial, version))
    except Invalid as error:
        report.flaws.append((serial or words(_text(medium, "model"), 80) or _text(medium, "type") or "?", error))


def _erasure(action: dict[str, Any], serial: str | None, version: str | None) -> Erasure:
    kind = _text(action, "type") or ""
    technique = _TECHNIQUES.get(kind)
    if kind == "ErasePhysical":
        technique = _PHYSICAL.get(_text(action, "method") or "")
    said = [_text(action, "severity"), *(_text(step, "severity") for step in _dicts(action.get("steps")))]
    at = _time(_text(action, "endTime"))
    if serial is None:
        raise Invalid(NO_SERIAL)
    if technique is None:
        raise Invalid(UNKNOWN, kind=words(kind, 40) or "?")
    if said[0] not in _GOOD | _BAD:
        raise Invalid(NO_RESULT)
    if at is None:
        raise Invalid(NO_TIME)
    succeeded = all(word in _GOOD for word in said)
    return Erasure(
        serial=serial,
        technique=technique,
        tool=f"{TOOL}, {kind}",
        tool_version=version,
        at=at,
        succeeded=succeeded,
        checked=succeeded and kind == "EraseSectors",
    )


def _is_erasure(thing: Any) -> bool:
    return isinstance(thing, dict) and (_text(thing, "type") or "").startswith("Erase")


def _dicts(things: Any) -> Iterator[dict[str, Any]]:
    if isinstance(things, list):
        yield from (one for one in things[:_MOST] if isinstance(one, dict))


def _text(thing: Any, name: str) -> str | None:
    value = thing.get(name) if isinstance(thing, dict) else None
    return value if isinstance(value, str) else None


def _size(text: str | None) -> int | None:
    """Return whole megabytes; None for what is no size."""
    whole = (text or "").partition(".")[0]
    return int(whole) if whole.isascii() and whole.isdigit() and 0 < len(whole) < 10 else None


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text and len(text) < 40 else None
    except ValueError:
        return None

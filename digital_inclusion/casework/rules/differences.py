"""What somebody typed beside what somebody else saved meanwhile. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...foundation.kernel.messages import _

LABELS = {
    "phone": _("Phone"),
    "email": _("Email"),
    "safe_contact": _("Safe way of contact"),
    "contact_note": _("Note on contact"),
    "language": _("Language"),
    "needs": _("Needs"),
    "populations": _("Groups"),
    "head": _("Head"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what stands on record now, and what was typed. Empty text: nothing."""

    label: str
    place: int | None  # of the person, counted from 1; None: about the household
    stands: str
    typed: str


def differences(stands: Mapping[str, Any], typed: Mapping[str, Any]) -> list[Difference]:
    """Return every field in which the record and the typed form differ, household first, then person by person."""
    found = [
        Difference(label, None, _text(stands.get(name)), _text(typed.get(name)))
        for name, label in LABELS.items()
        if _text(stands.get(name)) != _text(typed.get(name))
    ]
    ours = {one["number"]: one for one in typed.get("members", ()) if one["number"]}
    for place, one in enumerate((one for one in stands.get("members", ()) if one["number"]), start=1):
        other = ours.get(one["number"], {})
        for name, label in (("name", _("Name")), ("birth_date", _("Birth date")), ("left_on", _("Left on"))):
            if _text(one.get(name)) != _text(other.get(name)):
                found.append(Difference(label, place, _text(one.get(name)), _text(other.get(name))))
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(sorted(map(str, value))) if isinstance(value, list | tuple) else str(value)

"""What somebody typed beside what somebody else saved meanwhile. Pure."""

from collections.abc import Iterator, Mapping
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
_OF_PEOPLE = {"name": _("Name"), "birth_date": _("Birth date"), "left_on": _("Left on")}
_OF_HOMES = {
    "home": _("Where do they live?"),
    "line": _("Street address"),
    "unit": _("Apartment or unit"),
    "city": _("City"),
    "zip_code": _("ZIP code"),
    "district": _("Council district"),
    "description": _("Where can we find them?"),
    "in_city": _("Do they stay in the city?"),
    "from_on": _("They live there since"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what stands on record now, and what was typed. Empty text: nothing."""

    label: str
    place: int | None  # of the person, counted from 1; None: about the household
    stands: str
    typed: str


def differences(
    stands: Mapping[str, Any], typed: Mapping[str, Any], words: Mapping[str, Mapping[str, str]] | None = None
) -> list[Difference]:
    """Return every field in which the record and the typed form differ, household first, then person by person.

    ``words``: what the codes of a field are called. The head is told by name.
    """
    called = {**(words or {}), "head": _names(stands) | _names(typed)}
    found = list(_fields(LABELS, stands, typed, called))
    ours = {one["number"]: one for one in typed.get("members", ()) if one["number"]}
    for place, one in enumerate((one for one in stands.get("members", ()) if one["number"]), start=1):
        other = ours.get(one["number"], {})
        found += [Difference(of.label, place, of.stands, of.typed) for of in _fields(_OF_PEOPLE, one, other, {})]
    return found


def home_differences(
    stands: Mapping[str, Any], typed: Mapping[str, Any], words: Mapping[str, Mapping[str, str]]
) -> list[Difference]:
    """Return every field in which the address on record and the typed one differ."""
    return list(_fields(_OF_HOMES, stands, typed, words))


def _fields(
    labels: Mapping[str, str],
    stands: Mapping[str, Any],
    typed: Mapping[str, Any],
    words: Mapping[str, Mapping[str, str]],
) -> Iterator[Difference]:
    for name, label in labels.items():
        now, ours = (_text(values.get(name), words.get(name, {})) for values in (stands, typed))
        if now != ours:
            yield Difference(label, None, now, ours)


def _names(values: Mapping[str, Any]) -> dict[str, str]:
    return {one["number"]: one["name"] for one in values.get("members", ()) if one["number"] and one.get("name")}


def _text(value: Any, words: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(sorted(words.get(str(one), str(one)) for one in value))
    return words.get(str(value), str(value))

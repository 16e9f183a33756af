"""The fields a column of a file can mean. Pure.

Numbered groups (``device_1_kind`` … ``device_9_kind``) let one row carry a household's whole history. The person of
a row is the head, unless the file has one row per member (``household_ref`` with ``relationship`` or ``is_head``).
"""

from dataclasses import dataclass

MOST_MEMBERS = 8
MOST_DELIVERIES = 9
# The eight covered populations of the Digital Equity Act, 47 U.S.C. 1721(8); codes as in households.rules.
POPULATIONS = (
    "low_income", "aging", "incarcerated", "veteran", "disability", "language_barrier", "minority", "rural",
)  # fmt: skip
DECLINED = "declined"
NEEDS = ("device", "connection", "skills")


@dataclass(frozen=True, slots=True)
class Field:
    """A target field: its key, how its cells are read, and its number in a repeated group."""

    key: str
    kind: str
    group: str = ""  # "member", "device", "line", "training"
    number: int = 0


_SINGLE = {
    "reference": "reference",
    "household_ref": "reference",
    "relationship": "relationship",
    "is_head": "yesno",
    "head_name": "name",
    "head_first_name": "name",
    "head_middle_name": "name",
    "head_last_name": "name",
    "head_birth_on": "birth",
    "address_line": "address",
    "house_number": "address",
    "street": "address",
    "unit": "text",
    "city": "text",
    "zip_code": "zip",
    "district": "district",
    "no_fixed_address": "no_fixed",
    "phone": "phone",
    "phone_2": "phone",
    "email": "email",
    "safe_contact": "safe_contact",
    "contact_note": "text",
    "language": "language",
    "enrolled_on": "date",
    "consent_given": "yesno",
    "consent_on": "date",
    "consent_way": "consent_way",
    "needs": "needs",
    "populations": "populations",
    **{f"need_{need}": "yesno" for need in NEEDS},
    **{f"population_{population}": "yesno" for population in POPULATIONS},
}
_EVIDENCE = {
    "evidence_type": "evidence",
    "evidence_reference": "text",
    "evidence_seen_by": "text",
    "evidence_seen_on": "date",
}
_GROUPS: dict[str, tuple[range, dict[str, str]]] = {
    "member": (
        range(2, MOST_MEMBERS + 1),
        {
            "name": "name",
            "first_name": "name",
            "last_name": "name",
            "birth_on": "birth",
            "relationship": "relationship",
        },
    ),
    "device": (
        range(1, MOST_DELIVERIES + 1),
        {"kind": "device_kind", "source": "source", "unit": "serial", "on": "date", "ended_on": "date", **_EVIDENCE},
    ),
    "line": (
        range(1, MOST_DELIVERIES + 1),
        {
            "provider": "text",
            "plan": "text",
            "speed": "speed_pair",
            "down": "speed",
            "up": "speed",
            "price": "money",
            "on": "date",
            "ended_on": "date",
            **_EVIDENCE,
        },
    ),
    "training": (
        range(1, MOST_DELIVERIES + 1),
        {
            "topic": "text",
            "hours": "hours",
            "on": "date",
            "member": "name",
            "assessment": "text",
            "passed": "yesno",
            **_EVIDENCE,
        },
    ),
}


def _all_fields() -> dict[str, Field]:
    fields = {key: Field(key, kind) for key, kind in _SINGLE.items()}
    for group, (numbers, parts) in _GROUPS.items():
        for number in numbers:
            for part, kind in parts.items():
                key = f"{group}_{number}_{part}"
                fields[key] = Field(key, kind, group, number)
    return fields


FIELDS = _all_fields()
DATE_KINDS = frozenset(("date", "birth"))
DELIVERY_GROUPS = ("device", "line", "training")

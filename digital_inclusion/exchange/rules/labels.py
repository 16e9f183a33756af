"""What fields are called for people: on the page that matches columns, in messages, in the template. Pure."""

from ...foundation.kernel.messages import _
from ...households.rules import POPULATIONS
from .fields import FIELDS

_SINGLE = {
    "reference": _("Your own number"),
    "household_ref": _("Household number, one row per member"),
    "relationship": _("Relationship to the head"),
    "is_head": _("Is the head of household"),
    "head_name": _("Full name"),
    "head_first_name": _("First name"),
    "head_middle_name": _("Middle name"),
    "head_last_name": _("Last name"),
    "head_birth_on": _("Birth date"),
    "address_line": _("Street address"),
    "house_number": _("House number"),
    "street": _("Street"),
    "unit": _("Apartment or unit"),
    "city": _("City"),
    "zip_code": _("ZIP code"),
    "district": _("Council district"),
    "no_fixed_address": _("No fixed address"),
    "phone": _("Phone"),
    "phone_2": _("Second phone"),
    "email": _("Email"),
    "safe_contact": _("Safe way of contact"),
    "contact_note": _("Note on contact"),
    "language": _("Language"),
    "enrolled_on": _("Day of enrollment"),
    "consent_given": _("Consent given (yes or no)"),
    "consent_on": _("Day of consent"),
    "consent_way": _("How consent was given"),
    "needs": _("Needs"),
    "need_device": _("Needs a device"),
    "need_connection": _("Needs internet at home"),
    "need_skills": _("Needs training"),
    "populations": _("Covered populations"),
}
_NUMBERED = {
    "member": {
        "name": _("Member %(number)s: full name"),
        "first_name": _("Member %(number)s: first name"),
        "last_name": _("Member %(number)s: last name"),
        "birth_on": _("Member %(number)s: birth date"),
        "relationship": _("Member %(number)s: relationship"),
    },
    "device": {
        "kind": _("Device %(number)s: kind"),
        "source": _("Device %(number)s: donated or new"),
        "unit": _("Device %(number)s: serial or asset tag"),
        "on": _("Device %(number)s: day handed over"),
        "ended_on": _("Device %(number)s: day it came back"),
        "evidence_type": _("Device %(number)s: evidence kind"),
        "evidence_reference": _("Device %(number)s: evidence number"),
        "evidence_seen_by": _("Device %(number)s: evidence seen by"),
        "evidence_seen_on": _("Device %(number)s: evidence seen on"),
    },
    "line": {
        "provider": _("Internet %(number)s: provider"),
        "plan": _("Internet %(number)s: plan"),
        "speed": _("Internet %(number)s: speed down/up"),
        "down": _("Internet %(number)s: speed down"),
        "up": _("Internet %(number)s: speed up"),
        "price": _("Internet %(number)s: price a month"),
        "on": _("Internet %(number)s: day activated"),
        "ended_on": _("Internet %(number)s: day it ended"),
        "evidence_type": _("Internet %(number)s: evidence kind"),
        "evidence_reference": _("Internet %(number)s: evidence number"),
        "evidence_seen_by": _("Internet %(number)s: evidence seen by"),
        "evidence_seen_on": _("Internet %(number)s: evidence seen on"),
    },
    "training": {
        "topic": _("Training %(number)s: topic"),
        "hours": _("Training %(number)s: hours"),
        "on": _("Training %(number)s: day"),
        "member": _("Training %(number)s: who took part"),
        "assessment": _("Training %(number)s: assessment"),
        "passed": _("Training %(number)s: assessment passed"),
        "evidence_type": _("Training %(number)s: evidence kind"),
        "evidence_reference": _("Training %(number)s: evidence number"),
        "evidence_seen_by": _("Training %(number)s: evidence seen by"),
        "evidence_seen_on": _("Training %(number)s: evidence seen on"),
    },
}
_POPULATION = "population_"
# The groups of the list of fields: label, first field's group in FIELDS ("" for what is told once), most numbers shown.
GROUPS = (
    ("", _("Household")),
    ("member", _("Members")),
    ("device", _("Devices")),
    ("line", _("Internet")),
    ("training", _("Training")),
)


def template_of(field: str) -> tuple[str, dict[str, object]]:
    """Return the sentence to translate and its parameters."""
    known = FIELDS[field]
    if known.group:
        part = field.removeprefix(f"{known.group}_{known.number}_")
        return _NUMBERED[known.group][part], {"number": known.number}
    if field.startswith(_POPULATION):
        return POPULATIONS[field.removeprefix(_POPULATION)], {}
    return _SINGLE[field], {}


def label_of(field: str) -> str:
    """Return what the field is called, in the language of the code."""
    sentence, params = template_of(field)
    return sentence % params if params else sentence


def fields_of(group: str, *, most: int) -> list[str]:
    """Return the fields of a group in the order people look for them, up to number ``most``."""
    return [key for key, field in FIELDS.items() if field.group == group and field.number <= most]

"""From what was typed to a new household, and from what is wrong with it back to the fields."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from wtforms import Field

from ...foundation.kernel import clock
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import Problem
from ...foundation.kernel.text import clean
from ...foundation.normalize import normalize_address, normalize_email, normalize_phone
from ...progress.rules.deliveries import Evidence, NewDelivery
from ...progress.rules.facts import Item, Kind
from ..rules.enrollment import NewAddress, NewConsent, NewHousehold, NewMember, check_household
from ..rules.likeness import Typed
from .enrollment import EnrollForm

_FIELDS = {
    "given_on": "enrolled_on",
    "purposes": "consent_purposes",
    "way": "consent_way",
    "grant": "grant_id",
}
_THING_FIELDS = {
    Item.DEVICE: {"device_kind": "has_device", "evidence_type": "has_device_proof"},
    Item.LINE: {"speed": "has_line_down", "evidence_type": "has_line_proof"},
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, as a new household, and everything about it that cannot be accepted."""

    household: NewHousehold
    problems: list[Problem]


def read_household(form: EnrollForm, *, text_version: str) -> Reading:
    """Return the typed household. The first person is the head; persons without a word are left out."""
    day = form.enrolled_on.data or clock.today()  # without a day the field itself says so
    phone, email = form.phone.data, form.email.data
    household = NewHousehold(
        members=[NewMember(clean(one.name.data or ""), one.birth_date.data, at == 0) for at, one in form.people()],
        enrolled_on=day,
        address=_address(form),
        reference=form.reference.data,
        phone=phone,
        phone_e164=normalize_phone(phone) if phone else None,
        email=normalize_email(email) if email else None,
        safe_contact=form.safe_contact.data or None,
        contact_note=form.contact_note.data,
        language=form.language.data or None,
        needs_device="device" in (form.needs.data or ()),
        needs_connection="line" in (form.needs.data or ()),
        needs_skills="training" in (form.needs.data or ()),
        populations=form.populations.data or None,
        consent=NewConsent(
            purposes=form.consent_purposes.data or [],
            text_version=text_version,
            language=form.consent_language.data,
            way=form.consent_way.data or "",
            given_on=day,
        ),
        grant_id=int(form.grant_id.data) if form.grant_id.data else None,
        deliveries=_owned(form, day),
        told={name: value for name, value in form.told().items() if value is not None},
    )
    problems = [*_contact_problems(household, email), *_line_problems(form)]
    return Reading(household, problems + check_household(household, clock.today()))


def typed_so_far(form: EnrollForm) -> Typed:
    """Return what can be compared before the form is finished."""
    head = form.members.entries[0].form
    phone, line = form.phone.data, form.line.data
    return Typed(
        clean(head.name.data or ""),
        head.birth_date.data,
        normalize_phone(phone) if phone else None,
        normalize_address(line, form.unit.data or "") if line else None,
    )


def _address(form: EnrollForm) -> NewAddress:
    if form.home.data == "no_fixed":
        in_city = {"yes": True, "no": False}.get(form.in_city.data or "")
        return NewAddress(fixed=False, description=form.description.data, in_city=in_city)
    return NewAddress(
        line=form.line.data,
        unit=form.unit.data,
        city=form.city.data,
        zip_code=form.zip_code.data,
        district=form.district.data or None,
    )


def _owned(form: EnrollForm, day: date) -> list[NewDelivery]:
    owned = []
    if form.has_device.data:
        owned.append(
            NewDelivery(
                kind=Kind.ALREADY_HAD,
                item=Item.DEVICE,
                occurred_on=day,
                device_kind=form.has_device.data,
                evidence=_evidence(form.has_device_proof.data, day),
            )
        )
    if form.has_line.data and form.has_line_down.data and form.has_line_up.data:
        owned.append(
            NewDelivery(
                kind=Kind.ALREADY_HAD,
                item=Item.LINE,
                occurred_on=day,
                provider=form.has_line_provider.data,
                down_kbps=_kbps(form.has_line_down.data),
                up_kbps=_kbps(form.has_line_up.data),
                evidence=_evidence(form.has_line_proof.data, day),
            )
        )
    return owned


def _kbps(mbps: Decimal) -> int:
    return round(mbps * 1000)


def _evidence(kind: str | None, day: date) -> Evidence | None:
    return Evidence(type=kind, seen_on=day) if kind else None


def _contact_problems(household: NewHousehold, email: str | None) -> Iterable[Problem]:
    if household.phone and household.phone_e164 is None:
        yield Problem("phone", "phone_shape", _("This is not a phone number. Write it with the area code."))
    if email and household.email is None:
        yield Problem("email", "email_shape", _("This is not an email address. It looks like name@example.org."))
    if household.safe_contact in ("phone", "text") and not household.phone:
        yield Problem("phone", "phone_needed", _("Write the phone number they may be reached at."))
    if household.safe_contact == "email" and not email:
        yield Problem("email", "email_needed", _("Write the email address they may be reached at."))


def _line_problems(form: EnrollForm) -> Iterable[Problem]:
    if form.has_line.data and not (form.has_line_down.data and form.has_line_up.data):
        yield Problem("has_line_down", "speed_missing", _("Write the speeds, or leave the internet out for now."))


def show_problems(form: EnrollForm, problems: Iterable[Problem], deliveries: Sequence[NewDelivery]) -> None:
    """Put each problem beside the field it is about; what fits nowhere goes on top."""
    for problem in problems:
        sentence = gettext(problem.message, **problem.params) if problem.params else gettext(problem.message)
        field = _field_of(form, problem.field, deliveries)
        if field is None:
            form.general_error = sentence
        elif sentence not in field.errors:
            field.errors = [*field.errors, sentence]


def _field_of(form: EnrollForm, path: str, deliveries: Sequence[NewDelivery]) -> Field | None:
    first, *rest = path.split(".")
    if first == "members" and len(rest) == 2:
        person: Mapping[str, Any] = form.people()[int(rest[0])][1]
        return person[rest[1]]
    if first == "deliveries" and len(rest) == 2:
        names = _THING_FIELDS[deliveries[int(rest[0])].item]
        return form[names.get(rest[1], next(iter(names.values())))]
    return form._fields.get(_FIELDS.get(first, first))

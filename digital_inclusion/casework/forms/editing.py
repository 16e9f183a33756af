"""What people type when they edit a household."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Length, Optional

from ...foundation.kernel.text import clean
from ...foundation.normalize import normalize_email, normalize_phone
from ...foundation.web.fields import DayField, RememberedDate
from ...foundation.web.forms import Form
from ...households.rules import DECLINED, LANGUAGES, POPULATIONS, SAFE_CONTACTS
from ..rules.editing import EditedHousehold, EditedMember
from .choices import NEEDS, translated
from .enrollment import Checkboxes

_ASKED = {"yes": True, "no": False}


class PersonForm(PlainForm):
    """A person of the household; ``number`` is empty for a new one."""

    number = HiddenField()
    name = StringField(_l("Name"), validators=[Length(max=200)])
    birth_date = RememberedDate(_l("Birth date"), description=_l("Leave empty when it is not known."))
    left_on = DayField(_l("Left the household on"), validators=[Optional()])


class EditForm(Form):
    """Names, birth dates, contact, languages and needs."""

    version = HiddenField()
    members = FieldList(FormField(PersonForm))
    head = RadioField(_l("Who is the head?"))
    phone = StringField(_l("Phone"), validators=[Length(max=40)])
    email = StringField(_l("Email"), validators=[Length(max=254)])
    safe_contact = SelectField(_l("Which way of contact is safe?"), validators=[Optional()])
    contact_note = StringField(_l("Anything to know when you contact them?"), validators=[Length(max=300)])
    language = SelectField(_l("Language they like to speak with us"), validators=[Optional()])
    needs = Checkboxes(_l("What do they need?"))
    populations = Checkboxes(_l("Do any of these fit someone in the household?"))

    def offer(self) -> "EditForm":
        """Set what may be chosen."""
        none = ("", gettext("Not recorded"))
        self.safe_contact.choices = [none, *translated(SAFE_CONTACTS.items())]
        self.language.choices = [none, *translated(LANGUAGES.items())]
        self.needs.choices = translated(NEEDS.items())
        self.populations.choices = [*translated(POPULATIONS.items()), (DECLINED, gettext("They prefer not to say"))]
        self.head.choices = [
            (entry.form.number.data, entry.form.name.data or gettext("No name"))
            for entry in self.members.entries
            if entry.form.number.data
        ]
        return self

    def words(self) -> dict[str, dict[str, str]]:
        """Return what the codes of its fields are called."""
        return {name: dict(self[name].choices) for name in ("safe_contact", "language", "needs", "populations")}

    def take_in(self, household: Any) -> None:
        """Stand on the household as somebody else has saved it: its version, and the people added meanwhile."""
        stands = values_of(household)
        self.version.data = stands["version"]
        known = {entry.form.number.data for entry in self.members.entries}
        for one in stands["members"]:
            if one["number"] and one["number"] not in known:
                self.members.append_entry(one)
        self.offer()

    def edited(self) -> EditedHousehold:
        """Return what was typed; a new person without a name is left out."""
        needs = set(self.needs.data or ())
        return EditedHousehold(
            members=[self._person(entry.form) for entry in self.members.entries if _is_somebody(entry.form)],
            phone=self.phone.data,
            phone_e164=normalize_phone(self.phone.data) if self.phone.data else None,
            email=(normalize_email(self.email.data) or self.email.data) if self.email.data else None,
            safe_contact=self.safe_contact.data or None,
            contact_note=self.contact_note.data,
            language=self.language.data or None,
            needs_device="device" in needs,
            needs_connection="line" in needs,
            needs_skills="training" in needs,
            populations=self.populations.data or None,
        )

    def _person(self, form: Any) -> EditedMember:
        number = form.number.data
        return EditedMember(
            id=int(number) if number and number.isdigit() else None,
            name=clean(form.name.data or ""),
            birth_date=form.birth_date.data,
            is_head=bool(number) and number == self.head.data,
            left_on=form.left_on.data,
        )


def _is_somebody(form: Any) -> bool:
    return bool(form.number.data or (form.name.data or "").strip())


def values_of(household: Any) -> dict[str, Any]:
    """Return the fields filled with the record as it stands, with room for one more person."""
    members = [
        {"number": str(one.id), "name": one.name, "birth_date": one.birth_date, "left_on": one.left_on}
        for one in household.members
    ]
    needs = {
        "device": household.needs_device,
        "line": household.needs_connection,
        "training": household.needs_skills,
    }
    return {
        "version": str(household.version),
        "members": [*members, {"number": "", "name": "", "birth_date": None, "left_on": None}],
        "head": next((str(one.id) for one in household.members if one.is_head), None),
        "phone": household.phone,
        "email": household.email,
        "safe_contact": household.safe_contact or "",
        "contact_note": household.contact_note,
        "language": household.language or "",
        "needs": [code for code, wanted in needs.items() if wanted],
        "populations": list(household.populations or ()),
    }

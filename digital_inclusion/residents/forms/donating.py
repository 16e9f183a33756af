"""What a donor types: the devices, who gives, how they come; reference and PIN; another time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    IntegerField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ...agenda.forms.slots import told_time
from ...devices.actions.donating import Offered
from ...devices.forms.receiving import ListedForm, plain_ends
from ...devices.rules.donating import DONOR_KINDS, LONGEST_NAME, LONGEST_PLACE, WAYS, Giver, Taker
from ...devices.rules.manifest import MOST_PUBLIC
from ...foundation.kernel.messages import N_
from ...foundation.kernel.text import clean
from ...foundation.normalize import normalize_email
from ...foundation.web.forms import Form
from .help import check_contact

CALL_ME = "call"  # instead of a time
MOST_CHARACTERS = 200_000
# How many of each kind there are is asked with these words.
MANY = {
    "laptop": N_("Laptops"),
    "desktop": N_("Desktop computers"),
    "tablet": N_("Tablets"),
    "phone": N_("Phones"),
    "monitor": N_("Monitors"),
    "hotspot": N_("Hotspots"),
    "router": N_("Routers"),
}
# What forms of the rooms below say here; named for translators.
_SAID_BELOW = (
    N_("Please choose"), N_("Leave these rows out"), N_("%(day)s, %(start)s to %(end)s"), N_("Laptop"),
    N_("Desktop computer"), N_("Tablet"), N_("Phone"), N_("Hotspot"), N_("Router"), N_("Monitor"),
)  # fmt: skip
_CHOOSE = _l("Please choose one.")
_NUMBER = _l("Write a whole number from 0 to 2,000.")


def _count(label: Any) -> IntegerField:
    return IntegerField(label, validators=[Optional(), NumberRange(0, MOST_PUBLIC, _NUMBER)])


class DonateForm(ListedForm):
    """Devices that somebody offers. What would be pledged is shown before it is."""

    unseen = frozenset({"slot"})
    places: Mapping[str, str] = {}  # where each time is, by its code

    laptop = _count(_l("Laptops"))
    desktop = _count(_l("Desktop computers"))
    tablet = _count(_l("Tablets"))
    phone = _count(_l("Phones"))
    monitor = _count(_l("Monitors"))
    hotspot = _count(_l("Hotspots"))
    router = _count(_l("Routers"))
    file = FileField(
        _l("A list as a file"), validators=[Optional()], description=_l("CSV or Excel (.xlsx), 2 MB at most.")
    )
    lines = TextAreaField(
        _l("Or type or paste it here"),
        validators=[Optional(), Length(max=MOST_CHARACTERS)],
        filters=[plain_ends],
        description=_l(
            "One device on each line: kind, make, model, serial number. For example: Laptop, HP, 840, 5CD1234ABC"
        ),
    )
    kind = RadioField(_l("Who gives?"), validators=[InputRequired(_CHOOSE)])
    name = StringField(
        _l("Name"),
        validators=[
            InputRequired(_l("Please write your name, or your company’s.")),
            Length(max=LONGEST_NAME, message=_l("Please write a shorter name.")),
        ],
    )
    contact = StringField(
        _l("Phone number or email"),
        validators=[InputRequired(_l("Please write a phone number or an email address.")), Length(max=254)],
        description=_l("One is enough. We use it only for these devices."),
    )
    taker = RadioField(_l("Who shall take them?"), coerce=int, validators=[InputRequired(_CHOOSE)])
    way = RadioField(
        _l("How do they come to us?"), validators=[InputRequired(_l("Please choose how the devices come to us."))]
    )
    pick_up_at = TextAreaField(
        _l("Where can we pick them up?"),
        validators=[Optional(), Length(max=LONGEST_PLACE)],
        description=_l("Street, house number, city, and how to find the door. Needed only if we pick them up."),
    )
    slot = RadioField(_l("When?"), validators=[Optional()], validate_choice=False)

    def offer(self, takers: Sequence[Taker]) -> "DonateForm":
        """Set what may be chosen; where only one organization takes devices, it is chosen."""
        self.kind.choices = [(code, gettext(label)) for code, label in DONOR_KINDS.items()]
        self.way.choices = [(code, gettext(label)) for code, label in WAYS.items()]
        self.taker.choices = [(one.partner_id, one.name) for one in takers]
        if len(takers) == 1:
            self.taker.data = takers[0].partner_id
        if not any(one.fetches for one in takers):
            self.way.choices = [choice for choice in self.way.choices if choice[0] != "pick_up"]
        return self

    def offer_times(self, slots: Iterable[Any]) -> None:
        """Set which times may be chosen, and "call me" below them; nothing is asked where there are none."""
        found = list(slots)
        self.slot.choices = times(found, gettext("None of these. Please call or write to me."))
        self.places = {one.code: one.place for one in found}

    def validate_contact(self, field: StringField) -> None:
        """Say how a phone number or an email address is written."""
        check_contact(field)

    def offered(self) -> Offered:
        """Return the devices."""
        counts = {kind: self[kind].data for kind in MANY if self[kind].data}
        return Offered(counts, self.lines.data or "", self.chosen(), self.manifest_name.data or None)

    def giver(self) -> Giver:
        """Return who gives, and how the devices come."""
        return Giver(
            kind=self.kind.data,
            name=clean(self.name.data),
            contact=contact_of(self.contact.data),
            way=self.way.data,
            pick_up_at=self.pick_up_at.data,
            slot=self.slot.data if self.slot.data and self.slot.data != CALL_ME else None,
        )


def contact_of(typed: str) -> str | None:
    """Return the one way to reach somebody: an email address as compared, a phone number as written."""
    return normalize_email(typed) if "@" in typed else typed[:40]


def times(slots: Iterable[Any], otherwise: str) -> list[SelectChoice]:
    """Return times to choose from, and what there is instead; nothing where there are none."""
    found = [SelectChoice(one.code, told_time(one)) for one in slots]
    return [*found, SelectChoice(CALL_ME, otherwise)] if found else []


class TimeForm(Form):
    """Another time, or none."""

    places: Mapping[str, str] = {}  # where each time is, by its code

    slot = RadioField(_l("When?"), validators=[InputRequired(_l("Please choose a time."))], validate_choice=False)

    def offer(self, slots: Iterable[Any], *, chosen: Any | None) -> "TimeForm":
        """Set which times may be chosen: the one they have first."""
        free = [one for one in slots if chosen is None or one.id != chosen.id]
        every = [chosen, *free] if chosen is not None else free
        self.slot.choices = times(every, gettext("No time now. I call, or you call me."))
        self.places = {one.code: one.place for one in every}
        if not self.is_submitted():
            self.slot.data = chosen.code if chosen is not None else None
        return self


class PinForm(Form):
    """Reference and PIN of a pledge."""

    reference = StringField(
        _l("Reference"),
        validators=[InputRequired(_l("Please write the reference.")), Length(max=40)],
        description=_l("Eight letters and digits, such as 7KQM-2R9X."),
    )
    pin = StringField(
        _l("PIN"),
        validators=[InputRequired(_l("Please write the PIN.")), Length(max=20)],
        description=_l("Six digits."),
    )

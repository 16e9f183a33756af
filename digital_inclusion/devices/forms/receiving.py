"""What people type about a lot: who gives, the list, each unit that comes, and which labels to print."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.text import fold
from ...foundation.web.confirming import ConfirmedForm
from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED, Form
from ...progress.rules.deliveries import DEVICE_KINDS
from ..rules.labels import SHEETS
from ..rules.manifest import MOST_CHARACTERS, SKIP

MOST_WORDS = 60  # unknown words that a person is asked about at once


def _kinds(first: str) -> list[SelectChoice]:
    return [SelectChoice("", first), *(SelectChoice(code, gettext(label)) for code, label in DEVICE_KINDS.items())]


def plain_ends(text: str | None) -> str | None:
    """Return the text with one kind of line end: browsers send another than they were given."""
    return "\n".join(text.splitlines()) if text else text


class WordForm(Form):
    """What a word of the list means."""

    class Meta(Form.Meta):
        """A part of a form that has the token already."""

        csrf = False

    word = HiddenField(validators=[Length(max=200)])
    kind = SelectField(validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [*_kinds(gettext("Please choose")), SelectChoice(SKIP, gettext("Leave these rows out"))]


class ListedForm(ConfirmedForm):
    """A list of devices, typed or read from a file, and what its unknown words mean."""

    file: FileField
    lines: TextAreaField
    manifest_name = HiddenField(validators=[Length(max=200)])
    words = FieldList(FormField(WordForm), max_entries=MOST_WORDS)

    def take_lines(self, lines: str, name: str) -> None:
        """Put what a file says in place of the file, where it can be read and corrected."""
        self.lines.data, self.manifest_name.data, self.file.data = lines, name[:200], None

    def ask(self, unknown: Mapping[str, str | None]) -> bool:
        """Ask about words that are not asked about yet, the likely kind chosen; tell whether there is any likely."""
        asked = {fold(entry.form.word.data or "") for entry in self.words}
        for word, guess in unknown.items():
            if fold(word) not in asked and len(self.words.entries) < MOST_WORDS:
                asked.add(fold(word))
                self.words.append_entry({"word": word, "kind": guess or ""})
        return any(unknown.values())

    def chosen(self) -> dict[str, str]:
        """Return what each word was said to mean."""
        return {fold(entry.form.word.data or ""): entry.form.kind.data for entry in self.words if entry.form.kind.data}


class LotForm(ListedForm):
    """A lot and the list of what it promises. What the list brings is shown before it is written."""

    donor = StringField(
        _l("Who gives?"),
        validators=[InputRequired(REQUIRED), Length(max=200)],
        description=_l("A person or an organization."),
    )
    contact = StringField(
        _l("How to reach them"), validators=[Optional(), Length(max=254)], description=_l("Telephone or email.")
    )
    received_on = DayField(
        _l("Day it came"), validators=[Optional()], description=_l("Leave it empty if it is promised and will come.")
    )
    note = TextAreaField(_l("Note"), validators=[Optional(), Length(max=500)])
    file = FileField(
        _l("The donor’s list as a file"),
        validators=[Optional()],
        description=_l("CSV or Excel (.xlsx), for example exported from eReuse or Snipe-IT."),
    )
    lines = TextAreaField(
        _l("Or the list in lines"),
        validators=[Optional(), Length(max=MOST_CHARACTERS)],
        filters=[plain_ends],
        description=_l("One device on each line: type, make, model, serial number. Paste from a spreadsheet, or type."),
    )
    again = BooleanField(_l("This is another lot with the same list"))

    def validate_received_on(self, field: DayField) -> None:
        """Refuse a day that has not come."""
        if isinstance(field.data, date) and field.data > clock.today():
            raise ValueError(gettext("This day has not come yet. Leave it empty if the lot will come."))


class DescriptionForm(Form):
    """What a unit is."""

    kind = SelectField(_l("Kind"), validators=[InputRequired(_l("Please choose what kind of device it is."))])
    maker = StringField(_l("Make"), validators=[Optional(), Length(max=80)])
    model = StringField(_l("Model"), validators=[Optional(), Length(max=120)])
    serial = StringField(_l("Serial number"), validators=[Optional(), Length(max=80)])

    def offer(self) -> "DescriptionForm":
        """Set what may be chosen."""
        self.kind.choices = _kinds("")
        return self


class ReceiveForm(Form):
    """One unit that comes."""

    scanned = StringField(
        _l("Serial number or tag"),
        validators=[Optional(), Length(max=4000)],
        description=_l("Scan it, or type it and press Enter."),
    )
    without = HiddenField()  # "y": the unit has no serial number
    kind = SelectField(_l("Kind"), validators=[Optional()])
    maker = StringField(_l("Make"), validators=[Optional(), Length(max=80)])
    model = StringField(_l("Model"), validators=[Optional(), Length(max=120)])
    site = StringField(_l("Site"), validators=[Optional(), Length(max=80)])
    shelf = StringField(_l("Shelf"), validators=[Optional(), Length(max=40)])

    def offer(self) -> "ReceiveForm":
        """Set what may be chosen."""
        self.kind.choices = _kinds("")
        return self

    def word(self) -> str | None:
        """Return what was scanned, None for a unit without a serial number. Raises Invalid for nothing at all."""
        if self.scanned.data or self.without.data:
            return self.scanned.data or None
        raise Invalid(fields={"scanned": _("Scan or type a serial number.")})


class LabelsForm(Form):
    """Which labels, on which sheet."""

    scanned = TextAreaField(
        _l("Tags or serial numbers"),
        validators=[InputRequired(REQUIRED), Length(max=80_000)],
        description=_l("One on each line. A scanner types them for you."),
    )
    sheet = SelectField(_l("Label sheet"), validators=[InputRequired()])
    start = IntegerField(
        _l("First free place on the sheet"),
        validators=[InputRequired(_l("Write a number, for example 1."))],
        default=1,
        description=_l("Counted row by row. 1 for a new sheet."),
    )

    def offer(self) -> "LabelsForm":
        """Set what may be chosen."""
        self.sheet.choices = [SelectChoice(code, gettext(sheet.name)) for code, sheet in SHEETS.items()]
        return self

    def tags(self) -> list[str]:
        """Return what was scanned, each once."""
        return list(dict.fromkeys(line.strip() for line in (self.scanned.data or "").splitlines() if line.strip()))

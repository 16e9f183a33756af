"""What people say about a file: the file itself, what its columns mean, on what terms it goes in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ..foundation.kernel.errors import Invalid
from ..foundation.kernel.messages import _
from ..foundation.web.fields import DayField
from ..foundation.web.forms import Form
from .rules.answers.columns import FIELDS
from .rules.answers.comparing import PARTS
from .rules.labels import GROUPS, fields_of, template_of

_PREFIX = "column_"


class UploadForm(Form):
    """A file to enroll households from."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV or Excel (.xlsx). One row for each household, or one for each member."),
    )


class TermsForm(Form):
    """On what an import rests."""

    grant = SelectField(_l("Grant"), [Optional()])
    consent_attested = BooleanField(
        _l("I attest that each household in this file signed the program's consent, and that we keep the signed forms.")
    )
    consent_attested_on = DayField(_l("Signed consent is on file as of"), [Optional()])
    default_enrolled_on = DayField(
        _l("Day of enrollment for rows that have none"),
        [Optional()],
        description=_l("Only used where the file does not say it."),
    )

    def offer(self, grants: Sequence[Any]) -> None:
        """Offer the partner's grants, the running ones first."""
        offered = [SelectChoice(str(grant.id), f"{grant.number} · {grant.name}") for grant in grants]
        self.grant.choices = [*offered, SelectChoice("", gettext("No grant"))]

    def read(self) -> tuple[int | None, date | None, date | None]:
        """Return grant, day of attested consent, day of enrollment; raise Invalid for a day without the attestation."""
        attested_on = self.consent_attested_on.data
        if self.consent_attested.data and attested_on is None:
            raise Invalid(fields={"consent_attested_on": _("Say as of which day the signed forms are on file.")})
        if attested_on is not None and not self.consent_attested.data:
            raise Invalid(fields={"consent_attested": _("Tick this box, or take the day below away.")})
        return int(self.grant.data) if self.grant.data else None, attested_on, self.default_enrolled_on.data


class ColumnsForm(Form):
    """What each column means. Made for one file by ``for_columns``."""

    @classmethod
    def for_columns(cls, columns: Sequence[Any], most: Mapping[str, int]) -> "ColumnsForm":
        """Return the form with one choice for each column."""
        choices = field_choices(most)
        fields = {
            f"{_PREFIX}{column.match.index}": SelectField(
                gettext("What “%(header)s” means", header=column.match.header), choices=choices, default=column.field
            )
            for column in columns
        }
        form: ColumnsForm = type("ColumnsForm", (cls,), fields)()
        return form

    def of(self, column: Any) -> Any:
        """Return the choice of a column."""
        return self[f"{_PREFIX}{column.match.index}"]

    def read(self, columns: Sequence[Any]) -> dict[str, str]:
        """Return header -> field, "" for what is left out."""
        return {column.match.header: self.of(column).data or "" for column in columns}


class AskForm(Form):
    """Which company is asked, and in which kind of file."""

    provider = SelectField(_l("Company"))
    kind = SelectField(_l("File"), choices=[SelectChoice("xlsx", _l("Excel (.xlsx)")), SelectChoice("csv", "CSV")])

    def offer(self, companies: Sequence[tuple[str, int, int]]) -> "AskForm":
        """Offer the companies, each with how many lines are on and how many applications wait."""
        self.provider.choices = [
            SelectChoice(name, _asked_about(name, lines, waiting)) for name, lines, waiting in companies
        ]
        return self


def _asked_about(name: str, lines: int, waiting: int) -> str:
    told = ngettext("%(num)s line", "%(num)s lines", lines)
    if waiting:
        told += ", " + ngettext("%(num)s application", "%(num)s applications", waiting)
    return f"{name} · {told}"


class AnswerForm(Form):
    """A company's answer."""

    provider = SelectField(_l("Company"))
    answered_on = DayField(
        _l("As of which day is the answer?"),
        description=_l("The day the company made the file."),
    )
    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))], description=_l("CSV or Excel (.xlsx)."))

    def offer(self, companies: Sequence[str]) -> "AnswerForm":
        """Offer the companies."""
        self.provider.choices = [SelectChoice(name, name) for name in companies]
        return self


class AnswerColumnsForm(Form):
    """What each column of an answer means. Made for one file by ``for_headers``."""

    @classmethod
    def for_headers(cls, columns: Sequence[tuple[str, str]]) -> "AnswerColumnsForm":
        """Return the form for (header, field) in the order of the file."""
        choices = [SelectChoice("", gettext("Leave this column out"))]
        choices += [SelectChoice(name, gettext(label)) for name, label in FIELDS.items()]
        fields = {
            f"{_PREFIX}{place}": SelectField(
                gettext("What “%(header)s” means", header=header), choices=choices, default=name
            )
            for place, (header, name) in enumerate(columns)
        }
        form: AnswerColumnsForm = type("AnswerColumnsForm", (cls,), fields)()
        return form

    def at(self, place: int) -> Any:
        """Return the choice of a column."""
        return self[f"{_PREFIX}{place}"]

    def read(self, columns: Sequence[tuple[str, str]]) -> dict[str, str]:
        """Return header -> field, "" for what is left out."""
        return {header: self.at(place).data or "" for place, (header, _name) in enumerate(columns)}


class ApplyForm(Form):
    """Which kinds of differences go in, and which rows do not."""

    parts = SelectMultipleField(
        _l("What goes in"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        choices=[SelectChoice(name, _l(label)) for name, label in PARTS.items()],
    )
    left_out = StringField(
        _l("Rows to leave out"),
        [Optional(), Length(max=500)],
        description=_l("Row numbers as in the file, with commas: 12, 40, 41."),
    )

    def offer(self, counts: Mapping[str, int]) -> "ApplyForm":
        """Offer only what the answer brings."""
        self.parts.choices = [SelectChoice(name, gettext(label)) for name, label in PARTS.items() if counts.get(name)]
        return self

    def rows(self) -> list[int]:
        """Return the rows to leave out; raise Invalid for anything but numbers."""
        words = (self.left_out.data or "").replace(",", " ").split()
        if not all(word.isascii() and word.isdecimal() and len(word) < 8 for word in words):
            raise Invalid(fields={"left_out": _("Write row numbers with commas, for example 12, 40, 41.")})
        return [int(word) for word in words]


def field_choices(most: Mapping[str, int]) -> list[SelectChoice]:
    """Return the fields by group, in the reader's language."""
    choices = [SelectChoice("", gettext("Leave this column out"), optgroup=gettext("Nothing"))]
    for group, label in GROUPS:
        title = gettext(label)
        choices += [
            SelectChoice(name, field_label(name), optgroup=title) for name in fields_of(group, most=most.get(group, 0))
        ]
    return choices


def field_label(name: str) -> str:
    """Return what a field is called, in the reader's language."""
    sentence, params = template_of(name)
    return str(gettext(sentence, **params) if params else gettext(sentence))

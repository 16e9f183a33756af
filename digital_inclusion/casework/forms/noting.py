"""What people type into notes."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Optional

from ...foundation.kernel import clock
from ...foundation.web.fields import DayField
from ...foundation.web.forms import Form
from ..rules.notes import KINDS, TEMPLATES, NewNote


def unix(text: Any) -> Any:
    """Return the text with the line ends that browsers send as one character each."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


class NoteForm(Form):
    """A note: its kind, its day, what it says, and whether it is for the team alone."""

    kind = RadioField(_l("Kind"), validators=[InputRequired(_l("Please choose what kind of note this is."))])
    text = TextAreaField(
        _l("Note"),
        filters=[unix],
        validators=[InputRequired(_l("Write what happened, or what is planned."))],
        description=_l("Plain text, up to 4,000 characters."),
    )
    happened_on = DayField(_l("Day it happened"), validators=[Optional()], default=clock.today)
    sensitive = BooleanField(
        _l("Sensitive"),
        description=_l(
            "Only you and the people in your teams can read it. Everybody else sees only that there is one."
        ),
    )
    version = HiddenField()

    def offer(self) -> "NoteForm":
        """Set what may be chosen."""
        self.kind.choices = [SelectChoice(code, gettext(label)) for code, label in KINDS.items()]
        return self

    def new(self) -> NewNote:
        """Return what was typed; without a day it happened today."""
        return NewNote(
            kind=self.kind.data,
            happened_on=self.happened_on.data or clock.today(),
            text=self.text.data,
            sensitive=bool(self.sensitive.data),
        )


def begun_with(kind: str | None, template: str | None) -> dict[str, Any]:
    """Return the fields of a note that begins with a template, or is of a kind; unknown codes begin nothing."""
    found = TEMPLATES.get(template or "")
    if found is not None:
        return {"kind": found.kind, "text": gettext(found.text)}
    return {"kind": kind} if kind in KINDS else {}

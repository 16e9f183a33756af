"""What a list of who came says, and what is scanned or typed at the door.

A list of three hundred people is read as it comes: a form object for each row would take longer than saving them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.text import read_whole
from ...foundation.web.errors import sentence_of
from ...foundation.web.forms import Form
from ..rules.attendance import Mark

_LONGEST = 4  # digits of a number of minutes


class SheetForm(Form):
    """The list as a whole: which revision of it was looked at. Its rows are read by ``read_sheet``."""

    seen = HiddenField()

    def revision(self) -> int:
        """Return the revision that was looked at; -1, which is none, for anything that is no number."""
        return read_whole(self.seen.data)


@dataclass(slots=True)
class Sheet:
    """A list as it was sent: a mark for each person that it names, what was typed, and what is wrong, by member."""

    marks: dict[int, Mark] = field(default_factory=dict)
    typed: dict[int, tuple[bool, str]] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)

    def take(self, error: Invalid) -> None:
        """Put what the action says beside the people it speaks of."""
        for name, sentence in error.fields.items():
            person = name.removeprefix("minutes-")
            if person.isdigit():
                self.errors[int(person)] = gettext(sentence)


def read_sheet(sent: MultiDict[str, str], *, whole: int) -> Sheet:
    """Return what a list says of the people it names (``listed``); ``present`` are those who came.

    Minutes left empty are the ``whole`` session.
    """
    sheet, came = Sheet(), set(_numbers(sent.getlist("present")))
    for member in _numbers(sent.getlist("listed")):
        text = (sent.get(f"minutes-{member}") or "").strip()
        sheet.typed[member] = member in came, text
        if member not in came:
            sheet.marks[member] = Mark(None)
        elif not text:
            sheet.marks[member] = Mark(whole)
        elif text.isascii() and text.isdigit() and len(text) <= _LONGEST:
            sheet.marks[member] = Mark(int(text))
        else:
            sheet.errors[member] = gettext("Write the minutes as a whole number from 1 to 1440.")
    return sheet


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]


def told(error: Invalid) -> str:
    """Return what is wrong with a list as a whole."""
    return str(sentence_of(error))


class DoorForm(Form):
    """A household's code, typed or scanned."""

    scanned = StringField(
        _l("Code of the household"),
        validators=[InputRequired(_l("Write or scan the code.")), Length(max=40)],
        description=_l("Eight letters and digits, such as 7KQM-2R9X."),
    )


class WhoForm(Form):
    """Which member of the household came."""

    member_id = RadioField(_l("Who came?"), coerce=int, validators=[InputRequired(_l("Please choose a person."))])

    def offer(self, members: Iterable[tuple[int, str]], seated: Mapping[int, bool]) -> "WhoForm":
        """Set who may be chosen; who is not in the class is told apart."""
        self.member_id.choices = [
            (member, name if seated.get(member) else gettext("%(name)s (walk-in: not in this class)", name=name))
            for member, name in members
        ]
        return self

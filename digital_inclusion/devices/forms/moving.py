"""What people type when units move."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ...foundation.web.forms import REQUIRED, Form
from ..rules.states import COSMETIC, FUNCTIONAL


class PlaceForm(Form):
    """Where units stand, and why they moved."""

    site = StringField(_l("Site"), validators=[Optional(), Length(max=80)])
    shelf = StringField(_l("Shelf"), validators=[Optional(), Length(max=40)])
    reason = StringField(_l("Why"), validators=[Optional(), Length(max=300)])


class MoveForm(PlaceForm):
    """One unit."""

    to = RadioField(_l("Where does it go?"), validators=[InputRequired(_l("Please choose where it goes."))])

    def offer(self, states: Sequence[tuple[str, str]]) -> "MoveForm":
        """Set what may be chosen."""
        self.to.choices = [SelectChoice(code, gettext(label)) for code, label in states]
        return self


class GradeForm(Form):
    """How well a unit works, and how it looks."""

    functional = RadioField(_l("How well does it work?"), validators=[InputRequired(_l("Please choose one."))])
    cosmetic = SelectField(_l("How does it look?"), validators=[InputRequired(_l("Please choose one."))])
    reason = StringField(
        _l("Why this grade?"),
        validators=[Optional(), Length(max=300)],
        description=_l("Needed for a grade above the one that the tests speak for."),
    )

    def offer(self) -> "GradeForm":
        """Set what may be chosen."""
        self.functional.choices = [SelectChoice(code, gettext(label)) for code, label in FUNCTIONAL.items()]
        looks = [SelectChoice(code, gettext(label)) for code, label in COSMETIC.items()]
        self.cosmetic.choices = [SelectChoice("", ""), *looks]
        return self


class ScanForm(PlaceForm):
    """Many units at once, by what a scanner types."""

    scanned = TextAreaField(
        _l("Tags or serial numbers"),
        validators=[InputRequired(REQUIRED), Length(max=40_000)],
        description=_l("One on each line. A scanner types them for you."),
    )
    to = SelectField(_l("Where do they go?"), validators=[InputRequired(_l("Please choose where they go."))])

    def offer(self, states: Sequence[tuple[str, str]]) -> "ScanForm":
        """Set what may be chosen."""
        self.to.choices = [SelectChoice("", ""), *(SelectChoice(code, gettext(label)) for code, label in states)]
        return self

    def words(self) -> list[str]:
        """Return what was scanned, line by line."""
        return (self.scanned.data or "").splitlines()

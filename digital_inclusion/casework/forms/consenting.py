"""What a household agrees to anew."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from ...foundation.kernel import clock
from ...foundation.web.confirming import ConfirmedForm
from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED
from ...households.rules import CONSENT_LANGUAGES, CONSENT_PURPOSES, CONSENT_WAYS, LANGUAGES
from ..rules.enrollment import NewConsent
from .choices import translated
from .enrollment import Checkboxes

_OF_LISTS = "attested_by_partner"  # nobody asks a person that way


class ConsentForm(ConfirmedForm):
    """A new consent: to what, in which language it was read, how it was given, and when."""

    language = RadioField(_l("Read this to them in their language"), validators=[InputRequired(REQUIRED)])
    purposes = Checkboxes(_l("They agree that we"), validators=[InputRequired(_l("Please choose what they agree to."))])
    way = RadioField(_l("How did they agree?"), validators=[InputRequired(_l("Say how they agreed."))])
    given_on = DayField(_l("Day they agreed"), validators=[InputRequired(REQUIRED)], default=clock.today)

    def offer(self) -> "ConsentForm":
        """Set what may be chosen."""
        self.language.choices = [(code, LANGUAGES[code]) for code in CONSENT_LANGUAGES]
        self.purposes.choices = translated(CONSENT_PURPOSES.items())
        self.way.choices = translated((code, label) for code, label in CONSENT_WAYS.items() if code != _OF_LISTS)
        return self

    def new(self, text_version: str) -> NewConsent:
        """Return what they agreed to."""
        return NewConsent(
            purposes=self.purposes.data or [], text_version=text_version, language=self.language.data or "",
            way=self.way.data or "", given_on=self.given_on.data,
        )  # fmt: skip

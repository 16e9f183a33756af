"""What a resident writes to complain, to appeal, to have data corrected; and to follow it."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ...casework.forms.enrollment import Choice
from ...casework.forms.grievances import check_contact, organization_of, unix, way_to_reach
from ...casework.rules.grievances import LONGEST, NewGrievance
from ...foundation.kernel.messages import N_
from ...foundation.web.forms import Form
from .help import offer_languages

KINDS = {
    "complaint": N_("Something went wrong"),
    "appeal": N_("I do not agree with a decision"),
    "correction": N_("Something written about me is wrong"),
}

SHORT = Length(max=LONGEST, message=_l("This is too long. Please write 2,000 characters at most."))


class ComplaintForm(Form):
    """What happened, whom it is about, how to reach who writes."""

    kind = RadioField(_l("What is it about?"), validators=[InputRequired(_l("Please choose one."))])
    text = TextAreaField(
        _l("What happened?"),
        filters=[unix],
        validators=[InputRequired(_l("Please write what happened.")), SHORT],
        description=_l("In your own words, in any language. Up to 2,000 characters."),
    )
    about = Choice(_l("Which organization is it about?"), validators=[Optional()])
    language = SelectField(_l("Language you want the answer in"))
    contact = StringField(
        _l("Phone number or email"),
        validators=[Optional(), Length(max=254)],
        description=_l("Only if you want us to ask you something. You can follow it without."),
    )
    code = StringField(
        _l("Code of your household or your request"),
        validators=[Optional(), Length(max=40)],
        description=_l("If you have one. It helps us find what was decided."),
    )

    def offer(self, organizations: Iterable[tuple[int, str]]) -> "ComplaintForm":
        """Set what may be chosen; the language of the page comes first to mind."""
        self.kind.choices = [(code, gettext(label)) for code, label in KINDS.items()]
        self.about.choices = [("", gettext("I do not know")), *((str(one), name) for one, name in organizations)]
        offer_languages(self.language, is_submitted=self.is_submitted())
        return self

    def validate_contact(self, field: StringField) -> None:
        """Say how a phone number or an email address is written."""
        check_contact(field)

    def new(self) -> NewGrievance:
        """Return what was written."""
        return NewGrievance(
            kind=self.kind.data,
            text=self.text.data,
            language=self.language.data,
            about_id=organization_of(self.about),
            typed_code=self.code.data,
            **way_to_reach(self.contact.data),
        )


class FollowForm(Form):
    """The code and the PIN."""

    reference = StringField(
        _l("Code"),
        validators=[InputRequired(_l("Please write the code.")), Length(max=40)],
        description=_l("Eight letters and digits, such as 7KQM-2R9X."),
    )
    pin = StringField(
        _l("PIN"),
        validators=[InputRequired(_l("Please write the PIN.")), Length(max=20)],
        description=_l("Six digits."),
    )


class DisagreeForm(Form):
    """Why the answer is not right."""

    text = TextAreaField(
        _l("Why do you not agree?"),
        filters=[unix],
        validators=[InputRequired(_l("Please write why you do not agree.")), SHORT],
        description=_l("Up to 2,000 characters. You can do this one time."),
    )


class SureForm(Form):
    """Nothing but the button."""

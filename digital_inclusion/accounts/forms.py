"""What people may type about accounts. Choices are passed in."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Email, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ..foundation.web.forms import NOT_A_DATE, REQUIRED, Form

_EMAIL = [InputRequired(REQUIRED), Length(max=254), Email(_l("Write an e-mail address like name@example.org."))]
_NAME = [InputRequired(REQUIRED), Length(max=120, message=_l("Use at most 120 characters."))]
_LONG_ENOUGH = _l("At least 12 characters. A few words in a row are easy to remember.")


class SignInForm(Form):
    """E-mail and password."""

    email = EmailField(_l("E-mail address"), [InputRequired(REQUIRED)])
    password = PasswordField(_l("Password"), [InputRequired(REQUIRED)])


class CodeForm(Form):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(_l("Code"), [InputRequired(REQUIRED), Length(max=40)])


class SetUpForm(CodeForm):
    """The first code of a new app."""

    code = StringField(_l("Code the app shows now"), [InputRequired(REQUIRED), Length(max=40)])


class ReplaceForm(SetUpForm):
    """The first code of a new app that replaces one, with the password."""

    present = PasswordField(_l("Your password"), [InputRequired(REQUIRED)])


class PresentPasswordForm(Form):
    """The password again, before something that cannot be taken back."""

    present = PasswordField(_l("Your password"), [InputRequired(REQUIRED)])


class ForgottenForm(Form):
    """Whose password is forgotten."""

    email = EmailField(_l("E-mail address"), _EMAIL)


class NewPasswordForm(Form):
    """A new password."""

    password = PasswordField(_l("New password"), [InputRequired(REQUIRED)], description=_LONG_ENOUGH)


class ChangePasswordForm(Form):
    """The present password and a new one."""

    present = PasswordField(_l("Present password"), [InputRequired(REQUIRED)])
    password = PasswordField(_l("New password"), [InputRequired(REQUIRED)], description=_LONG_ENOUGH)


class JoinForm(Form):
    """What an invited person fills in."""

    name = StringField(_l("Your name"), _NAME, description=_l("As colleagues know you. One word is fine."))
    password = PasswordField(_l("Password"), [InputRequired(REQUIRED)], description=_LONG_ENOUGH)


class AccountForm(Form):
    """One's own name and language."""

    name = StringField(_l("Name"), _NAME)
    locale = SelectField(_l("Language of the pages"), [InputRequired(REQUIRED)])


class RoleForm(Form):
    """A role and, if it ends, its last day."""

    role = SelectField(_l("Role"), [InputRequired(REQUIRED)], validate_choice=True)
    ends_on = DateField(
        _l("Last day of the role"),
        [Optional()],
        format=["%Y-%m-%d", "%m/%d/%Y"],
        description=_l("Auditors read for a limited time. Other roles may stay open."),
    )

    def process(self, *arguments: object, **named: object) -> None:
        """Say an impossible date in our words."""
        super().process(*arguments, **named)
        if self.ends_on.process_errors:
            self.ends_on.process_errors = [NOT_A_DATE]


class InvitationForm(RoleForm):
    """Whom to invite, for which organization, to do what."""

    name = StringField(_l("Name"), _NAME)
    email = EmailField(_l("E-mail address"), _EMAIL)
    partner = SelectField(_l("Organization"), [InputRequired(REQUIRED)], coerce=int)


class PeopleFilter(Form):
    """Narrow the list of people."""

    class Meta(Form.Meta):
        """A filter changes nothing and lives in the address."""

        csrf = False

    partner = SelectField(_l("Organization"), [Optional()])
    role = SelectField(_l("Role"), [Optional()])


class TeamForm(Form):
    """A team's name and members."""

    name = StringField(_l("Name of the team"), [InputRequired(REQUIRED), Length(max=80)])
    members = SelectMultipleField(
        _l("Who is in it"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Colleagues of your organization. A team may be empty."),
    )


class ConfirmForm(Form):
    """A deliberate click."""

    sure = BooleanField(_l("I am sure"), [InputRequired(REQUIRED)])

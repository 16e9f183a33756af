"""What people may type about organizations."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from ..foundation.web.forms import REQUIRED, Form

_NAME = [InputRequired(REQUIRED), Length(max=120, message=_l("Use at most 120 characters."))]


class PartnerForm(Form):
    """A new organization."""

    name = StringField(_l("Name"), _NAME)
    code = StringField(
        _l("Short code"),
        [InputRequired(REQUIRED)],
        description=_l("2 to 12 letters or digits, for files and the command line. It never changes: SVPL"),
    )
    kind = SelectField(_l("What it does in the program"), [InputRequired(REQUIRED)])


class ChangePartnerForm(Form):
    """What may change about an organization."""

    name = StringField(_l("Name"), _NAME)
    active = BooleanField(_l("Takes part in the program"), description=_l("If not, its people cannot sign in."))

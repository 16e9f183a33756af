"""What a person may answer about a pair."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from ..foundation.web.forms import REQUIRED, Form

_REASON_HINT = _l("One sentence. It is kept with the decision.")


class AnswerForm(Form):
    """Same or different, with the reason."""

    answer = RadioField(
        _l("Are these one household?"),
        choices=[SelectChoice("same", _l("Same household")), SelectChoice("different", _l("Two different households"))],
        validators=[InputRequired(_l("Please choose one of the two."))],
    )
    reason = TextAreaField(
        _l("Why"),
        description=_REASON_HINT,
        validators=[InputRequired(REQUIRED), Length(max=300, message=_l("Please say it in at most 300 characters."))],
    )


class UndoForm(Form):
    """Take a decision back, with the reason."""

    reason = TextAreaField(
        _l("Why"),
        description=_REASON_HINT,
        validators=[InputRequired(REQUIRED), Length(max=300, message=_l("Please say it in at most 300 characters."))],
    )


class CompareForm(Form):
    """Two records by their codes."""

    code_a = StringField(_l("Code of one household"), validators=[InputRequired(REQUIRED)])
    code_b = StringField(_l("Code of the other"), validators=[InputRequired(REQUIRED)])

"""What people type about an assessment."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from ...foundation.web.fields import WholeField
from ...progress.forms import RecordForm
from ..rules.assessments import MOST, STAGES, NewAssessment


class AssessmentForm(RecordForm):
    """Who took what, when, and how it went."""

    member_id = RadioField(_l("Who took it?"), coerce=int, validators=[InputRequired(_l("Please choose a person."))])
    stage = RadioField(_l("When?"), validators=[InputRequired(_l("Please choose when it was taken."))])
    name = SelectField(_l("Which assessment?"), validators=[Optional()])
    score = WholeField(
        _l("Score"), validators=[Optional(), NumberRange(0, MOST, _l("Write a number from 0 to 100."))],
        description=_l("A number from 0 to 100."),
    )  # fmt: skip
    passed = RadioField(
        _l("Did they pass?"),
        choices=[SelectChoice("yes", _l("Passed")), SelectChoice("no", _l("Not passed"))],
        validators=[Optional()],
        description=_l("Only for an assessment that has a name."),
    )

    def offer(self, members: Sequence[tuple[int, str]], named: Sequence[str]) -> "AssessmentForm":
        """Set what may be chosen; who is the only one is chosen."""
        self.member_id.choices = list(members)
        self.stage.choices = [(code, gettext(label)) for code, label in STAGES.items()]
        self.name.choices = [("", gettext("Our own scale, 0 to 100")), *((one, one) for one in named)]
        self.offer_evidence("training")
        if not self.is_submitted() and len(members) == 1:
            self.member_id.data = members[0][0]
        return self

    def result(self) -> NewAssessment:
        """Return what was typed."""
        named = self.name.data or None
        return NewAssessment(
            member_id=self.member_id.data,
            stage=self.stage.data,
            taken_on=self.occurred_on.data,
            name=named,
            score=self.score.data,
            passed={"yes": True, "no": False}.get(self.passed.data) if named else None,
        )

"""A task in one's own words."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from ...agenda.models import Task
from ...agenda.rules.tasks import LONGEST_WORDS, REPEATS, OwnTask
from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED, Form

NOBODY = "0"
ONCE = "once"


class TaskForm(Form):
    """What, by when, who, and whether it comes again."""

    words = StringField(
        _l("What is to be done"),
        validators=[InputRequired(REQUIRED), Length(max=LONGEST_WORDS)],
        description=_l("At most 200 characters. It is erased with the household."),
    )
    due_on = DayField(_l("By when"), validators=[InputRequired(REQUIRED)])
    owner = SelectField(_l("Who does it"))
    repeats = RadioField(_l("How often"), default=ONCE)

    def offer(self, colleagues: list[tuple[int, str]]) -> "TaskForm":
        """Set what may be chosen. Of who has left it is whoever comes first, until somebody is chosen."""
        if not self.is_submitted() and self.owner.data not in {str(one) for one, _name in colleagues}:
            self.owner.data = NOBODY
        self.owner.choices = [(str(one), name) for one, name in colleagues] + [(NOBODY, gettext("whoever comes first"))]
        self.repeats.choices = [(ONCE, gettext("Once")), *((code, gettext(label)) for code, label in REPEATS.items())]
        return self

    def task(self) -> OwnTask:
        """Return what was typed."""
        return OwnTask(
            words=self.words.data or "",
            due_on=self.due_on.data,
            owner_id=int(self.owner.data) or None,
            repeats=None if self.repeats.data == ONCE else self.repeats.data,
        )


def typed(task: Task) -> dict[str, object]:
    """Return what the form shows of a task."""
    return {
        "words": task.words, "due_on": task.due_on, "owner": str(task.owner_id or NOBODY),
        "repeats": task.repeats or ONCE,
    }  # fmt: skip

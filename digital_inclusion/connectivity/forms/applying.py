"""What people type about applications: the program, each next step, a renewal."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ...foundation.kernel import clock
from ...foundation.kernel.money import parse_cents
from ...foundation.web.fields import DayField, check_amount
from ...foundation.web.forms import REQUIRED, Form
from ..rules.applications import (
    END_REASONS,
    LONGEST_NOTE,
    LONGEST_REFERENCE,
    PROBLEMS,
    Move,
    State,
    Worksheet,
)

_QUESTIONS = ("other_adult", "adult_has_it", "shares_money")
_PARTS = {
    State.SUBMITTED: {"reference", *_QUESTIONS},
    State.APPROVED: {"reference"},
    State.PROBLEM: {"problem"},
    State.ACTIVE: {"fact_number", "amount"},
    State.ENDING: {"ends_on"},
    State.ENDED: {"reason"},
}


def _note() -> TextAreaField:
    return TextAreaField(
        _l("Note"), validators=[Optional(), Length(max=LONGEST_NOTE)], description=_l("No names, please.")
    )


class PrepareForm(Form):
    """The program that a household applies to."""

    program = RadioField(_l("Which program?"), validators=[InputRequired(_l("Please choose a program."))])
    offer = HiddenField()
    note = _note()

    def choose_from(self, programs: Sequence[tuple[str, str]]) -> "PrepareForm":
        """Set the programs, as ids and titles."""
        self.program.choices = [SelectChoice(code, title) for code, title in programs]
        return self


class StepForm(Form):
    """What every step has: its day, a note, and which version of the application was seen."""

    version = HiddenField()
    on = DayField(_l("On which day?"), validators=[InputRequired(REQUIRED)])
    note = _note()

    def seen(self) -> int:
        """Return the version that was on the page; 0, which is none, for anything but a number."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class MoveForm(StepForm):
    """A step of an application. Each step asks only what belongs to it; of those, what is needed the rules say."""

    problem = RadioField(_l("What is wrong?"), validators=[Optional()])
    reason = RadioField(_l("Why does it end?"), validators=[Optional()])
    reference = StringField(
        _l("The program’s number for it"), validators=[Optional(), Length(max=LONGEST_REFERENCE)],
        description=_l("It stands on the letter or the screen of the program."),
    )  # fmt: skip
    ends_on = DayField(_l("Last day with the discount"), validators=[Optional()])
    fact_number = SelectField(_l("Which line?"), validators=[Optional()])
    amount = StringField(_l("Discount a month"), validators=[Optional()])
    other_adult = RadioField(_l("Do they live with another adult?"), validators=[Optional()])
    adult_has_it = RadioField(_l("Does that adult have this discount?"), validators=[Optional()])
    shares_money = RadioField(_l("Do they share income and living expenses?"), validators=[Optional()])

    def offer(self, to: State, lines: Sequence[tuple[str, str]], *, worksheet: bool, sent: bool) -> "MoveForm":
        """Keep what belongs to the step, and set what may be chosen."""
        wanted = _PARTS[to] - (set() if worksheet else set(_QUESTIONS))
        self.problem.choices = [SelectChoice(code, gettext(one.label)) for code, one in PROBLEMS.items()]
        self.reason.choices = [SelectChoice(code, gettext(label)) for code, label in END_REASONS.items()]
        self.fact_number.choices = [("", gettext("Please choose")), *lines]
        for name in _QUESTIONS:
            self[name].choices = [SelectChoice("yes", gettext("Yes")), SelectChoice("no", gettext("No"))]
        for name in {part for parts in _PARTS.values() for part in parts} - wanted:
            del self[name]
        if not sent:
            self.on.data = clock.today()
        return self

    def validate_amount(self, field: StringField) -> None:
        """Say how amounts are written."""
        check_amount(field)

    def _typed(self, name: str) -> str | None:
        return (self[name].data or None) if name in self else None

    def move(self, to: State) -> Move:
        """Return what was typed."""
        amount, line = self._typed("amount"), self._typed("fact_number")
        return Move(
            to=to, on=self.on.data, note=self.note.data, problem=self._typed("problem"), reason=self._typed("reason"),
            reference=self._typed("reference"), ends_on=self.ends_on.data if "ends_on" in self else None,
            fact_number=int(line) if line else None, amount_cents=parse_cents(amount) if amount else None,
        )  # fmt: skip

    def worksheet(self) -> Worksheet:
        """Return the answers to the three questions, as far as they were given."""
        answers = {"yes": True, "no": False}
        return Worksheet(*(answers.get(self._typed(name) or "") for name in _QUESTIONS))


class RenewForm(StepForm):
    """Whether the program asked for the recertification, or has its answer."""

    done = RadioField(_l("What happened?"), validators=[InputRequired(_l("Please choose what happened."))])

    def offer(self, *, sent: bool) -> "RenewForm":
        """Set what may be chosen."""
        self.done.choices = [
            SelectChoice("asked", gettext("The program asked them to recertify")),
            SelectChoice("done", gettext("They are recertified for another year")),
        ]
        if not sent:
            self.on.data = clock.today()
        return self

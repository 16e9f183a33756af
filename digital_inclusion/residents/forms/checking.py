"""How the check asks: one question a form. Every form gives back one answer."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ...eligibility.rules.questions import Answer, Ask, Chosen, Every, Income, Question
from ...foundation.kernel.errors import Invalid
from ...foundation.web.errors import sentence_of
from ...foundation.web.forms import Form
from ..rules.typed import read_dollars, read_size

Choices = Sequence[tuple[str, str]]

CHOOSE = _l("Choose an answer. If you cannot, press “I don’t know”.")
WRITE = _l("Write a number. If you cannot, press “I don’t know”.")
EVERY = {
    Every.WEEK.value: _l("every week"),
    Every.TWO_WEEKS.value: _l("every two weeks"),
    Every.MONTH.value: _l("every month"),
    Every.YEAR.value: _l("every year"),
}


class OptionsForm(Form):
    """Yes or no, or another short list."""

    choice = RadioField("", validate_choice=False)

    def offer(self, choices: Choices) -> None:
        """Set the options."""
        self.choice.choices = [SelectChoice(value, label) for value, label in choices]

    def fill(self, answer: Answer | None) -> None:
        """Show the option chosen before."""
        self.choice.data = answer if isinstance(answer, str) else None

    def validate_choice(self, field: RadioField) -> None:
        """Refuse nothing, and what is no option."""
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(str(CHOOSE))

    def answer(self) -> Answer:
        """Return the option's id."""
        return str(self.choice.data)


class CountForm(Form):
    """A number of people."""

    number = StringField("")

    def fill(self, answer: Answer | None) -> None:
        """Show the number given before."""
        self.number.data = str(answer) if isinstance(answer, int) else None

    def validate_number(self, field: StringField) -> None:
        """Say what is wrong with the number."""
        _read(field, read_size)

    def answer(self) -> Answer:
        """Return the number."""
        return read_size(self.number.data)


class IncomeForm(Form):
    """An amount, and how often it comes."""

    amount = StringField(_l("Dollars"))
    every = RadioField(
        _l("How often?"), choices=[SelectChoice(value, label) for value, label in EVERY.items()], validate_choice=False
    )

    def fill(self, answer: Answer | None) -> None:
        """Show the income given before."""
        if isinstance(answer, Income):
            self.amount.data, self.every.data = f"{answer.amount.normalize():f}", answer.every.value

    def validate_amount(self, field: StringField) -> None:
        """Say what is wrong with the amount."""
        _read(field, read_dollars)

    def validate_every(self, field: RadioField) -> None:
        """Ask how often."""
        if field.data not in EVERY:
            raise ValidationError(gettext("Choose how often this money comes."))

    def answer(self) -> Answer:
        """Return the income."""
        return Income(read_dollars(self.amount.data), Every(self.every.data))


class BenefitsForm(Form):
    """Which of a list of benefits somebody gets."""

    benefits = SelectMultipleField(
        "", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validate_choice=False
    )
    none = BooleanField(_l("None of these"))
    unsure = BooleanField(_l("I am not sure about the others"))

    def offer(self, choices: Choices) -> None:
        """Set the benefits."""
        self.benefits.choices = [SelectChoice(value, label) for value, label in choices]

    def fill(self, answer: Answer | None) -> None:
        """Show the benefits chosen before."""
        if isinstance(answer, Chosen):
            self.benefits.data = sorted(answer.benefits)
            self.none.data = answer.all_told and not answer.benefits
            self.unsure.data = not answer.all_told

    def validate_benefits(self, field: SelectMultipleField) -> None:
        """Refuse an empty list that does not say so, and one that says two things."""
        chosen = self._chosen()
        if self.none.data and (chosen or self.unsure.data):
            raise ValidationError(gettext("You chose “None of these” and something else. Choose one of the two."))
        if not chosen and not self.none.data:
            raise ValidationError(gettext("Choose all that you get, or “None of these”."))

    def answer(self) -> Answer:
        """Return the benefits."""
        return Chosen(self._chosen(), all_told=not self.unsure.data)

    def _chosen(self) -> frozenset[str]:
        return frozenset(self.benefits.data or ()) & {choice.value for choice in self.benefits.choices}


def _read(field: StringField, read: Callable[[str], Any]) -> None:
    if not field.data:
        raise ValidationError(str(WRITE))
    try:
        read(field.data)
    except Invalid as error:
        raise ValidationError(sentence_of(error)) from error


QuestionForm = OptionsForm | CountForm | IncomeForm | BenefitsForm  # each can ``fill`` itself and tell the ``answer``
_FORMS: dict[Ask, type[QuestionForm]] = {
    Ask.YES_NO: OptionsForm,
    Ask.OPTIONS: OptionsForm,
    Ask.COUNT: CountForm,
    Ask.INCOME: IncomeForm,
    Ask.BENEFITS: BenefitsForm,
}


def form_of(question: Question, choices: Choices, typed: MultiDict[str, str] | None) -> QuestionForm:
    """Return the form that asks ``question``, with what was typed."""
    form = _FORMS[question.ask](formdata=typed, meta={"csrf": False})  # the gate has checked the token of what is sent
    if isinstance(form, OptionsForm | BenefitsForm):
        form.offer(choices)
    return form

"""The questions of a survey as fields, in a household's language: on its link's page, and for who asks by phone."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import Optional

from ...foundation.web.fields import Checkboxes
from ...foundation.web.forms import Form
from ..rules.survey_answers import LONGEST_WORDS, Answers, name_of
from ..rules.survey_library import READY, SCALE, SOME, TOP, WORDS, YES_NO, YES_NO_CHOICES
from ..rules.surveys import Question

_SOME_HINT = _l("Choose all that fit. If you want to skip this question, choose none.")
_WORDS_HINT = _l("At most 300 letters. Please do not write names, phone numbers or addresses.")


def words_of(question: Question, language: str) -> str:
    """Return the question in the language of the page (ready-made), or as it was written in that language."""
    if question.ready is not None:
        return str(gettext(READY[question.ready].words))
    return question.words.get(language) or question.words.get("en", "")


def labels_of(question: Question, language: str) -> dict[str, str]:
    """Return what can be answered, in words by code; none for a number or words."""
    if question.kind == YES_NO:
        return {code: str(gettext(label)) for code, label in YES_NO_CHOICES.items()}
    if question.ready is not None:
        return {code: str(gettext(label)) for code, label in READY[question.ready].choices.items()}
    written = [one.get(language) or one.get("en", "") for one in question.choices]
    return dict(zip(question.codes(), written, strict=True))


def told_answer(question: Question, answer: Any, language: str) -> str:
    """Return an answer in words; a code that is none of the question stays as it is."""
    labels = labels_of(question, language)
    given = answer if isinstance(answer, list) else [answer]
    return ", ".join(labels.get(str(one), str(one)) for one in given)


class AnswerForm(Form):
    """The questions of one survey; a class with their fields is made for each."""

    seen = HiddenField()  # the revision of the answers that were on the page, for who asks by phone
    count = 0

    @property
    def asked(self) -> list[Field]:
        """Return the questions' fields, in order."""
        return [self[name_of(place)] for place in range(self.count)]

    def given(self) -> dict[int, Any]:
        """Return what was given, by place of the question."""
        return {place: field.data for place, field in enumerate(self.asked)}


def answer_form(
    questions: Sequence[Question], language: str, *, known: Answers | None = None, seen: int = 0
) -> AnswerForm:
    """Return the form for these questions. ``known``: answers that are there already; what was sent goes before."""
    fields: dict[str, Any] = {name_of(place): _field(one, language) for place, one in enumerate(questions)}
    made = type("SurveyForm", (AnswerForm,), fields | {"count": len(questions)})
    values: Mapping[str, Any] = {f"q{place}": value for place, value in (known or {}).items()}
    form: AnswerForm = made(data={**values, "seen": str(seen)})
    return form


def _field(question: Question, language: str) -> Any:
    label = words_of(question, language)
    if question.kind == WORDS:
        return TextAreaField(label, validators=[Optional()], description=str(_WORDS_HINT))
    skip = SelectChoice("", gettext("Skip this question"))
    if question.kind == SCALE:
        numbers = [SelectChoice(str(number), str(number)) for number in range(TOP + 1)]
        return SelectField(label, choices=[skip, *numbers], validate_choice=False, default="")
    choices = [SelectChoice(code, words) for code, words in labels_of(question, language).items()]
    if question.kind == SOME:
        return Checkboxes(label, choices=choices, validate_choice=False, description=str(_SOME_HINT))
    return RadioField(label, choices=[*choices, skip], validate_choice=False, default="")


WORDS_ATTRIBUTES = {"rows": 3, "maxlength": LONGEST_WORDS}

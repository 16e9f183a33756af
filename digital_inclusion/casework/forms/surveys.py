"""What people type who write a survey and say whom it asks."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from ...connectivity.rules.languages import WRITTEN
from ...foundation.web.fields import Checkboxes, DayField, WholeField
from ...foundation.web.forms import REQUIRED, Form
from ...foundation.web.templating import LANGUAGES
from ..models import Survey
from ..rules.survey_library import READY
from ..rules.surveys import CHOSEN, KINDS, MILESTONES, Audience, Question

NAMES = dict(LANGUAGES)  # languages in their own names


class TitleForm(Form):
    """Title and introduction of a survey."""

    title = StringField(
        _l("Title"),
        validators=[InputRequired(REQUIRED)],
        description=_l("For your colleagues, for example “Three months later, fall”. Households do not see it."),
    )
    introduction_en = TextAreaField("English", validators=[Optional()])
    introduction_es = TextAreaField("Español", validators=[Optional()])
    introduction_vi = TextAreaField("Tiếng Việt", validators=[Optional()])
    introduction_zh = TextAreaField("中文", validators=[Optional()])
    version = HiddenField()

    def introduction(self) -> dict[str, str]:
        """Return the introduction by language; nothing where none was written."""
        return {code: text for code in WRITTEN if (text := self[f"introduction_{code}"].data)}


class NewSurveyForm(TitleForm):
    """A new survey: its title, its introduction, and which questions of the library it begins with."""

    ready = Checkboxes(_l("Ready-made questions"), default=list(READY), validate_choice=True)

    def offer(self) -> "NewSurveyForm":
        """Set what may be chosen."""
        self.ready.choices = [SelectChoice(code, gettext(one.words)) for code, one in READY.items()]
        return self


def title_values(survey: Survey) -> dict[str, Any]:
    """Return what stands in the fields of a survey's title and introduction."""
    written = {f"introduction_{code}": survey.introduction.get(code) for code in WRITTEN}
    return {"title": survey.title, "version": str(survey.version), **written}


class QuestionForm(Form):
    """A question in four languages; one that is not translated yet may be left out, and is named as missing."""

    kind = RadioField(_l("How is it answered?"), validators=[InputRequired(REQUIRED)])
    words_en = StringField("English", validators=[InputRequired(_l("Write the question in English first."))])
    words_es = StringField("Español", validators=[Optional()])
    words_vi = StringField("Tiếng Việt", validators=[Optional()])
    words_zh = StringField("中文", validators=[Optional()])
    choices_en = TextAreaField("English", validators=[Optional()])
    choices_es = TextAreaField("Español", validators=[Optional()])
    choices_vi = TextAreaField("Tiếng Việt", validators=[Optional()])
    choices_zh = TextAreaField("中文", validators=[Optional()])
    version = HiddenField()

    def offer(self) -> "QuestionForm":
        """Set what may be chosen."""
        self.kind.choices = [SelectChoice(code, gettext(label)) for code, label in KINDS.items()]
        return self

    def question(self) -> Question:
        """Return the question as written; an answer that lacks in a language is empty there."""
        words = {code: text for code in WRITTEN if (text := self[f"words_{code}"].data)}
        written = {code: _lines(self[f"choices_{code}"].data) for code in WRITTEN}
        most = max(map(len, written.values()))
        choices = [
            {code: lines[place] for code, lines in written.items() if place < len(lines)} for place in range(most)
        ]
        kind = self.kind.data
        return Question(kind=kind, words=words, choices=choices if kind in CHOSEN else ())


def _lines(text: str | None) -> list[str]:
    return [" ".join(line.split()) for line in (text or "").splitlines() if line.strip()]


def question_values(question: Question) -> dict[str, Any]:
    """Return what stands in the fields of a question."""
    values: dict[str, Any] = {"kind": question.kind}
    for code in WRITTEN:
        values[f"words_{code}"] = question.words.get(code)
        values[f"choices_{code}"] = "\n".join(one[code] for one in question.choices if code in one)
    return values


class ReadyForm(Form):
    """Questions of the library to add."""

    ready = RadioField(_l("Ready-made question"), validators=[InputRequired(_l("Please choose a question."))])
    version = HiddenField()

    def offer(self, used: Sequence[str | None]) -> "ReadyForm":
        """Set what may be chosen: what is not in the survey yet."""
        self.ready.choices = [SelectChoice(code, gettext(one.words)) for code, one in READY.items() if code not in used]
        return self


class AudienceForm(Form):
    """Whom a survey asks, how many of them, and until when."""

    milestone = RadioField(_l("Households that"), validators=[InputRequired(REQUIRED)], default="connected")
    days = WholeField(
        _l("At least how many days ago?"),
        validators=[InputRequired(REQUIRED)],
        default=90,
        description=_l("90: about three months after. 0: also those of today."),
    )
    partners = Checkboxes(_l("Only of these partners"), coerce=int, description=_l("None chosen: of all."))
    districts = Checkboxes(_l("Only in these districts"), description=_l("None chosen: everywhere."))
    zip_codes = StringField(
        _l("Only in these ZIP codes"), validators=[Optional()], description=_l("For example 95112, 95116.")
    )
    size = WholeField(
        _l("How many to ask"),
        validators=[Optional()],
        description=_l("Empty: everybody. A number: that many, drawn at random."),
    )
    seed = WholeField(
        _l("Number to draw with"),
        validators=[Optional()],
        description=_l("The same number draws the same households again. Empty: we choose one and keep it."),
    )
    closes_on = DayField(_l("Last day to answer"), validators=[InputRequired(REQUIRED)])
    version = HiddenField()

    def offer(self, partners: Sequence[tuple[int, str]], districts: Sequence[tuple[str, str]]) -> "AudienceForm":
        """Set what may be chosen."""
        self.milestone.choices = [SelectChoice(code, gettext(label)) for code, label in MILESTONES.items()]
        self.partners.choices = [SelectChoice(number, name) for number, name in partners]
        self.districts.choices = [SelectChoice(code, name) for code, name in districts]
        return self

    def audience(self) -> Audience:
        """Return who is meant."""
        return Audience(
            milestone=self.milestone.data,
            days=self.days.data,
            closes_on=self.closes_on.data,
            partner_ids=self.partners.data or [],
            zip_codes=(self.zip_codes.data or "").replace(",", " ").split(),
            districts=self.districts.data or [],
            size=self.size.data,
            seed=self.seed.data,
        )

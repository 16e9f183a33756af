"""What staff types about complaints, appeals and corrections."""

from collections.abc import Iterable
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ...foundation.kernel import clock
from ...foundation.normalize import normalize_email, normalize_phone
from ...foundation.web.forms import REQUIRED, Form
from ...households.rules import LANGUAGES
from ..rules.grievances import CHANGES, KINDS, LONGEST_ANSWER, OUTCOMES, WAYS, NewAnswer, NewGrievance
from .choices import translated
from .enrollment import Choice

_CHOOSE = _l("Please choose one.")


def unix(text: Any) -> Any:
    """Return the text with the line ends that browsers send as one character each."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


def organization_of(field: SelectField) -> int | None:
    """Return the chosen organization, None for "not known"."""
    return int(field.data) if field.data else None


def way_to_reach(typed: str | None) -> dict[str, str | None]:
    """Return the e-mail address, or the phone number as it was typed and as it is called; nothing for nothing."""
    if not typed:
        return {}
    if "@" in typed:
        return {"email": normalize_email(typed)}
    return {"phone": typed[:40], "phone_e164": normalize_phone(typed)}


def check_contact(field: StringField) -> None:
    """Raise ValidationError with how a phone number or an email address is written."""
    if field.data and "@" in field.data:
        if normalize_email(field.data) is None:
            raise ValidationError(gettext("This is not an email address. It looks like name@example.org."))
    elif field.data and normalize_phone(field.data) is None:
        raise ValidationError(gettext("This is not a phone number. Write it with the area code."))


class NoteForm(Form):
    """What somebody of a household said on the phone or in person."""

    kind = RadioField(_l("What is it?"), validators=[InputRequired(_CHOOSE)])
    way = RadioField(_l("How did they tell you?"), validators=[InputRequired(_CHOOSE)])
    text = TextAreaField(
        _l("What they say, in their words"),
        filters=[unix],
        validators=[InputRequired(_l("Please write what happened."))],
        description=_l("Up to 2,000 characters. You will not see it again after you save it."),
    )
    about = Choice(_l("Which organization is it about?"), validators=[Optional()])
    language = SelectField(_l("Language they want the answer in"))
    contact = StringField(
        _l("Phone number or email"),
        validators=[Optional(), Length(max=254)],
        description=_l("Without one they follow it with code and PIN alone."),
    )

    def offer(self, organizations: Iterable[tuple[int, str]]) -> "NoteForm":
        """Set what may be chosen."""
        self.kind.choices = translated(KINDS.items())
        self.way.choices = translated(WAYS.items())
        self.about.choices = [("", gettext("They do not know")), *((str(one), name) for one, name in organizations)]
        self.language.choices = [(code, gettext(label)) for code, label in LANGUAGES.items()]
        return self

    def validate_contact(self, field: StringField) -> None:
        """Say how a phone number or an email address is written."""
        check_contact(field)

    def new(self, code: str) -> NewGrievance:
        """Return what was typed about the household with the code."""
        return NewGrievance(
            kind=self.kind.data,
            text=self.text.data,
            language=self.language.data,
            about_id=organization_of(self.about),
            typed_code=code,
            **way_to_reach(self.contact.data),
        )


class PlaceForm(Form):
    """Which organization it is about, and which household's it is."""

    about = Choice(_l("Which organization is it about?"), validators=[Optional()])
    code = StringField(
        _l("Code of the household"),
        validators=[Optional(), Length(max=40)],
        description=_l("Then you see what was decided and changed. Leave it empty to keep what is known."),
    )

    def offer(self, organizations: Iterable[tuple[int, str]]) -> "PlaceForm":
        """Set what may be chosen."""
        self.about.choices = [
            ("", gettext("Not known: the city looks at it")),
            *((str(n), t) for n, t in organizations),
        ]
        return self


class AskForm(Form):
    """One question to the organization that it is about."""

    question = TextAreaField(
        _l("What do you ask them?"),
        filters=[unix],
        validators=[InputRequired(_l("Write what you ask them."))],
        description=_l(
            "They read these words and nothing else: not the complaint, no name, no contact. Up to 1,000 characters."
        ),
    )


class SideForm(Form):
    """What an organization says."""

    answer = TextAreaField(
        _l("Your side"),
        filters=[unix],
        validators=[InputRequired(_l("Write what happened as you saw it."))],
        description=_l("Up to 4,000 characters. Only who looks at it reads this."),
    )


class AnswerForm(Form):
    """The answer: outcome, words, what was changed because of it."""

    outcome = RadioField(_l("What did you find?"), validators=[InputRequired(_CHOOSE)])
    text = TextAreaField(_l("The answer that they read"), filters=[unix], validators=[InputRequired(REQUIRED)])
    english = TextAreaField(
        _l("The same in English"),
        filters=[unix],
        validators=[Optional(), Length(max=LONGEST_ANSWER)],
        description=_l("For your colleagues, if the answer is in another language."),
    )
    changed = Choice(
        _l("What was changed because of it?"),
        validators=[Optional()],
        description=_l(
            "Change it first, on the household's page; then it stands in this list. The household's timeline says so."
        ),
    )

    def offer(self, changes: Iterable[Any]) -> "AnswerForm":
        """Set what may be chosen."""
        self.outcome.choices = translated(OUTCOMES.items())
        self.changed.choices = [
            ("", gettext("Nothing was changed")),
            *((str(one.event), _told(one)) for one in changes),
        ]
        return self

    def new(self) -> NewAnswer:
        """Return what was typed."""
        changed = int(self.changed.data) if self.changed.data else None
        return NewAnswer(outcome=self.outcome.data, text=self.text.data, english=self.english.data, changed=changed)


def _told(change: Any) -> str:
    day = format_date(clock.local(change.at).date())
    return f"{day}: {gettext(CHANGES[change.name])}" + (f" ({change.by})" if change.by else "")


class ListForm(Form):
    """Which grievances to show."""

    class Meta(Form.Meta):
        """A filter changes nothing: no token."""

        csrf = False

    kind = SelectField(_l("Kind"), validate_choice=False)
    late = SelectField(_l("Deadline"), validate_choice=False)

    def offer(self) -> "ListForm":
        """Set what may be chosen."""
        self.kind.choices = [("", gettext("all kinds")), *translated(KINDS.items())]
        self.late.choices = [("", gettext("late or not")), ("1", gettext("late only"))]
        return self

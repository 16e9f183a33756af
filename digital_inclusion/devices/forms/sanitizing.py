"""What people type about data media and how they were wiped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import DateTimeLocalField, IntegerField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ...foundation.kernel import clock
from ...foundation.web.forms import REQUIRED, Form
from ..rules import sanitizing as rules
from ..rules.erasures import SeenMedium
from ..rules.sanitizing import NewSanitization, Verdict

_CHOOSE = _l("Please choose one.")
_YES_NO = [SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))]


def _choices(labels: dict[Any, str], codes: Sequence[str] | None = None) -> list[SelectChoice]:
    return [SelectChoice(str(code), gettext(labels[code])) for code in codes or list(labels)]


class MediumForm(Form):
    """A medium that somebody found in a unit."""

    kind = RadioField(_l("What is it?"), validators=[InputRequired(_CHOOSE)])
    serial = StringField(
        _l("Serial number"),
        validators=[Optional(), Length(max=80)],
        description=_l("As printed on the medium. Erasure reports are matched by it."),
    )
    maker = StringField(_l("Maker"), validators=[Optional(), Length(max=80)])
    model = StringField(_l("Model"), validators=[Optional(), Length(max=120)])
    size_gb = IntegerField(
        _l("Size"),
        validators=[Optional(), NumberRange(1, 1_000_000, _l("Write whole gigabytes, for example 512."))],
    )

    def offer(self) -> "MediumForm":
        """Set what may be chosen."""
        self.kind.choices = _choices(rules.MEDIA)
        return self

    def medium(self) -> SeenMedium:
        """Return what was typed."""
        return SeenMedium(
            kind=self.kind.data,
            maker=self.maker.data,
            model=self.model.data,
            serial=self.serial.data,
            size_mb=self.size_gb.data * 1000 if self.size_gb.data else None,
        )


class WhenField(DateTimeLocalField):
    """A day and a time on the city's clock."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read both; say in our words how to write them."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("Write day and time, for example 2026-03-31 14:05.")) from error


class SanitizeForm(Form):
    """One try to make the data on a medium unreachable."""

    technique = RadioField(_l("What was done?"), validators=[InputRequired(_CHOOSE)])
    tool = StringField(
        _l("Tool"),
        validators=[InputRequired(REQUIRED), Length(max=80)],
        description=_l("The program or machine, for example nvme-cli or the name of the shredder."),
    )
    tool_version = StringField(_l("Version of the tool"), validators=[Optional(), Length(max=40)])
    performed_at = WhenField(
        _l("When it was done"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[InputRequired(REQUIRED)],
    )
    succeeded = RadioField(
        _l("Did it work?"),
        choices=[SelectChoice("yes", _l("Yes, without an error")), SelectChoice("no", _l("No, it failed"))],
        validators=[InputRequired(_CHOOSE)],
    )
    weaker_reason = StringField(
        _l("Why Clear is enough"),
        validators=[Optional(), Length(max=300)],
        description=_l("Only if what was done reaches Clear alone. Media that leave us are purged."),
    )

    def offer(self, kind: str) -> "SanitizeForm":
        """Set what may be done to such a medium, each with what it reaches."""
        methods = {code: gettext(rules.METHODS[rules.method_of(kind, code)]) for code in rules.techniques_for(kind)}
        self.technique.choices = [
            SelectChoice(code, f"{gettext(rules.TECHNIQUES[code])} ({reached})") for code, reached in methods.items()
        ]
        if not self.is_submitted():
            self.performed_at.data = clock.local(clock.now()).replace(tzinfo=None, second=0, microsecond=0)
        return self

    def sanitization(self) -> NewSanitization:
        """Return what was typed."""
        at: datetime = self.performed_at.data
        return NewSanitization(
            technique=self.technique.data,
            tool=self.tool.data,
            tool_version=self.tool_version.data,
            performed_at=clock.from_local(at),
            succeeded=self.succeeded.data == "yes",
            weaker_reason=self.weaker_reason.data,
        )


class VerifyForm(Form):
    """Whether somebody saw that the data are gone."""

    verification = RadioField(_l("How did you look?"), validators=[InputRequired(_CHOOSE)])
    verified = RadioField(_l("Are the data gone?"), choices=_YES_NO, validators=[InputRequired(_CHOOSE)])

    def offer(self, method: str, *, by_tool: bool) -> "VerifyForm":
        """Set how one can look after such a method."""
        self.verification.choices = _choices(rules.VERIFICATIONS, rules.verifications_for(method))
        if not self.is_submitted() and (by_tool or len(self.verification.choices) == 1):
            self.verification.data = "tool" if by_tool else self.verification.choices[0].value
        return self


class ValidateForm(Form):
    """What a validator decides."""

    verdict = RadioField(_l("What do you decide?"), validators=[InputRequired(_CHOOSE)])
    destination = RadioField(_l("Where does the medium go?"), validators=[Optional()])
    verdict_reason = StringField(
        _l("Why"), validators=[Optional(), Length(max=300)], description=_l("Needed unless you accept.")
    )

    def offer(self, method: str) -> "ValidateForm":
        """Set what may be decided after such a method."""
        self.verdict.choices = _choices(rules.VERDICTS)
        self.destination.choices = _choices(rules.DESTINATIONS, rules.destinations_for(method))
        return self

    def said(self) -> Verdict:
        """Return the decision."""
        return Verdict(
            verdict=self.verdict.data,
            reason=self.verdict_reason.data,
            destination=self.destination.data if self.verdict.data == "accept" else None,
        )


class ReportsForm(Form):
    """Files that erasing tools wrote."""

    files = MultipleFileField(
        _l("Files"),
        validators=[FileRequired(_l("Choose at least one file."))],
        description=_l("nwipe logs, Workbench snapshots (JSON or YAML), or a list (CSV). 5 MB each, 20 at once."),
    )
    weaker_reason = StringField(
        _l("Why Clear is enough"),
        validators=[Optional(), Length(max=300)],
        description=_l("For what these files only cleared: writing over reaches Clear alone."),
    )

    def read(self, limit: int) -> list[tuple[str, bytes]]:
        """Return name and content of each file; of one that is too large, just enough to tell."""
        given = [file for file in self.files.data or [] if file.filename]
        return [(file.filename, file.stream.read(limit + 1)) for file in given]

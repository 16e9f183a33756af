"""What people type when they correct, end, move, withdraw or erase. Each is shown with its effect before it happens."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from ...connectivity.forms.activating import ActivateForm
from ...devices.forms.handing_over import HandOverForm
from ...foundation.kernel import clock
from ...foundation.web.confirming import ConfirmedForm
from ...foundation.web.fields import DayField
from ...foundation.web.forms import REQUIRED
from ...progress.forms import RecordForm
from ...skills.forms.training import TrainingForm
from ..rules.correcting import LONGEST_NOTE
from ..rules.enrollment import NewAddress
from .choices import HOMES, translated
from .enrollment import Checkboxes
from .recording import BelongingForm

CHOOSE_A_REASON = _l("Please choose a reason.")


class NoteForm(ConfirmedForm):
    """A note to a correction."""

    note = TextAreaField(
        _l("Anything to add?"), validators=[Optional(), Length(max=LONGEST_NOTE)], description=_l("No names, please.")
    )


class ReasonForm(NoteForm):
    """Why something is taken back."""

    reason = RadioField(_l("Why?"), validators=[InputRequired(CHOOSE_A_REASON)])

    def offer(self, reasons: Mapping[str, str]) -> "ReasonForm":
        """Set the reasons that may be chosen."""
        self.reason.choices = translated(reasons.items())
        return self


class ProofForm(RecordForm, ConfirmedForm):
    """What proves a thing on record. The thing itself stays as it is."""

    evidence_type = SelectField(_l("What proves it?"), validators=[InputRequired(_l("Please choose what proves it."))])
    evidence_seen_on = DayField(_l("Seen on"), validators=[InputRequired(REQUIRED)], default=clock.today)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.occurred_on, self.again

    def offer(self, what: str) -> "ProofForm":
        """Offer what can prove a device, a line, training or a belonging."""
        self.offer_evidence(what)
        self.evidence_type.choices = [("", gettext("Please choose")), *self.evidence_type.choices[1:]]
        return self


class EndForm(ReasonForm):
    """On which day something ended, and why."""

    ended_on = DayField(_l("On which day?"), validators=[InputRequired(REQUIRED)], default=clock.today)


class ExtendForm(ConfirmedForm):
    """Until when a device stays on loan."""

    due_on = DayField(_l("On loan until"), validators=[InputRequired(REQUIRED)])


class CloseForm(ReasonForm):
    """On which day an enrollment was closed, and why."""

    enrollment = RadioField(
        _l("Which enrollment?"), coerce=int, validators=[InputRequired(_l("Please choose an enrollment."))]
    )
    closed_on = DayField(_l("On which day?"), validators=[InputRequired(REQUIRED)], default=clock.today)

    def offer(self, reasons: Mapping[str, str]) -> "CloseForm":
        """Set the reasons that may be chosen."""
        super().offer(reasons)
        return self

    def offer_open(self, enrollments: Iterable[Any]) -> "CloseForm":
        """Set the enrollments that are open; the only one is chosen already."""
        still = [one for one in enrollments if one.closed_on is None]
        self.enrollment.choices = [
            (one.id, gettext("Enrolled on %(day)s", day=format_date(one.enrolled_on))) for one in still
        ]
        if len(still) == 1 and self.enrollment.data is None:
            self.enrollment.data = still[0].id
        return self


class EraseForm(ReasonForm):
    """Erasing cannot be undone, so it asks twice."""

    certain = BooleanField(
        _l("I know that this cannot be undone"), validators=[InputRequired(_l("Please tick the box first."))]
    )


class WithdrawForm(ConfirmedForm):
    """What they no longer agree to."""

    purposes = Checkboxes(
        _l("What do they no longer agree to?"),
        validators=[InputRequired(_l("Please choose what they no longer agree to."))],
    )

    def offer(self, purposes: Mapping[str, str]) -> "WithdrawForm":
        """Set what may be withdrawn."""
        self.purposes.choices = translated(purposes.items())
        return self


class AddressForm(NoteForm):
    """Where they live, from which day; ``number``: the fact of the address that was on record when it was opened."""

    number = IntegerField(widget=HiddenInput(), validators=[Optional()])
    home = RadioField(_l("Where do they live?"), default="fixed", validators=[InputRequired(REQUIRED)])
    line = StringField(_l("Street address"), validators=[Length(max=200)])
    unit = StringField(_l("Apartment or unit"), validators=[Length(max=60)])
    city = StringField(_l("City"), validators=[Length(max=80)])
    zip_code = StringField(_l("ZIP code"), validators=[Length(max=10)])
    district = RadioField(_l("Council district"), validators=[Optional()], default="")
    description = TextAreaField(_l("Where can we find them?"), validators=[Length(max=500)])
    in_city = RadioField(_l("Do they stay in the city?"), validators=[Optional()])
    from_on = DayField(_l("They live there since"), validators=[InputRequired(REQUIRED)], default=clock.today)

    def offer(self, districts: Iterable[tuple[str, str]]) -> "AddressForm":
        """Set what may be chosen."""
        self.home.choices = translated(HOMES.items())
        self.district.choices = [("", gettext("By the ZIP code")), *districts]
        self.in_city.choices = [("yes", gettext("Yes")), ("no", gettext("No"))]
        return self

    def words(self) -> dict[str, dict[str, str]]:
        """Return what the codes of its fields are called."""
        return {name: dict(self[name].choices) for name in ("home", "district", "in_city")}

    def stand_on(self, number: int | None) -> None:
        """Let the form be about this address from now on; a number field shows what was sent, as long as it has it."""
        self.number.data, self.number.raw_data = number, None

    def address(self) -> NewAddress:
        """Return what was typed."""
        if self.home.data == "no_fixed":
            in_city = {"yes": True, "no": False}.get(self.in_city.data or "")
            return NewAddress(fixed=False, description=self.description.data, in_city=in_city)
        return NewAddress(
            line=self.line.data,
            unit=self.unit.data,
            city=self.city.data,
            zip_code=self.zip_code.data,
            district=self.district.data or None,
        )


class CorrectDeviceForm(HandOverForm, NoteForm):
    """A hand-over as it really was."""


class CorrectLineForm(ActivateForm, NoteForm):
    """An activation as it really was."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.ended_on  # the end is corrected on its own


class CorrectTrainingForm(TrainingForm, NoteForm):
    """Training as it really was."""


class CorrectBelongingForm(BelongingForm, NoteForm):
    """What they already had as it really was."""


CorrectForm = CorrectDeviceForm | CorrectLineForm | CorrectTrainingForm | CorrectBelongingForm


def member_choices(members: Sequence[tuple[int, str]], member_id: int | None) -> list[tuple[int, str]]:
    """Return the members to choose from; one who has left since stays choosable for what was theirs."""
    known = list(members)
    if member_id is not None and member_id not in {number for number, _name in known}:
        known.append((member_id, gettext("A person who has left")))
    return known

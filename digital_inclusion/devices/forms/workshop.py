"""What people type at the bench: scans, tests, specifications, parts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ...foundation.kernel.errors import Invalid
from ...foundation.web.confirming import ConfirmedForm
from ...foundation.web.forms import REQUIRED, Form
from ..rules.checklists import CHECKLISTS, RESULTS
from ..rules.parts import PARTS
from ..rules.specs import FIELDS, KEYBOARDS, LICENCES, Value, read_memory, read_screen, read_weight
from ..rules.states import COSMETIC, FUNCTIONAL


def _choices(labels: Mapping[Any, str], *, first: bool = False) -> list[SelectChoice]:
    found = [SelectChoice(str(code), gettext(label)) for code, label in labels.items()]
    return [SelectChoice("", ""), *found] if first else found


class BenchForm(Form):
    """A scan at the bench; an empty one goes on with the unit that is shown."""

    scanned = StringField(
        _l("Scan a device"),
        validators=[Optional(), Length(max=4000)],
        description=_l("Its label, or its serial number."),
    )
    unit = HiddenField()
    step = HiddenField()


def checks_form(kind: str, results: Mapping[str, str]) -> Form:
    """Return a form with one choice for each item of the kind's checklist, showing ``results``."""
    fields = {code: RadioField(item.label, validators=[Optional()]) for code, item in CHECKLISTS[kind].items()}
    form: Form = type("ChecksForm", (Form,), fields)(data=dict(results))
    for code, item in CHECKLISTS[kind].items():
        form[code].choices = _choices(RESULTS)
        form[code].label.text = gettext(item.label)
    return form


class SpecsForm(Form):
    """What a unit is made of, and which system is on it."""

    processor = StringField(_l("Processor"), validators=[Optional(), Length(max=120)])
    memory = StringField(_l("Memory"), validators=[Optional(), Length(max=20)])
    storage = IntegerField(
        _l("Storage"),
        validators=[Optional(), NumberRange(1, 1_000_000, _l("Write whole gigabytes, for example 256."))],
    )
    screen = StringField(
        _l("Screen"), validators=[Optional(), Length(max=20)], description=_l("The diagonal in inches.")
    )
    battery = IntegerField(
        _l("Battery health"),
        validators=[Optional(), NumberRange(0, 100, _l("Write a share between 0 and 100."))],
        description=_l("What a full charge holds today, of what it held when new."),
    )
    camera = RadioField(_l("Do camera and microphone work?"), validators=[Optional()])
    keyboard = SelectField(_l("Language of the keyboard"), validators=[Optional()])
    system = StringField(
        _l("Operating system"),
        validators=[Optional(), Length(max=80)],
        description=_l("What is on it now, for example Windows 11 or Linux Mint 22. Never a product key."),
    )
    licence = SelectField(_l("By which license?"), validators=[Optional()])
    attested = BooleanField(
        _l("It is at least six months old and has its original Windows certificate of authenticity"),
        description=_l("For the refurbisher’s license alone. Each computer needs a new license."),
    )
    weight = StringField(
        _l("Weight"), validators=[Optional(), Length(max=30)], description=_l("With its unit: 1.6 kg, 3.5 lb, 900 g.")
    )
    looked = HiddenField()

    def offer(self, kind: str | None = None) -> "SpecsForm":
        """Set what may be chosen, and leave out what a unit of this kind does not have."""
        self.camera.choices = [SelectChoice("yes", gettext("Yes")), SelectChoice("no", gettext("No"))]
        self.keyboard.choices, self.licence.choices = _choices(KEYBOARDS, first=True), _choices(LICENCES, first=True)
        for name, column in _COLUMNS.items():
            if kind is not None and column not in FIELDS[kind]:
                del self[name]
        if "licence" not in self:
            del self.attested
        return self

    def values(self) -> dict[str, Value]:
        """Return what was typed, by column of the unit; raise Invalid with a sentence for each that cannot be read."""
        found: dict[str, Value] = {}
        wrong: dict[str, str] = {}
        for name, column in _COLUMNS.items():
            if name not in self:
                continue
            typed = self[name].data
            try:
                found[column] = _READ[name](typed) if name in _READ and typed else (None if typed == "" else typed)
            except Invalid as error:
                wrong |= error.fields
        if wrong:
            raise Invalid(fields=wrong)
        return found


_COLUMNS = {
    "processor": "processor", "memory": "memory_mb", "storage": "storage_gb", "screen": "screen_tenths",
    "battery": "battery_percent", "camera": "has_camera", "keyboard": "keyboard", "system": "system",
    "licence": "licence", "weight": "weight_g",
}  # fmt: skip
_READ: dict[str, Callable[[str], Value]] = {
    "memory": read_memory, "screen": read_screen, "weight": read_weight, "camera": lambda typed: typed == "yes",
}  # fmt: skip


def typed_specs(specs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the unit's values as people write them, by field of the form."""
    memory, screen, weight, camera = (specs[name] for name in ("memory_mb", "screen_tenths", "weight_g", "has_camera"))
    shown = {name: specs[column] for name, column in _COLUMNS.items()}
    return shown | {
        "memory": None if memory is None else f"{memory / 1024:g}" if memory % 128 == 0 else f"{memory} MB",
        "screen": None if screen is None else f"{screen / 10:g}",
        "camera": {True: "yes", False: "no"}.get(camera),
        "weight": None if weight is None else f"{weight / 1000:g} kg",
    }


class ManyForm(ConfirmedForm, SpecsForm):
    """The same for many scanned units: who works on them, what they are made of, how they are graded."""

    task = RadioField(_l("What is alike?"), validators=[InputRequired(_l("Please choose what to do."))])
    scanned = TextAreaField(
        _l("Tags or serial numbers"),
        validators=[InputRequired(REQUIRED), Length(max=40_000)],
        description=_l("One on each line. A scanner types them for you."),
    )
    to = SelectField(_l("Who works on them?"), validators=[Optional()])
    functional = SelectField(_l("How well do they work?"), validators=[Optional()])
    cosmetic = SelectField(_l("How do they look?"), validators=[Optional()])
    reason = StringField(_l("Why this grade?"), validators=[Optional(), Length(max=300)])

    def allow(self, people: Sequence[tuple[str, str]]) -> "ManyForm":
        """Set what may be chosen; ``people``: who may have units."""
        self.offer()
        del self.battery, self.camera  # each unit has its own
        self.task.choices = [
            SelectChoice("assign", gettext("Who works on them")),
            SelectChoice("specify", gettext("Their specifications and system")),
            SelectChoice("grade", gettext("Their grade")),
        ]
        self.to.choices = [SelectChoice("", ""), *(SelectChoice(code, name) for code, name in people)]
        self.functional.choices, self.cosmetic.choices = (
            _choices(FUNCTIONAL, first=True),
            _choices(COSMETIC, first=True),
        )
        return self

    def words(self) -> list[str]:
        """Return what was scanned, line by line."""
        return (self.scanned.data or "").splitlines()


class PartForm(Form):
    """A part that somebody takes out."""

    kind = SelectField(_l("Which part?"), validators=[InputRequired(_l("Please choose what part it is."))])
    description = StringField(
        _l("What exactly?"), validators=[Optional(), Length(max=120)], description=_l("For example DDR4 SODIMM 8 GB.")
    )
    weight = StringField(
        _l("Weight"), validators=[Optional(), Length(max=30)], description=_l("With its unit: 250 g, 9 oz.")
    )

    def offer(self) -> "PartForm":
        """Set what may be chosen."""
        self.kind.choices = _choices(PARTS, first=True)
        return self


class UsePartForm(Form):
    """Into which unit a part goes."""

    scanned = StringField(
        _l("Scan the device it goes into"),
        validators=[InputRequired(REQUIRED), Length(max=4000)],
        description=_l("Its label, or its serial number."),
    )

"""What is typed to prepare an event day, and what a computer sends that was without network."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired, Optional

from ...devices.rules.handing_over import LONGEST_STROKES, ON_PAPER, ON_SCREEN
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.ids import read_code
from ...foundation.kernel.text import without_controls
from ...foundation.web.fields import Checkboxes, DayField
from ...foundation.web.forms import REQUIRED, Form
from ..models import EventDayItem
from ..rules.event_days import HAND_OVER, KEY, MOST_AT_ONCE, PRESENT, TOO_MANY, UNREADABLE, Tap

_LARGEST = 2**31 - 1  # what a key of the database holds


class PrepareForm(Form):
    """A day, a class or none, and whose reserved devices come along."""

    happens_on = DayField(_l("Day of the event"), validators=[InputRequired(REQUIRED)], default=clock.today)
    lesson = RadioField(_l("Class"), validators=[Optional()], default="")
    homes = Checkboxes(_l("Households whose device you take along"), validators=[Optional()], validate_choice=False)

    def offer(self, lessons: Sequence[tuple[str, str]], homes: Sequence[tuple[str, str]]) -> "PrepareForm":
        """Set what may be chosen: sessions by code, devices by tag."""
        self.lesson.choices = [("", gettext("No class")), *lessons]
        self.homes.choices = list(homes)
        return self


def read_taps(sent: Any) -> list[Tap]:
    """Return what a computer sent: ``{"items": [{"key", "kind", "home", "on", …}, …]}``.

    Raises Invalid where it is no such list, or an item has no key. An item that has one and makes no sense otherwise is
    handed on as not readable: it must not keep the others from being sent.
    """
    items = sent.get("items") if isinstance(sent, Mapping) else None
    if not isinstance(items, list) or not items:
        raise Invalid(UNREADABLE)
    if len(items) > MOST_AT_ONCE:
        raise Invalid(TOO_MANY)
    return [_tap(item) for item in items]


def _tap(item: Any) -> Tap:
    key = item.get("key") if isinstance(item, Mapping) else None
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise Invalid(UNREADABLE)
    kind = item.get("kind")
    home = read_code(_text(item.get("home"), 20))
    try:
        tap = Tap(key=key, kind=kind if kind in (HAND_OVER, PRESENT) else "", home=home or "",
                  on=_day(item.get("on")), **_rest(kind, item))  # fmt: skip
    except ValueError:
        return Tap(key=key, kind=kind if kind == PRESENT else HAND_OVER, home=home or "", readable=False)
    return tap if tap.on is not None and tap.home else Tap(key=key, kind=tap.kind, home=tap.home, readable=False)


def _rest(kind: Any, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what only one kind has; raise ValueError for what makes no sense."""
    if kind == PRESENT:
        member = item.get("member")
        if not isinstance(member, int) or isinstance(member, bool) or not 0 < member <= _LARGEST:
            raise ValueError
        return {"member_id": member}
    signed = item.get("signed")
    if kind != HAND_OVER or signed not in (ON_SCREEN, ON_PAPER):
        raise ValueError
    return {
        "scanned": _text(item.get("scanned"), 80), "signed": signed,
        "strokes": _text(item.get("strokes"), LONGEST_STROKES + 1), "loan_due_on": _day(item.get("loan_due_on")),
    }  # fmt: skip


def _text(value: Any, most: int) -> str:
    return without_controls(value).strip()[:most] if isinstance(value, str) else ""


def _day(value: Any) -> date | None:
    """Return a day as computers write it, None for nothing; raise ValueError for anything else."""
    if value in (None, ""):
        return None
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError
    return date.fromisoformat(value)


def reason_of(item: EventDayItem) -> str | None:
    """Return why something could not be recorded, or what is to be known of it, in the reader's words."""
    if item.reason is None:
        return None
    values = {name: _told(value) for name, value in item.reason_values.items()}
    return str(gettext(item.reason, **values)) if values else str(gettext(item.reason))


def _told(value: str) -> str:
    try:
        return str(format_date(date.fromisoformat(value)))
    except ValueError:
        return value

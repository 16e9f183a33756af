"""Outreach events: of which kinds, how people were counted, what must be so before one is kept. Pure.

People reached are not people connected: nothing here is ever added to a milestone or to the ledger.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import Problem
from ...progress.rules.deliveries import check_past

KINDS: dict[str, str] = {
    "tabling": _("Table at an event"),
    "canvassing": _("Door to door"),
    "class_demo": _("Class or demonstration"),
    "phone_bank": _("Phone calls"),
    "mailing": _("Letters or leaflets"),
    "other": _("Something else"),
}
WAYS: dict[str, str] = {
    "heads": _("Counted one by one"),
    "estimate": _("Estimated"),
    "leaflets": _("Leaflets or letters handed out"),
}
LONGEST_NAME, LONGEST_PLACE, LONGEST_NOTES, MOST = 120, 200, 2000, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event as written down. ``reached``: people, by the way ``counted_by``; ``asked_help`` are among them."""

    name: str
    kind: str
    happened_on: date
    place: str
    zip_code: str | None = None
    district: str | None = None
    languages: list[str]
    reached: int
    counted_by: str
    asked_help: int
    notes: str | None = None


FIELDS = tuple(field.name for field in fields(NewEvent))


def check_event(
    new: NewEvent, today: date, *, districts: Collection[str], languages: Collection[str]
) -> Iterator[Problem]:
    """Yield everything that keeps the event from being kept."""
    yield from _wrong_words(new, districts, languages)
    yield from check_past("happened_on", new.happened_on, today)
    for name, number in (("reached", new.reached), ("asked_help", new.asked_help)):
        if not 0 <= number <= MOST:
            yield Problem(name, "number_out_of_bounds", _("Write a number from 0 to 1,000,000."))
    if new.asked_help > new.reached >= 0:
        yield Problem(
            "asked_help", "more_asked_than_reached",
            _("More people asked for help than were reached. Who asks was reached too: check both numbers."),
        )  # fmt: skip


def _wrong_words(new: NewEvent, districts: Collection[str], languages: Collection[str]) -> Iterator[Problem]:
    choices: tuple[tuple[str, str | None, Collection[str]], ...] = (
        ("kind", new.kind, KINDS), ("counted_by", new.counted_by, WAYS), ("district", new.district, districts),
    )  # fmt: skip
    for name, chosen, known in choices:
        if chosen not in known and (name != "district" or chosen is not None):
            yield Problem(name, "word_unknown", _("Please choose one."))
    if set(new.languages) - set(languages):
        yield Problem("languages", "word_unknown", _("Choose languages from the list."))
    lengths = (("name", new.name, LONGEST_NAME), ("place", new.place, LONGEST_PLACE))
    for name, text, longest in lengths:
        if not text.strip() or len(text) > longest:
            yield Problem(name, "text_wrong", _("Write something, %(most)s characters at most."), {"most": longest})
    if len(new.notes or "") > LONGEST_NOTES:
        yield Problem("notes", "text_too_long", _("Write %(most)s characters at most."), {"most": f"{LONGEST_NOTES:,}"})


def said_by(event: Any) -> dict[str, Any]:
    """Return every field of an event by its name, ready to be kept: days as "2026-03-31"."""
    values = {name: getattr(event, name) for name in FIELDS}
    return values | {"happened_on": values["happened_on"].isoformat()}

"""What a delivery, a thing already had or a check must be like before it becomes a fact, and what proves it.

A delivery that does not count (before enrollment, below the standard) may still be recorded: it happened, and
"why not counted" says so. Refused is only what cannot be true. Source: "How we count", rules 1-8.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from digital_inclusion.foundation.kernel.messages import _
from digital_inclusion.foundation.kernel.problems import Problem
from digital_inclusion.progress.rules.facts import Item, Kind

EARLIEST = date(1990, 1, 1)  # a day before it is a slip of the hand
MOST_KBPS = 100_000_000  # 100 Gbps; more is a wrong unit
MOST_MINUTES = 1000 * 60
MOST_CENTS = 1_000_000

DEVICE_KINDS = {
    "laptop": _("Laptop"),
    "desktop": _("Desktop computer"),
    "tablet": _("Tablet"),
    "phone": _("Phone"),
    "hotspot": _("Hotspot"),
    "router": _("Router"),
    "monitor": _("Monitor"),
}

NOT_BACK = frozenset({"lost", "broken"})  # reasons of an end after which the unit cannot be handed over again

# Evidence types: what the paper is called, and what it can prove. No rule demands that its image be kept.
EVIDENCE_TYPES: dict[str, tuple[str, frozenset[str]]] = {
    "signed_hand_over": (_("Signed hand-over form"), frozenset({"device"})),
    "scanned_label": (_("Label scanned at the hand-over"), frozenset({"device"})),
    "provider_confirmation": (_("Provider's confirmation"), frozenset({"line", "check"})),
    "bill": (_("Bill"), frozenset({"line", "belonging", "check"})),
    "speed_test": (_("Speed test"), frozenset({"line", "belonging", "check"})),
    "attendance_sheet": (_("Attendance sheet"), frozenset({"training"})),
    "assessment_result": (_("Assessment result"), frozenset({"training", "check"})),
    "seen_at_home": (_("Seen at home"), frozenset({"line", "belonging", "check"})),
    "household_statement": (_("What the household said"), frozenset({"belonging", "check"})),
    "call_or_message": (_("Telephone call or message"), frozenset({"check"})),
    "other": (_("Another document"), frozenset({"device", "line", "training", "belonging", "check"})),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What proves a delivery. ``seen_by`` and ``reference`` are personal."""

    type: str | None = None
    seen_by: str | None = None
    seen_on: date | None = None
    reference: str | None = None
    file_id: int | None = None  # a stored file: the signature
    signed_here: bool = False  # the product itself received the proof: it verifies itself (rule 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """One thing done for a household, one thing it already had, or one check, as somebody entered it.

    ``kind`` is DELIVERY, ALREADY_HAD or CHECK. ``unit`` is the serial or asset tag as written; speeds are kbps.
    """

    item: Item
    occurred_on: date
    kind: Kind = Kind.DELIVERY
    grant_id: int | None = None
    device_kind: str | None = None
    donated: bool | None = None
    passport_complete: bool | None = None
    unit: str | None = None
    loan_due_on: date | None = None
    provider: str | None = None
    plan: str | None = None
    down_kbps: int | None = None
    up_kbps: int | None = None
    price_cents: int | None = None
    ended_on: date | None = None  # a line or device whose end is already known
    end_reason: str | None = None
    member_id: int | None = None
    member_index: int | None = None  # whose, by place, while the household is not on record yet
    topic: str | None = None
    minutes: int | None = None
    assessment: str | None = None
    passed: bool | None = None  # the assessment; for a check: still so
    refers_to: int | None = None  # a check of one line
    evidence: Evidence | None = None
    note: str | None = None


def evidence_choices(what: str) -> list[tuple[str, str]]:
    """Return the evidence types for "device", "line", "training", "belonging" or "check", as (code, label)."""
    return [(code, label) for code, (label, fits) in EVIDENCE_TYPES.items() if what in fits]


def check_delivery(new: NewDelivery, today: date) -> list[Problem]:
    """Return everything about ``new`` that cannot be true; nothing: it may be recorded."""
    return [*_wrong_days(new, today), *_wrong_thing(new), *_wrong_evidence(new, today)]


def check_past(field: str, day: date, today: date) -> Iterator[Problem]:
    """Yield what is wrong with a day on which something happened: in the future, or before 1990."""
    if day > today:
        yield Problem(field, "day_in_future", _("This day lies in the future. Record it when it has happened."))
    elif day < EARLIEST:
        yield Problem(field, "day_too_early", _("This day lies before 1990. Please check the year."))


def _wrong_days(new: NewDelivery, today: date) -> Iterator[Problem]:
    yield from check_past("occurred_on", new.occurred_on, today)
    if new.loan_due_on is not None and new.loan_due_on <= new.occurred_on:
        yield Problem("loan_due_on", "due_before_start", _("The loan must be due after the hand-over."))
    if new.ended_on is not None and new.ended_on < new.occurred_on:
        yield Problem("ended_on", "end_before_start", _("It cannot end before it began."))
    elif new.ended_on is not None and new.ended_on > today:
        sentence = _("This day lies in the future. Record the end when it has happened.")
        yield Problem("ended_on", "day_in_future", sentence)


def _wrong_thing(new: NewDelivery) -> Iterator[Problem]:
    if new.kind is Kind.CHECK:
        if new.passed is None:
            yield Problem("passed", "answer_missing", _("Please choose what they answered."))
    elif new.item is Item.DEVICE:
        if new.device_kind not in DEVICE_KINDS:
            yield Problem("device_kind", "device_kind_unknown", _("Please choose what kind of device it is."))
    elif new.item is Item.LINE:
        yield from _wrong_line(new)
    else:
        yield from _wrong_training(new)


def _wrong_line(new: NewDelivery) -> Iterator[Problem]:
    if any(speed is None or not 0 < speed <= MOST_KBPS for speed in (new.down_kbps, new.up_kbps)):
        yield Problem("speed", "speed_missing", _("Write the speeds down and up, for example 100/20."))
    if new.price_cents is not None and not 0 <= new.price_cents <= MOST_CENTS:
        yield Problem("price", "price_unlikely", _("Write what a month costs, for example 19.99."))


def _wrong_training(new: NewDelivery) -> Iterator[Problem]:
    if new.minutes is None and new.assessment is None:
        yield Problem("hours", "hours_missing", _("Write the hours, or name an assessment."))
    elif new.minutes is not None and not 0 < new.minutes <= MOST_MINUTES:
        yield Problem("hours", "hours_unlikely", _("Write the hours as a number, for example 1.5."))
    if new.assessment is not None and new.passed is None:
        yield Problem("passed", "result_missing", _("Please choose whether the assessment was passed."))


def _wrong_evidence(new: NewDelivery, today: date) -> Iterator[Problem]:
    if new.evidence is None:
        return
    if new.evidence.type is not None and new.evidence.type not in EVIDENCE_TYPES:
        yield Problem("evidence_type", "evidence_unknown", _("Please choose what proves it."))
    if new.evidence.seen_on is not None and new.evidence.seen_on > today:
        sentence = _("Evidence cannot be seen on a day in the future.")
        yield Problem("evidence_seen_on", "day_in_future", sentence)

"""What may be written down about the terms of a line and the subsidies that lower its price. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import Problem
from ...progress.rules.deliveries import MOST_CENTS, MOST_KBPS

HOME = "home"
LINE_KINDS = {HOME: _("At home"), "mobile": _("On a phone"), "hotspot": _("Hotspot")}
Hotspot = tuple[int, str | None, date]  # hand-over, serial or tag, day
VOUCHER = "city_voucher"
MOST_GB = 100_000
LINE_VOID = "line_void"  # why a subsidy ends: the line was never so
SUBSIDY_END_REASONS = {
    "asked": _("The household ended it"),
    "not_eligible": _("They no longer qualify"),
    "not_renewed": _("It was not renewed in time"),
    "program_over": _("The program is over"),
    "mistake": _("It was written down by mistake"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTerms:
    """The terms of a line. Prices: cents a month before subsidies; speeds: kbps; data: GB a month, None: no limit."""

    kind: str = "home"
    offer_id: int | None = None
    price_cents: int | None = None
    promo_until_on: date | None = None
    price_after_cents: int | None = None
    data_gb: int | None = None
    device_fact: int | None = None
    measured_on: date | None = None
    measured_down_kbps: int | None = None
    measured_up_kbps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubsidy:
    """What a program pays toward a line: cents a month, first and last day (None: no end known)."""

    program: str
    amount_cents: int
    from_on: date
    until_on: date | None = None


class Period(Protocol):
    """A line's days: ``ended_on`` is the first one without it."""

    starts_on: date
    ended_on: date | None


P = TypeVar("P", bound=Period)


def check_terms(terms: NewTerms, *, starts_on: date, today: date) -> list[Problem]:
    """Return everything about the terms of a line that began on ``starts_on`` that cannot be true."""
    return [*_wrong_price(terms, starts_on), *_wrong_kind(terms), *_wrong_measure(terms, starts_on, today)]


def _wrong_price(terms: NewTerms, starts_on: date) -> Iterator[Problem]:
    for field, cents in (("price", terms.price_cents), ("price_after", terms.price_after_cents)):
        if cents is not None and not 0 <= cents <= MOST_CENTS:
            yield Problem(field, "price_unlikely", _("Write what a month costs, for example 19.99."))
    if terms.promo_until_on is not None and terms.price_after_cents is None:
        yield Problem("price_after", "later_price_missing", _("Write what a month costs after the promotion."))
    if terms.promo_until_on is None and terms.price_after_cents is not None:
        yield Problem("promo_until_on", "promo_day_missing", _("Write the last day of the promotion."))
    if terms.promo_until_on is not None and terms.promo_until_on < starts_on:
        yield Problem("promo_until_on", "promo_before_start", _("The promotion cannot end before the line begins."))


def _wrong_kind(terms: NewTerms) -> Iterator[Problem]:
    if terms.kind not in LINE_KINDS:
        yield Problem("kind", "kind_unknown", _("Please choose what kind of line it is."))
    if terms.device_fact is not None and terms.kind != "hotspot":
        yield Problem("kind", "device_without_hotspot", _("A line by this device is a hotspot line. Choose “Hotspot”."))
    if terms.data_gb is not None and not 0 < terms.data_gb <= MOST_GB:
        yield Problem("data_gb", "data_unlikely", _("Write the gigabytes a month as a number, for example 25."))


def _wrong_measure(terms: NewTerms, starts_on: date, today: date) -> Iterator[Problem]:
    speeds = (terms.measured_down_kbps, terms.measured_up_kbps)
    if terms.measured_on is None:
        if any(speeds):
            yield Problem("measured_on", "measured_day_missing", _("Write the day of the speed test."))
        return
    if any(speed is None or not 0 < speed <= MOST_KBPS for speed in speeds):
        yield Problem("measured", "measured_missing", _("Write what the test showed, down and up, for example 92/11."))
    if terms.measured_on > today:
        yield Problem("measured_on", "day_in_future", _("This day lies in the future."))
    elif terms.measured_on < starts_on:
        yield Problem("measured_on", "measured_before_start", _("On this day the line was not on yet."))


def check_subsidy(
    new: NewSubsidy, *, programs: Collection[str], others: Iterable[NewSubsidy], line: Period
) -> Iterator[Problem]:
    """Yield what is wrong with a subsidy. ``others``: those of the household, whatever the line."""
    if new.program not in programs:
        yield Problem("program", "program_unknown", _("Please choose a program."))
    if not 0 < new.amount_cents <= MOST_CENTS:
        yield Problem("amount", "amount_unlikely", _("Write what it pays a month, for example 9.25."))
    if new.until_on is not None and new.until_on < new.from_on:
        yield Problem("until_on", "end_before_start", _("It cannot end before it begins."))
        return
    if new.from_on < line.starts_on:
        yield Problem("from_on", "before_line", _("On this day the line was not on yet."))
    elif line.ended_on is not None and new.from_on >= line.ended_on:
        yield Problem("from_on", "after_line", _("On this day the line had ended."))
    if any(one.program == new.program and _meet(new, one) for one in others):
        sentence = _("This program pays them already in these days. One household gets it once: end the other first.")
        yield Problem("program", "subsidy_overlaps", sentence)


def _meet(one: NewSubsidy, other: NewSubsidy) -> bool:
    first, second = one.until_on or date.max, other.until_on or date.max
    return one.from_on <= second and other.from_on <= first


def overlapping(lines: Iterable[P], *, starts_on: date, ended_on: date | None) -> P | None:
    """Return the first of the household's other lines at home that is on in the same days, None where none is."""
    last = ended_on or date.max
    return next((one for one in lines if one.starts_on < last and starts_on < (one.ended_on or date.max)), None)

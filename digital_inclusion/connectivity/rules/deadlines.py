"""By when somebody has to act: each rule with its source, in calendar or in business days. Pure.

The day from which a rule counts is not counted itself: 30 days from March 1 is March 31. What is counted in calendar
days stays where it falls, also on a Sunday; what is counted in business days never ends on a closed day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from holidays import country_holidays

from ...foundation.kernel.messages import _

_DAY = timedelta(days=1)
_SATURDAY = 5


class Counting(StrEnum):
    """How the days of a rule are counted."""

    CALENDAR = "calendar"
    BUSINESS = "business"
    YEARS = "years"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """So many days (or years) from an event. ``sure``: False where the number was not read at its source."""

    number: int
    counting: Counting
    says: str
    source: str
    sure: bool = True


_USAC = "usac.org, de-enroll ineligible subscribers"
RULES: dict[str, DeadlineRule] = {
    "prove": DeadlineRule(
        number=30, counting=Counting.CALENDAR, source=f"47 CFR 54.405(e)(1); {_USAC}",
        says=_("30 days to show that the household still qualifies"),
    ),
    "recertify": DeadlineRule(
        number=60, counting=Counting.CALENDAR, source=f"47 CFR 54.405(e)(4); {_USAC}", sure=False,
        says=_("60 days to answer the yearly recertification"),
    ),
    "cure": DeadlineRule(
        number=15, counting=Counting.CALENDAR, source=f"47 CFR 54.405(e)(3); {_USAC}",
        says=_("15 days to use the service again, after 30 days without use"),
    ),
    "deenroll": DeadlineRule(
        number=5, counting=Counting.BUSINESS, source=f"47 CFR 54.405(e)(2); {_USAC}",
        says=_("The company ends the discount within 5 business days"),
    ),
    "return_form": DeadlineRule(
        number=30, counting=Counting.CALENDAR, source="CPUC General Order 153; findmymoney.app", sure=False,
        says=_("The application comes back within 30 days"),
    ),
    "renew": DeadlineRule(
        number=1, counting=Counting.YEARS, source="usac.org, by the anniversary of the service; CPUC General Order 153",
        says=_("The discount is renewed every year"),
    ),
    "freeze": DeadlineRule(
        number=30, counting=Counting.CALENDAR, source="CPUC, wireless requests from June 1, 2017", sure=False,
        says=_("30 days before the same household can ask again"),
    ),
    "last_day": DeadlineRule(
        number=0, counting=Counting.CALENDAR, source="The letter of the program or the company",
        says=_("The last day with the discount"),
    ),
}  # fmt: skip


def due_on(code: str, start: date, closed_on: Collection[date] = ()) -> date:
    """Return the last day on which to act by the rule ``code``, counted from ``start``."""
    rule = RULES[code]
    if rule.counting is Counting.BUSINESS:
        return add_business_days(start, rule.number, closed_on)
    if rule.counting is Counting.YEARS:
        return add_years(start, rule.number)
    return start + rule.number * _DAY


def add_business_days(start: date, number: int, closed_on: Collection[date] = ()) -> date:
    """Return the ``number``-th day after ``start`` on which offices are open."""
    day = start
    while number:
        day += _DAY
        number -= not is_closed(day, closed_on)
    return day


def add_years(start: date, number: int) -> date:
    """Return the same day so many years later; February 29 becomes February 28 where there is none."""
    try:
        return start.replace(year=start.year + number)
    except ValueError:
        return start.replace(year=start.year + number, day=28)


def is_closed(day: date, closed_on: Collection[date] = ()) -> bool:
    """Return whether offices are closed: a weekend, a federal holiday, or a day that the settings name."""
    return day.weekday() >= _SATURDAY or day in _federal_holidays(day.year) or day in closed_on


@cache
def _federal_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("US", years=year))


EARLY = timedelta(days=150)  # so long before the anniversary the recertification may begin: usac.org


def anniversary(start: date, after: date) -> date:
    """Return the first anniversary of ``start`` that is not before ``after``."""
    years = max(1, after.year - start.year)
    return next(day for day in (add_years(start, years), add_years(start, years + 1)) if day >= after)


def renewed(start: date, on: date) -> date:
    """Return the anniversary by which to renew next, of a discount from ``start`` that was renewed ``on`` a day.

    Who renews at most 150 days before the anniversary has renewed for it; who renews after it, for the one before.
    """
    coming = anniversary(start, on)
    return add_years(start, coming.year - start.year + 1) if coming - on <= EARLY else coming


def renewal_after(start: date, on: date, known: Collection[date]) -> date:
    """Return the anniversary by which to renew a discount from ``start`` that runs on since ``on``.

    ``known``: deadlines it had before. A renewal that was done already for a later anniversary stays done.
    """
    renewals = [day for day in known if day == add_years(start, day.year - start.year)]
    return max([anniversary(start, on), *renewals])

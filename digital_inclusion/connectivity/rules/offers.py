"""Offers: what may be written down of one, which terms hold on a day, and how it stands for who starts then. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

from ...foundation.kernel.dates import months_after
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...progress.rules.deliveries import MOST_KBPS
from .fitting import Plan
from .terms import MOST_GB

KINDS = {"home": _("Home internet"), "mobile": _("Mobile plan"), "hotspot": _("Hotspot")}
MOST_CENTS = 100_000  # a month; more is a slip of the finger
MOST_MONTHS = 60
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTerms:
    """What an offer costs and gives from a day. Cents are a month's but for ``setup_cents``; speeds kbps."""

    from_on: date
    price_cents: int
    promo_cents: int | None = None
    promo_months: int | None = None
    promo_until_on: date | None = None
    setup_cents: int = 0
    equipment: str | None = None
    equipment_cents: int = 0
    down_kbps: int
    up_kbps: int
    data_gb: int | None = None
    low_cost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffer:
    """An offer with its first terms."""

    provider: str
    plan: str
    kind: str
    program: str | None = None
    zip_codes: tuple[str, ...] | None = None
    languages: tuple[str, ...] = ("en",)
    how_to_apply: str | None = None
    link: str | None = None
    phone: str | None = None
    source: str | None = None
    closes_on: date | None = None
    terms: NewTerms


def check_terms(terms: NewTerms) -> None:
    """Raise Invalid with a sentence for every value that cannot be."""
    wrong = dict(_wrong_terms(terms))
    if wrong:
        raise Invalid(fields=wrong)


def check_offer(new: NewOffer, *, programs: Sequence[str], zip_codes: frozenset[str]) -> None:
    """Raise Invalid with a sentence for every value that cannot be. ``zip_codes``: of the program's area."""
    wrong = dict(_wrong_terms(new.terms))
    if new.kind not in KINDS:
        wrong["kind"] = _("Please choose what kind of plan it is.")
    if new.program is not None and new.program not in programs:
        wrong["program"] = _("Please choose who qualifies.")
    outside = sorted(set(new.zip_codes or ()) - zip_codes)
    if outside:
        wrong["zip_codes"] = _("A ZIP code here is not one of the program's area. Please check the numbers.")
    if new.closes_on is not None and new.closes_on < new.terms.from_on:
        wrong["closes_on"] = _("The offer cannot end before it begins.")
    if new.link is not None and not new.link.startswith(("https://", "http://")):
        wrong["link"] = _("Write the whole address, beginning with https://.")
    if wrong:
        raise Invalid(fields=wrong)


def _wrong_terms(new: NewTerms) -> Iterator[tuple[str, str]]:
    if new.from_on < EARLIEST:
        yield "from_on", _("This day lies before 2000. Please check the year.")
    for field, cents in (
        ("price", new.price_cents),
        ("setup", new.setup_cents),
        ("equipment_price", new.equipment_cents),
    ):
        if not 0 <= cents <= MOST_CENTS:
            yield field, _("Write what it costs, for example 19.99.")
    if not (0 < new.down_kbps <= MOST_KBPS and 0 < new.up_kbps <= MOST_KBPS):
        yield "speed", _("Write the speeds down and up, for example 100/20.")
    if new.data_gb is not None and not 0 < new.data_gb <= MOST_GB:
        yield "data_gb", _("Write the gigabytes as a number, or leave it empty when there is no limit.")
    yield from _wrong_promotion(new)


def _wrong_promotion(new: NewTerms) -> Iterator[tuple[str, str]]:
    ends = [one for one in (new.promo_months, new.promo_until_on) if one is not None]
    if new.promo_cents is None:
        if ends:
            yield "promo_price", _("Write what it costs during the promotion.")
        return
    if not 0 <= new.promo_cents < new.price_cents:
        yield "promo_price", _("The price during a promotion must be lower than the price after it.")
    if len(ends) != 1:
        yield "promo_months", _("Write after how many months the promotion ends, or its last day: one of the two.")
    if new.promo_months is not None and not 1 <= new.promo_months <= MOST_MONTHS:
        yield "promo_months", _("Write the months as a number from 1 to 60.")
    if new.promo_until_on is not None and new.promo_until_on < new.from_on:
        yield "promo_until_on", _("The promotion cannot end before it begins.")


class Terms(Protocol):
    """Stored terms."""

    from_on: date
    price_cents: int
    promo_cents: int | None
    promo_months: int | None
    promo_until_on: date | None
    setup_cents: int
    equipment: str | None
    equipment_cents: int
    down_kbps: int
    up_kbps: int
    data_gb: int | None
    low_cost: bool


SomeTerms = TypeVar("SomeTerms", bound=Terms)


class Offered(Protocol):
    """A stored offer."""

    id: int
    code: str
    provider: str
    plan: str
    kind: str
    program: str | None
    zip_codes: list[str] | None
    languages: list[str]
    opens_on: date
    closes_on: date | None
    verified_on: date | None


def terms_on(terms: Sequence[SomeTerms], day: date) -> SomeTerms | None:
    """Return the terms that hold on ``day``: of the latest day up to it, the last row. ``terms``: as recorded."""
    found = None
    for one in terms:
        if one.from_on <= day and (found is None or one.from_on >= found.from_on):
            found = one
    return found


def is_open(offer: Offered, day: date) -> bool:
    """Tell whether somebody can sign up on ``day``."""
    return offer.opens_on <= day and (offer.closes_on is None or day <= offer.closes_on)


def is_stale(offer: Offered, day: date, stale_days: int) -> bool:
    """Tell whether nobody has looked at the offer within the last ``stale_days``."""
    return offer.verified_on is None or offer.verified_on + timedelta(days=stale_days) < day


def promotion_until(terms: Terms, start: date) -> date | None:
    """Return the last day of the promotion for who starts on ``start``; None where there is none then."""
    if terms.promo_cents is None:
        return None
    if terms.promo_months is not None:
        return months_after(start, terms.promo_months) - timedelta(days=1)
    until = terms.promo_until_on
    return until if until is not None and until >= start else None


def plan_of(offer: Offered, terms: Terms, *, on: date, is_stale: bool) -> Plan:
    """Return the offer as it stands for who starts on a day."""
    until = promotion_until(terms, on)
    first = terms.promo_cents if until is not None and terms.promo_cents is not None else terms.price_cents
    return Plan(
        id=offer.id,
        code=offer.code,
        provider=offer.provider,
        name=offer.plan,
        kind=offer.kind,
        program=offer.program,
        zip_codes=None if offer.zip_codes is None else frozenset(offer.zip_codes),
        languages=frozenset(offer.languages),
        price_cents=terms.price_cents + terms.equipment_cents,
        first_cents=first + terms.equipment_cents,
        promo_until=until,
        once_cents=terms.setup_cents,
        down_kbps=terms.down_kbps,
        up_kbps=terms.up_kbps,
        data_gb=terms.data_gb,
        low_cost=terms.low_cost,
        is_stale=is_stale,
    )

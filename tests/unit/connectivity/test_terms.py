"""What may be written down about a line's terms, and about what programs pay."""

from dataclasses import dataclass
from datetime import date

import pytest

from digital_inclusion.connectivity.rules.terms import NewSubsidy, NewTerms, check_subsidy, check_terms, overlapping

START, TODAY = date(2026, 1, 12), date(2026, 11, 22)


@dataclass(frozen=True)
class On:
    starts_on: date
    ended_on: date | None = None


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        (NewTerms(), []),
        (NewTerms(price_cents=2999, promo_until_on=date(2026, 12, 31), price_after_cents=4999), []),
        (NewTerms(promo_until_on=date(2026, 12, 31)), ["price_after"]),
        (NewTerms(price_after_cents=4999), ["promo_until_on"]),
        (NewTerms(promo_until_on=date(2026, 1, 11), price_after_cents=1), ["promo_until_on"]),
        (NewTerms(price_cents=-1), ["price"]),
        (NewTerms(price_cents=1_000_001), ["price"]),
        (NewTerms(kind="dial-up"), ["kind"]),
        (NewTerms(device_fact=7), ["kind"]),
        (NewTerms(kind="hotspot", device_fact=7, data_gb=0), ["data_gb"]),
        (NewTerms(measured_down_kbps=92_000, measured_up_kbps=11_000), ["measured_on"]),
        (NewTerms(measured_on=TODAY), ["measured"]),
        (NewTerms(measured_on=date(2026, 11, 23), measured_down_kbps=1, measured_up_kbps=1), ["measured_on"]),
        (NewTerms(measured_on=date(2026, 1, 11), measured_down_kbps=1, measured_up_kbps=1), ["measured_on"]),
    ],
)
def test_terms_that_cannot_be_true(terms: NewTerms, fields: list[str]) -> None:
    assert [one.field for one in check_terms(terms, starts_on=START, today=TODAY)] == fields


def subsidy(start: str, end: str | None = None, program: str = "acp", cents: int = 3000) -> NewSubsidy:
    until = date.fromisoformat(end) if end else None
    return NewSubsidy(program=program, amount_cents=cents, from_on=date.fromisoformat(start), until_on=until)


@pytest.mark.parametrize(
    ("new", "fields"),
    [
        (subsidy("2026-02-01"), ["program"]),
        (subsidy("2026-02-01", "2026-02-28"), []),
        (subsidy("2026-02-01", "2026-03-01"), ["program"]),
        (subsidy("2026-02-01", program="lifeline_federal"), []),
        (subsidy("2026-02-01", program="somebody"), ["program"]),
        (subsidy("2026-02-01", "2026-01-31", program="lifeline_federal"), ["until_on"]),
        (subsidy("2026-01-11", program="lifeline_federal"), ["from_on"]),
        (subsidy("2026-06-01", program="lifeline_federal"), ["from_on"]),
        (subsidy("2026-02-01", program="lifeline_federal", cents=0), ["amount"]),
    ],
)
def test_subsidy_that_cannot_be_true(new: NewSubsidy, fields: list[str]) -> None:
    others = [subsidy("2026-03-01", "2026-04-30")]
    line = On(START, date(2026, 6, 1))
    found = check_subsidy(new, programs=["acp", "lifeline_federal"], others=others, line=line)
    assert [one.field for one in found] == fields


def test_lines_overlap_until_the_first_day_without() -> None:
    old = On(START, date(2026, 6, 1))
    assert overlapping([old], starts_on=date(2026, 6, 1), ended_on=None) is None
    assert overlapping([old], starts_on=date(2026, 5, 31), ended_on=None) is old
    assert overlapping([On(START)], starts_on=date(2025, 1, 1), ended_on=START) is None

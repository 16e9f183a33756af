"""How the balance is told: as kilograms, as tonnes, as the rows of a file. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from .balance import Balance, Factors, Line, Share

Value = str | int | Decimal | None
TONNE = 1_000_000  # grams


def kilograms(grams: int) -> Decimal:
    """Return grams as kilograms, exact to the gram."""
    return Decimal(grams) / 1000


def tonnes(grams: int) -> Decimal:
    """Return grams as tonnes with two digits that mean something: a range of estimates has no more."""
    value = Decimal(grams) / TONNE
    return value.quantize(Decimal(1)) if value >= 10 else value.quantize(Decimal("0.1" if value >= 1 else "0.01"))


HEAD = ("line", "devices", "of_these_estimated", "of_these_unknown", "grams", "kilograms", "factor_set")


def rows_of(balance: Balance, factors: Factors) -> Iterator[Sequence[Value]]:
    """Yield the balance as the rows of a table, the heading first; the last one is 0 when it closes."""
    yield HEAD
    yield _row("came_in", balance.came, factors)
    for line in Line:
        yield _row(line.value, balance.lines[line], factors)
    yield "difference", balance.missing_units, None, None, balance.difference_g, kilograms(balance.difference_g), None


def _row(name: str, share: Share, factors: Factors) -> Sequence[Value]:
    return (
        name, share.units, share.estimated, share.unknown, share.grams, kilograms(share.grams), factors.name,
    )  # fmt: skip

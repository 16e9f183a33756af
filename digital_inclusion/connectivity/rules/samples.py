"""A random sample of lines: how many to ask, which ones, and what their answers say of all. Pure.

The interval around the share is Wilson's with the correction for a finite population (the answers count for more,
the larger the part of all lines they are). Source: E. B. Wilson, Journal of the American Statistical Association 22
(1927), 209-212; W. G. Cochran, Sampling Techniques, 3rd ed. (1977), sections 2.6 and 4.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, sqrt
from random import Random
from statistics import NormalDist

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

LARGEST_SEED = 2**31 - 1
MOST_MARGIN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A sample to draw: the term, the period in which its question came due, and its size or margin (percent)."""

    term_days: int
    from_on: date
    to_on: date
    size: int | None = None
    margin: int | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A share from 0 to 1, and the interval in which that of all lies with the confidence."""

    share: float
    low: float
    high: float


def check_wanted(wanted: Wanted, *, terms: Sequence[int], today: date) -> None:
    """Raise Invalid with a sentence for each field unless such a sample can be drawn."""
    wrong: dict[str, str] = {}
    if wanted.term_days not in terms:
        wrong["term_days"] = _("Please choose after how many days.")
    if wanted.to_on < wanted.from_on:
        wrong["to_on"] = _("The last day lies before the first one.")
    elif wanted.to_on > today:
        wrong["to_on"] = _("This day lies in the future: who comes due then is not known yet.")
    if (wanted.size is None) == (wanted.margin is None):
        wrong["size"] = _("Write how many to ask, or the margin that is good enough: one of the two.")
    elif wanted.size is not None and wanted.size < 1:
        wrong["size"] = _("Write how many to ask, 1 or more.")
    elif wanted.margin is not None and not 1 <= wanted.margin <= MOST_MARGIN:
        wrong["margin"] = _("Write the margin in percent, from 1 to 50.")
    if wrong:
        raise Invalid(fields=wrong)


def size_for(wanted: Wanted, *, population: int, confidence: int) -> int:
    """Return how many of ``population`` to ask; for a margin as if half were on, which asks for most."""
    if wanted.size is not None:
        return min(wanted.size, population)
    margin = (wanted.margin or MOST_MARGIN) / 100
    endless = _z(confidence) ** 2 / (4 * margin**2)
    return max(1, min(population, ceil(endless / (1 + (endless - 1) / population))))


def draw(numbers: Sequence[int], *, size: int, seed: int) -> list[int]:
    """Return ``size`` of the numbers, each as likely as the others; the same ones whenever it is asked again."""
    return sorted(Random(seed).sample(sorted(numbers), size))  # noqa: S311 - it must be repeatable, not secret


def interval(on: int, answered: int, *, population: int, confidence: int) -> Interval | None:
    """Return the share of ``on`` among those who answered, with its interval; None when nobody did."""
    if answered == 0:
        return None
    share = on / answered
    if answered >= population:
        return Interval(share, share, share)
    square = _z(confidence) ** 2
    counts = answered * (population - 1) / (population - answered) if population > 1 else answered
    middle = (share + square / (2 * counts)) / (1 + square / counts)
    half = sqrt(square * (share * (1 - share) / counts + square / (4 * counts**2))) / (1 + square / counts)
    return Interval(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


def bounds(on: int, off: int, *, size: int) -> tuple[float, float]:
    """Return the share of the sample if all who did not answer were off, and if all were on."""
    return on / size, (size - off) / size


def _z(confidence: int) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 200)

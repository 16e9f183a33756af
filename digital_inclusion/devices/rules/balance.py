"""What came in by weight, and where it is: a balance that closes to the gram. Pure.

Sources: the balance as the program decided it (kilograms in = reused + harvested + recycled + disposed + in stock),
with a line of its own for what we lost track of; weights and carbon by the factor set (``factors/``), which names its
source.
A part counts once: under "harvested", and no longer with the unit it came from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ...foundation.kernel.messages import _
from .states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Carbon:
    """Grams CO2e of making one device: quartiles and median of ``reports`` reports."""

    low_g: int
    median_g: int
    high_g: int
    reports: int
    confidence: str  # fair, low


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """A version of typical weights (grams) and carbon by kind, with its source and its assumption."""

    name: str
    source: str
    displacement_percent: int  # share of devices in homes that stand in for a new one
    displacement_confirmed: bool
    weights_g: Mapping[str, int]
    carbon: Mapping[str, Carbon]


class Line(StrEnum):
    """Where weight is."""

    REUSED = "reused"
    HARVESTED = "harvested"
    RECYCLED = "recycled"
    DISPOSED = "disposed"
    STOCK = "stock"
    LOST = "lost"
    PASSED_ON = "passed_on"


LINES: dict[str, str] = {
    Line.REUSED: _("In homes"),
    Line.HARVESTED: _("Parts taken out"),
    Line.RECYCLED: _("Recycled"),
    Line.DISPOSED: _("Disposed of"),
    Line.STOCK: _("In the house"),
    Line.LOST: _("Lost track of"),
    Line.PASSED_ON: _("Passed on to other organizations"),
}
_LINE_OF: dict[str, Line] = {
    State.HANDED_OVER: Line.REUSED,
    State.RECYCLED: Line.RECYCLED,
    State.DISPOSED: Line.DISPOSED,
    State.LOST: Line.LOST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """``count`` units that came and are alike in everything that the balance asks."""

    kind: str
    state: str
    weight_g: int | None  # as weighed, each
    parts_g: int = 0  # weight of the parts taken out of each, as far as they were weighed
    loose_parts: int = 0  # parts of each that nobody weighed
    elsewhere: bool = False  # another organization has them now
    count: int = 1


@dataclass(slots=True)
class Share:
    """One line: how many units, their grams, and how well that is known."""

    units: int = 0
    grams: int = 0
    estimated: int = 0  # units with the typical weight of their kind
    unknown: int = 0  # units whose weight nobody knows; they add no grams


@dataclass(slots=True)
class Balance:
    """All lines, and what came in, added up on its own."""

    came: Share = field(default_factory=Share)
    lines: dict[Line, Share] = field(default_factory=lambda: {line: Share() for line in Line})
    loose_parts: int = 0  # parts that nobody weighed: their grams are still with their units
    overweight: int = 0  # units whose parts weigh more than they do: somebody should weigh them

    @property
    def difference_g(self) -> int:
        """Return grams that came and stand in no line; not 0 is a mistake of ours."""
        return self.came.grams - sum(share.grams for share in self.lines.values())

    @property
    def missing_units(self) -> int:
        """Return units that came and stand in no line; parts are no units of their own."""
        stand = sum(share.units for line, share in self.lines.items() if line is not Line.HARVESTED)
        return self.came.units - stand


def line_of(state: str, *, elsewhere: bool = False) -> Line:
    """Return where the weight of a unit in ``state`` stands; a unit that is only pledged has not come."""
    if state == State.PLEDGED:
        raise ValueError("a pledged unit has no weight here")
    return Line.PASSED_ON if elsewhere else _LINE_OF.get(state, Line.STOCK)


def weight_of(kind: str, weight_g: int | None, factors: Factors) -> int | None:
    """Return grams: as weighed, else typical of the kind; None for a kind without a factor that nobody weighed."""
    return weight_g if weight_g is not None else factors.weights_g.get(kind)


def balance_of(rows: Iterable[Came], factors: Factors, *, came: Share | None = None) -> Balance:
    """Return the balance. ``came``: what came in as somebody else added it up; without it the rows tell it."""
    found = Balance()
    for row in rows:
        _add(found, row, weight_of(row.kind, row.weight_g, factors))
    if came is not None:
        found.came = came
    return found


def _add(found: Balance, row: Came, whole: int | None) -> None:
    """Split the units' weight between their parts and their own line."""
    parts = row.parts_g if whole is None else min(row.parts_g, whole)
    rest = 0 if whole is None else whole - parts
    found.loose_parts += row.loose_parts * row.count
    found.overweight += row.count if whole is not None and row.parts_g > whole else 0
    _put(found.came, row, parts + rest, whole)
    _put(found.lines[line_of(row.state, elsewhere=row.elsewhere)], row, rest, whole)
    if row.parts_g or row.loose_parts:
        taken = found.lines[Line.HARVESTED]
        taken.units += row.count
        taken.grams += parts * row.count
        taken.unknown += 0 if row.parts_g else row.count


def _put(share: Share, row: Came, grams: int, whole: int | None) -> None:
    share.units += row.count
    share.grams += grams * row.count
    share.unknown += row.count if whole is None else 0
    share.estimated += row.count if whole is not None and row.weight_g is None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InHomes:
    """``count`` units of a kind in homes. ``proven``: the hand-over is verified, and no end of use is on record."""

    kind: str
    proven: bool
    count: int


@dataclass(slots=True)
class Avoided:
    """Grams CO2e that reuse may have avoided, and for which units nobody can say."""

    units: int = 0  # behind the range
    low_g: int = 0
    high_g: int = 0
    most_g: int = 0  # if each of them stood in for a new one
    unproven: int = 0
    without_factor: int = 0


def carbon_of(rows: Iterable[InHomes], factors: Factors) -> Avoided:
    """Return the range for units in homes: quartiles times the share that stands in for a new device."""
    found = Avoided()
    for row in rows:
        one = factors.carbon.get(row.kind)
        if one is None:
            found.without_factor += row.count
        elif not row.proven:
            found.unproven += row.count
        else:
            found.units += row.count
            found.low_g += one.low_g * row.count
            found.high_g += one.high_g * row.count
    found.most_g = found.high_g
    found.low_g = found.low_g * factors.displacement_percent // 100
    found.high_g = found.high_g * factors.displacement_percent // 100
    return found

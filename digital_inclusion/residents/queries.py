"""The public figures: totals of months that are over, as they were published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..progress.models import PublishedFigure
from ..progress.queries.program import find_program
from ..progress.queries.published import PUBLISHED, list_published
from ..progress.schemas import LoadedProgram

SERIES = PUBLISHED


@dataclass(frozen=True, slots=True)
class Point:
    """One published figure; not ``exact``: it repeats an earlier one. ``small``: figures up to it are not shown."""

    value: int
    exact: bool
    small: int

    @property
    def is_small(self) -> bool:
        """Return whether the figure is too small to be shown."""
        return self.value == 0 and not self.exact

    @property
    def is_nothing(self) -> bool:
        """Return whether there is truly nothing yet."""
        return self.value == 0 and self.exact


@dataclass(frozen=True, slots=True)
class PublicMonth:
    """One closed month: its figures by (milestone, aspect), and the posting they were known at."""

    month: date
    as_of: date
    posting: int
    points: dict[tuple[str, str], Point]

    def of(self, milestone: str, aspect: str) -> Point | None:
        """Return a figure, None where it was not published."""
        return self.points.get((milestone, aspect))


def public_program() -> LoadedProgram | None:
    """Return the program's settings, None before any were loaded."""
    return find_program()


def public_rows() -> list[PublishedFigure]:
    """Return every published figure, oldest month first."""
    found = [row for milestone, aspect in SERIES for row in list_published(milestone, aspect)]
    return sorted(found, key=lambda row: (row.month, row.milestone, row.aspect))


def public_months(program: LoadedProgram | None, rows: Sequence[PublishedFigure]) -> list[PublicMonth]:
    """Return the closed months, oldest first."""
    small = program.file.privacy.small_figure if program else 0
    found: dict[date, PublicMonth] = {}
    for row in rows:
        month = found.setdefault(row.month, PublicMonth(row.month, row.as_of, row.posting, {}))
        month.points[row.milestone, row.aspect] = Point(row.value, row.exact, small)
    return list(found.values())

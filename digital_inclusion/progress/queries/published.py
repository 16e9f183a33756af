"""Published figures: totals of closed months, as the public page and the open data show them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from ...foundation.database import session
from ..models import PublishedFigure

# The goals' own series. Parts and neighbors of them (current, included, …) stay unpublished: subtracting one
# from another could give a figure that is too small to show.
PUBLISHED: tuple[tuple[str, str], ...] = (
    ("connected", "verified"),
    ("connected", "pending"),
    ("skills_sustained", "verified"),
)


def published_months() -> set[date]:
    """Return the first days of the months that are published."""
    return set(session().scalars(select(PublishedFigure.month).distinct().order_by(PublishedFigure.month)))


def list_published(milestone: str = "connected", aspect: str = "verified") -> Sequence[PublishedFigure]:
    """Return one public series, oldest month first. A value that is not ``exact`` repeats the one before it.

    Show a value of 0 that is not exact as "10 or fewer" (``privacy.small_figure`` of the settings).
    """
    statement = (
        select(PublishedFigure)
        .where(PublishedFigure.milestone == milestone, PublishedFigure.aspect == aspect)
        .order_by(PublishedFigure.month)
    )
    return session().scalars(statement).all()


def latest_published() -> Sequence[PublishedFigure]:
    """Return the public figures of the last published month; nothing before the first."""
    newest = select(func.max(PublishedFigure.month)).scalar_subquery()
    statement = select(PublishedFigure).where(PublishedFigure.month == newest)
    return session().scalars(statement.order_by(PublishedFigure.milestone, PublishedFigure.aspect.desc())).all()


def last_values() -> dict[tuple[str, str], int]:
    """Return the last published value of each series."""
    return {(row.milestone, row.aspect): row.value for row in latest_published()}

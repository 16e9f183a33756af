"""Every household figure that anybody sees: sums over the ledger, read from its cells or, for what was known, itself.

``figure(milestone, aspect, D, K)`` is the sum of entries with ``occurred_on`` <= D and posting <= K. With today's
knowledge (K = the last posting) it is read from the cells: whole months before the open one, and the open month's
days. That costs the same with a thousand households and with a million. What was known at an earlier K is read from
the entries themselves (about a second for a million households).

Milestones: device, connectivity, skills, connected, included, connected_sustained, skills_sustained.
Aspects: pending, verified, current (the two sustained ones have no current).
Credited numbers: a partner's figure is what its own deliveries completed; the partners' figures add up to the city's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Subquery, func, literal, select, union_all

from ...foundation.access.identity import Actor
from ...foundation.access.policy import may_see
from ...foundation.access.roles import sees_every_partner
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.dates import last_day, month_of, months
from ...foundation.kernel.errors import Invalid, NotFound
from ...foundation.kernel.messages import _
from ..models import CubeCell, EntryRow, MarginCell, PostingRow
from ..rules.milestones import SUSTAINED, Milestone
from .ledger import posting_at

Panel = Literal["partner", "district", "month"]
ASPECTS: Mapping[str, tuple[str, ...]] = {
    milestone.value: ("verified", "pending") if milestone in SUSTAINED else ("verified", "pending", "current")
    for milestone in Milestone
}
_ENTRY_KEYS: Mapping[Panel, Any] = {
    "partner": EntryRow.partner_id,
    "district": EntryRow.district,
    "month": EntryRow.occurred_on,
}
ASKED_EARLIEST = timedelta(minutes=1)  # a posting may take its number up to 30 s before it is committed


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures by (milestone, aspect). What is not in it is 0."""

    sums: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def of(self, milestone: str, aspect: str) -> int:
        """Return one figure."""
        return self.sums.get((milestone, aspect), 0)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which credited results are meant. None: all."""

    partner_id: int | None = None
    district: str | None = None


EVERYWHERE = Filter()


@dataclass(frozen=True, slots=True)
class Month:
    """One point of a series: what the month changed (``added``), and the figures on its last day (``reached``).

    The open month's last day is today.
    """

    month: date
    added: Figures
    reached: Figures


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A posting as an answer prints it: number K (0: nothing is posted yet) and when it was recorded."""

    posting: int
    recorded_at: datetime | None


def last_posting() -> Knowledge:
    """Return the last posting: what "now" means in an answer."""
    statement = select(PostingRow.number, PostingRow.recorded_at).order_by(PostingRow.number.desc()).limit(1)
    row = session().execute(statement).first()
    return Knowledge(row.number, row.recorded_at) if row else Knowledge(0, None)


def posting_known_at(at: datetime) -> Knowledge:
    """Return the last posting recorded at or before ``at``; raise Invalid if that may still change."""
    if at > clock.now() - ASKED_EARLIEST:
        raise Invalid(
            _("What was known at a time can be asked one minute later at the earliest, so that the answer is final.")
        )
    return get_posting(posting_at(session(), at))


def get_posting(number: int) -> Knowledge:
    """Return a posting; 0 is the empty book. Raise NotFound for one that does not exist yet."""
    if number == 0:
        return Knowledge(0, None)
    row = session().get(PostingRow, number)
    if row is None:
        raise NotFound(_("There is no posting %(number)s."), number=number)
    return Knowledge(row.number, row.recorded_at)


def filter_for(by: Actor, *, partner_id: int | None = None, district: str | None = None) -> Filter:
    """Return the filter somebody asked for; raise NotFound for another partner's numbers."""
    if partner_id is not None and not may_see(by, _Owned(partner_id)):
        raise NotFound
    return Filter(partner_id, district)


def own_partner(by: Actor) -> int | None:
    """Return the only partner whose credited numbers ``by`` may see in by-partner panels; None: all of them."""
    if sees_every_partner(by.roles):
        return None
    return by.partner_id if by.partner_id is not None else -1


def figures(where: Filter = EVERYWHERE, *, on: date | None = None) -> Figures:
    """Return all figures on a day (default: today), as known now."""
    return next(iter(_grouped(None, where, on or clock.today()).values()), Figures())


def figures_by_partner(*, by: Actor, district: str | None = None, on: date | None = None) -> dict[int, Figures]:
    """Return the figures credited to each partner, by partner id; a partner's people get their own only."""
    found = _grouped("partner", Filter(own_partner(by), district), on or clock.today())
    return {int(key): its for key, its in found.items()}


def figures_by_district(where: Filter = EVERYWHERE, *, on: date | None = None) -> dict[str, Figures]:
    """Return the figures by district code ("unknown" for homes without one)."""
    return _grouped("district", where, on or clock.today())


def series_by_month(where: Filter = EVERYWHERE, *, first: date | None = None, last: date | None = None) -> list[Month]:
    """Return a point for every month up to today (or ``last``), from ``first`` or from the first with an entry.

    ``reached`` always counts from the beginning, whatever ``first`` is. Months without entries are there too.
    """
    until = min(last_day(last), clock.today()) if last else clock.today()
    steps = _steps(_cells_until(where, until))
    begin = min([first, *steps] if first else steps, default=None)
    if begin is None:
        return []
    made, running = [], dict[tuple[str, str], int]()
    for month in months(begin, until):
        added = steps.get(month, {})
        for key, net in added.items():
            running[key] = running.get(key, 0) + net
        if first is None or month >= month_of(first):
            made.append(Month(month, Figures(added), Figures(dict(running))))
    return made


def figures_known_at(posting: int, *, on: date, where: Filter = EVERYWHERE) -> Figures:
    """Return all figures on a day as they were known at a posting. Reads the entries."""
    return next(iter(known_at_by(None, posting, on=on, where=where).values()), Figures())


def figure(milestone: str, aspect: str, on: date, posting: int, where: Filter = EVERYWHERE) -> int:
    """Return one figure on a day as known at a posting: the definition itself. Reads the entries."""
    statement = select(func.coalesce(func.sum(EntryRow.sign), 0)).where(
        EntryRow.milestone == milestone, EntryRow.aspect == aspect, *_entries_where(on, posting, where)
    )
    return int(session().scalar(statement) or 0)


def known_at_by(panel: Panel | None, posting: int, *, on: date, where: Filter = EVERYWHERE) -> dict[str, Figures]:
    """Return the figures on a day as known at a posting, by partner id or district, or by the month they arose in."""
    what: list[Any] = [EntryRow.milestone, EntryRow.aspect]
    by = [_ENTRY_KEYS[panel], *what] if panel else what
    shown = by if panel else [literal("").label("key"), *what]
    statement = (
        select(*shown, func.sum(EntryRow.sign)).where(*_entries_where(on, posting, where)).group_by(*by).order_by(*by)
    )
    rows: Iterable[Any] = session().execute(statement)
    if panel != "month":
        return _collect(rows)
    by_month: dict[tuple[str, str, str], int] = {}
    for day, milestone, aspect, net in rows:
        cell = (month_of(day).isoformat(), milestone, aspect)
        by_month[cell] = by_month.get(cell, 0) + net
    return _collect((*cell, net) for cell, net in sorted(by_month.items()))


@dataclass(frozen=True, slots=True)
class _Owned:
    partner_id: int


def _entries_where(on: date, posting: int, where: Filter) -> list[ColumnElement[bool]]:
    wanted = [EntryRow.occurred_on <= on, EntryRow.posting <= posting]
    if where.partner_id is not None:
        wanted.append(EntryRow.partner_id == where.partner_id)
    if where.district is not None:
        wanted.append(EntryRow.district == where.district)
    return wanted


def _grouped(panel: Literal["partner", "district"] | None, where: Filter, on: date) -> dict[str, Figures]:
    """Return the figures on a day, as known now, by the panel's key ("" for the total)."""
    if not _has_cells(on):
        return known_at_by(panel, last_posting().posting, on=on, where=where)
    cells = _cells_until(where, on, panel)
    key = cells.c.key
    statement = (
        select(key, cells.c.milestone, cells.c.aspect, func.sum(cells.c.net))
        .group_by(key, cells.c.milestone, cells.c.aspect)
        .order_by(key, cells.c.milestone, cells.c.aspect)
    )
    return _collect(session().execute(statement))


def _has_cells(on: date) -> bool:
    """Tell whether the cells can answer for a day: the end of a month, or any day from the open month on."""
    return on == last_day(on) or on >= month_of(clock.today())


def _cells_until(where: Filter, on: date, panel: Literal["partner", "district"] | None = None) -> Subquery:
    """Return the cells that add up to a day: whole months before its own, then its month's days (or all of it)."""
    whole = on if on == last_day(on) else month_of(on) - timedelta(days=1)
    parts = [_cells("month", date.min, whole, where, panel)]
    if whole < on:
        parts.append(_cells("day", month_of(on), on, where, panel))
    return union_all(*parts).subquery("cells")


def _cells(grain: str, first: date, last: date, where: Filter, panel: Literal["partner", "district"] | None) -> Any:
    """Select cells of one grain from the smallest table that can tell what is asked."""
    asked = {"partner": where.partner_id, "district": where.district}
    needed = {name for name, value in asked.items() if value is not None} | ({panel} if panel else set())
    if len(needed) > 1:
        return _cube_cells(grain, first, last, where, panel)
    name = next(iter(needed), "total")
    statement = select(
        MarginCell.starts_on, MarginCell.milestone, MarginCell.aspect, MarginCell.key.label("key"), MarginCell.net
    ).where(MarginCell.panel == name, MarginCell.grain == grain, MarginCell.starts_on.between(first, last))
    value = asked.get(name)
    return statement if value is None else statement.where(MarginCell.key == str(value))


def _cube_cells(
    grain: str, first: date, last: date, where: Filter, panel: Literal["partner", "district"] | None
) -> Any:
    key = CubeCell.district if panel == "district" else CubeCell.partner_id
    statement = select(CubeCell.starts_on, CubeCell.milestone, CubeCell.aspect, key.label("key"), CubeCell.net).where(
        CubeCell.grain == grain, CubeCell.starts_on.between(first, last)
    )
    if where.partner_id is not None:
        statement = statement.where(CubeCell.partner_id == where.partner_id)
    return statement if where.district is None else statement.where(CubeCell.district == where.district)


def _steps(cells: Subquery) -> dict[date, dict[tuple[str, str], int]]:
    """Return what each month changed."""
    statement = (
        select(cells.c.starts_on, cells.c.milestone, cells.c.aspect, func.sum(cells.c.net))
        .group_by(cells.c.starts_on, cells.c.milestone, cells.c.aspect)
        .order_by(cells.c.starts_on, cells.c.milestone, cells.c.aspect)
    )
    steps: dict[date, dict[tuple[str, str], int]] = {}
    for starts_on, milestone, aspect, net in session().execute(statement):
        month = steps.setdefault(month_of(starts_on), {})
        month[milestone, aspect] = month.get((milestone, aspect), 0) + int(net)
    return steps


def _collect(rows: Iterable[Sequence[Any]]) -> dict[str, Figures]:
    """Gather (key, milestone, aspect, net) into figures by key, in the order given; nothing but zeros is left out."""
    sums: dict[str, dict[tuple[str, str], int]] = {}
    for key, milestone, aspect, net in rows:
        if net:
            sums.setdefault(str(key), {})[milestone, aspect] = int(net)
    return {key: Figures(found) for key, found in sums.items()}

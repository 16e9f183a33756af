"""Cube and margins against the entries (P7), and no partner's or district's cell below zero on any day (P3)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ....foundation.kernel import clock
from ....foundation.kernel.dates import month_of
from ...models import CubeCell, EntryRow, MarginCell
from ...rules.ledger import Aspect, Milestone

Day = tuple[date, int, str]  # day, partner, district


def check_sums(target: Session) -> Iterator[str]:
    """Yield every cell that is not the sum of its entries, and every cell below zero on some day."""
    open_month = month_of(clock.today())
    for milestone in Milestone:
        for aspect in Aspect:
            name, days = f"{milestone} {aspect}", _net_by_day(target, milestone, aspect)
            yield from _below_zero(name, days)
            cube, margins = _sums(days, open_month)
            yield from _compare(f"cube, {name}", cube, _cube(target, milestone, aspect, open_month))
            yield from _compare(f"margins, {name}", margins, _margins(target, milestone, aspect, open_month))


def _net_by_day(target: Session, milestone: str, aspect: str) -> dict[Day, int]:
    columns = (EntryRow.occurred_on, EntryRow.partner_id, EntryRow.district)
    statement = (
        select(*columns, func.sum(EntryRow.sign))
        .where(EntryRow.milestone == milestone, EntryRow.aspect == aspect)
        .group_by(*columns)
        .order_by(*columns)
    )
    return {(day, partner, district): int(net) for day, partner, district, net in target.execute(statement)}


def _below_zero(name: str, days: Mapping[Day, int]) -> Iterator[str]:
    running: Counter[tuple[int, str]] = Counter()
    for (day, partner, district), net in days.items():  # ascending by day
        running[partner, district] += net
        if running[partner, district] < 0:
            yield f"{name}, partner {partner}, district {district}: {running[partner, district]} on {day.isoformat()}"


def _sums(days: Mapping[Day, int], open_month: date) -> tuple[Counter[Any], Counter[Any]]:
    cube, margins = Counter[Any](), Counter[Any]()
    for (day, partner, district), net in days.items():
        cells = [("month", month_of(day))]
        if day >= open_month:
            cells.append(("day", day))
        for cell in cells:
            cube[*cell, partner, district] += net
            for panel, key in (("total", ""), ("partner", str(partner)), ("district", district)):
                margins[*cell, panel, key] += net
    return cube, margins


def _cube(target: Session, milestone: str, aspect: str, open_month: date) -> Counter[Any]:
    columns = (CubeCell.grain, CubeCell.starts_on, CubeCell.partner_id, CubeCell.district, CubeCell.net)
    statement = select(*columns).where(CubeCell.milestone == milestone, CubeCell.aspect == aspect)
    return _cells(target, statement.order_by(*columns[:-1]), open_month)


def _margins(target: Session, milestone: str, aspect: str, open_month: date) -> Counter[Any]:
    columns = (MarginCell.grain, MarginCell.starts_on, MarginCell.panel, MarginCell.key, MarginCell.net)
    statement = select(*columns).where(MarginCell.milestone == milestone, MarginCell.aspect == aspect)
    return _cells(target, statement.order_by(*columns[:-1]), open_month)


def _cells(target: Session, statement: Any, open_month: date) -> Counter[Any]:
    """Gather cells; days of months that are over are no longer kept and not compared."""
    rows = ((tuple(cell), net) for *cell, net in target.execute(statement))
    return Counter({cell: net for cell, net in rows if cell[0] == "month" or cell[1] >= open_month})


def _compare(name: str, wanted: Counter[Any], have: Counter[Any]) -> Iterator[str]:
    for cell in sorted(wanted.keys() | have.keys(), key=str):
        if wanted[cell] != have[cell]:
            where = " ".join(str(part) for part in cell)
            yield f"{name}, {where}: the entries add up to {wanted[cell]}, the cell holds {have[cell]}"

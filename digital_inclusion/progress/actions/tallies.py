"""How many records do not count, by reason: kept up to date as standings change, so that a page need not count them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from ..models import ReasonCell, Standing
from .book import bulk_insert

_CELLS: Table = ReasonCell.__table__  # type: ignore[assignment]
_KEY = ("partner_id", "district", "reason")
_CHUNK = 500


def write(city: Session, rows: Sequence[Mapping[str, Any]], *, gone: Sequence[int] = ()) -> None:
    """Add what the new standings of some records change; call it before they are written.

    ``gone``: records that stand nowhere from now on.
    """
    change: Counter[tuple[int, str, str]] = Counter()
    for row in rows:
        if row["reason"] is not None:
            change[row["partner_id"], row["district"], row["reason"]] += 1
    for partner_id, district, reason in _known(city, [*(row["record_id"] for row in rows), *gone]):
        change[partner_id, district, reason] -= 1
    cells = [dict(zip(_KEY, cell, strict=True), households=number) for cell, number in sorted(change.items()) if number]
    tail = f" ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET households = reason_cells.households + excluded.households"
    bulk_insert(city, _CELLS, cells, tail=tail)


def _known(city: Session, records: Sequence[int]) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    ordered = sorted(records)
    for start in range(0, len(ordered), _CHUNK):
        chosen = Standing.record_id.in_(ordered[start : start + _CHUNK])
        statement = select(Standing.partner_id, Standing.district, Standing.reason).where(
            chosen, Standing.reason.is_not(None)
        )
        rows = city.execute(statement.order_by(Standing.record_id))
        found += [(partner_id, district, str(reason)) for partner_id, district, reason in rows]
    return found

"""How many records do not count, by reason."""

from collections.abc import Iterable

from sqlalchemy import select

from ...foundation.database import session
from ...progress.models import ReasonCell
from ...progress.queries.figures import Filter

Cell = tuple[int, str, int]  # partner, reason, households


def reason_cells(where: Filter) -> list[Cell]:
    """Return (partner, reason, households) for the records that do not count; from sums kept at each posting."""
    statement = select(ReasonCell.partner_id, ReasonCell.reason, ReasonCell.households, ReasonCell.district)
    if where.partner_id is not None:
        statement = statement.where(ReasonCell.partner_id == where.partner_id)
    if where.district is not None:
        statement = statement.where(ReasonCell.district == where.district)
    sums: dict[tuple[int, str], int] = {}
    ordered = statement.order_by(ReasonCell.partner_id, ReasonCell.reason, ReasonCell.district)
    for partner_id, reason, households, _district in session().execute(ordered):
        sums[partner_id, reason] = sums.get((partner_id, reason), 0) + households
    return [(partner_id, reason, count) for (partner_id, reason), count in sums.items() if count]


def by_reason(cells: Iterable[Cell]) -> list[tuple[str, int]]:
    """Return (reason, households), most first."""
    sums: dict[str, int] = {}
    for _partner, reason, households in cells:
        sums[reason] = sums.get(reason, 0) + households
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))

"""Who pays more from when, counted day by day from the raw rows: shares no code with the product."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from digital_inclusion.foundation.database import EVERYTHING, session, use_scope

Found = dict[tuple[str, int, str], tuple[int, int, int]]  # month, partner, district: lines, cents before, cents after
DAY = timedelta(days=1)


def _rows(statement: str) -> list[dict[str, Any]]:
    session().rollback()
    use_scope(EVERYTHING)
    return [dict(row._mapping) for row in session().execute(text(statement))]


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def count_by_day(first: date, last: date) -> Found:
    """Return the counts for the days from ``first`` to ``last``, both included."""
    helps = defaultdict(list)
    for row in _rows("SELECT fact_number, amount_cents, from_on, until_on FROM subsidies ORDER BY id"):
        helps[row["fact_number"]].append((_day(row["from_on"]), _day(row["until_on"]), row["amount_cents"]))
    found: defaultdict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in _rows("SELECT * FROM subscriptions ORDER BY fact_number"):
        starts, ended, day = _day(line["starts_on"]), _day(line["ended_on"]), first
        while day <= last and starts is not None:
            if not line["is_void"] and starts < day and (ended is None or day < ended):
                before, after = (_pays(line, helps[line["fact_number"]], one) for one in (day - DAY, day))
                if before is not None and after is not None and after > before:
                    cell = found[day.strftime("%Y-%m"), line["partner_id"], line["district"]]
                    cell[0], cell[1], cell[2] = cell[0] + 1, cell[1] + before, cell[2] + after
            day += DAY
    return {key: (cell[0], cell[1], cell[2]) for key, cell in found.items()}


def _pays(line: dict[str, Any], helps: list[tuple[Any, Any, int]], day: date) -> int | None:
    until = _day(line["promo_until_on"])
    price = line["price_after_cents"] if until is not None and day > until else line["price_cents"]
    if price is None:
        return None
    helped = sum(cents for start, end, cents in helps if start <= day and (end is None or day <= end))
    return max(0, int(price) - int(helped))

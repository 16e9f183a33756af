"""Keep what the facts say of each line beside its terms: written at every posting, in its transaction."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from ...progress.actions.book import bulk_insert
from ...progress.actions.posting import Learned
from ...progress.rules.facts import Fact, Item, Kind
from ...progress.rules.household import Household
from ...progress.rules.program import UNKNOWN_DISTRICT
from ...progress.rules.spans import FOREVER
from ..models import Subscription

_SPEAKING = frozenset({Kind.END, Kind.VOID, Kind.ADDRESS})
_THINGS = frozenset({Kind.DELIVERY, Kind.ALREADY_HAD})
_TAKING = frozenset({Kind.END, Kind.VOID})
_FOLLOWED = ("is_void", "ended_on", "district", "updated_at")  # what may change after the line is on record

Ends = dict[int, date]


def follow_lines(city: Session, learned: Learned) -> None:
    """Write a subscription for every new line, and bring the ends, voids and districts of known ones in line."""
    new = {row["number"]: row for row in learned.rows if _is_line(row)}
    stirred = {row["record_id"] for row in learned.rows if row["kind"] in _SPEAKING}
    records = stirred | {row["record_id"] for row in new.values()} if learned.rows else set(learned.districts)
    if not records:
        return
    rows = []
    for record, facts in _by_record(learned.facts, records).items():
        district = learned.districts.get(record, UNKNOWN_DISTRICT)
        ends = _ends_of(facts)
        rows += [_row(fact, new.get(fact.number, {}), ends, district, learned.at) for fact in facts if _is_thing(fact)]
    table: Table = Subscription.__table__  # type: ignore[assignment]
    changed = ", ".join(f"{name} = excluded.{name}" for name in _FOLLOWED)
    bulk_insert(city, table, rows, tail=f" ON CONFLICT (fact_number) DO UPDATE SET {changed}")


def _is_line(row: dict[str, Any]) -> bool:
    return row["item"] == Item.LINE and row["kind"] in _THINGS


def _is_thing(fact: Fact) -> bool:
    return fact.item is Item.LINE and fact.kind in _THINGS


def _by_record(facts: Iterable[Fact], records: set[int]) -> dict[int, list[Fact]]:
    found: defaultdict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.record_id in records:
            found[fact.record_id].append(fact)
    return found


def _ends_of(facts: list[Fact]) -> Ends | None:
    """Return the first day without it for every line that stands; None where nothing has ended and nothing is void."""
    if not any(fact.kind in _TAKING for fact in facts):
        return None
    household = Household(facts)
    return {fact.number: household.end_of(fact) for fact in household.deliveries() if fact.item is Item.LINE}


def _row(fact: Fact, stored: dict[str, Any], ends: Ends | None, district: str, at: datetime) -> dict[str, Any]:
    """Return the row of a line. What only new ones need is empty for the others: the database keeps theirs."""
    end = FOREVER if ends is None else ends.get(fact.number, FOREVER)
    return {
        "fact_number": fact.number,
        "partner_id": fact.partner_id,
        "household_id": fact.record_id,
        "is_given": fact.kind is Kind.DELIVERY,
        "is_void": ends is not None and fact.number not in ends,
        "starts_on": fact.occurred_on,
        "ended_on": end if end < FOREVER else None,
        "district": district,
        "provider": stored.get("provider"),
        "plan": stored.get("plan"),
        "down_kbps": fact.down_kbps,
        "up_kbps": fact.up_kbps,
        "price_cents": stored.get("price_cents"),
        "kind": "home",
        "updated_at": at,
    }

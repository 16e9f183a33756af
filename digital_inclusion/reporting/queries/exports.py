"""Entries and facts for an export, row by row: memory stays flat however many there are."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.sheets.writing import Value
from ...partners.queries import partner_names
from ...progress.models import EntryRow, FactRow, PostingRow, RecordIdentity

_BATCH = 2000

ENTRY_COLUMNS = (
    "entry", "posting", "recorded_at", "cause", "identity", "milestone", "aspect", "sign", "occurred_on", "partner",
    "grant_id", "district", "facts",
)  # fmt: skip
FACT_COLUMNS = (
    "fact", "posting", "recorded_at", "kind", "record", "identity", "occurred_on", "partner", "grant_id", "item",
    "device_kind", "donated", "passport_complete", "down_kbps", "up_kbps", "minutes", "assessment", "positive",
    "zip_code", "district", "refers_to", "other_record", "self_verified", "reason", "evidence_type",
    "evidence_seen_on", "evidence_seen_by", "evidence_reference", "note",
)  # fmt: skip
Rows = Iterator[Sequence[Value]]


def count_rows(table: str, *, month: date | None) -> int:
    """Return how many rows an export has, without its heading."""
    model: Any = EntryRow if table == "entries" else FactRow
    key = EntryRow.id if table == "entries" else FactRow.number
    return session().scalar(select(func.count(key)).where(*_in_month(month, model.occurred_on))) or 0


def export_rows(table: str, *, month: date | None) -> Rows:
    """Yield the heading and every entry, or every fact, whose day lies in the month (None: all), oldest first."""
    names = partner_names()
    if table == "entries":
        yield ENTRY_COLUMNS
        yield from _entries(month, names)
    else:
        yield FACT_COLUMNS
        yield from _facts(month, names)


def _in_month(month: date | None, column: Any) -> list[ColumnElement[bool]]:
    if month is None:
        return []
    return [column >= month, column < _next(month)]


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _entries(month: date | None, names: dict[int, str]) -> Rows:
    after = 0
    while rows := _entry_batch(month, after):
        after = rows[-1].EntryRow.id
        facts = _facts_behind([row.EntryRow for row in rows])
        for row in rows:
            entry: EntryRow = row.EntryRow
            yield (
                entry.id, entry.posting, _told(row.recorded_at), row.cause, entry.identity, entry.milestone,
                entry.aspect, entry.sign, entry.occurred_on, names.get(entry.partner_id), entry.grant_id,
                entry.district, " ".join(map(str, facts.get((entry.posting, entry.identity), ()))),
            )  # fmt: skip
        session().expunge_all()


def _entry_batch(month: date | None, after: int) -> Sequence[Any]:
    statement = (
        select(EntryRow, PostingRow.recorded_at, PostingRow.cause)
        .join(PostingRow, PostingRow.number == EntryRow.posting)
        .where(EntryRow.id > after, *_in_month(month, EntryRow.occurred_on))
        .order_by(EntryRow.id)
        .limit(_BATCH)
    )
    return session().execute(statement).all()


def _facts_behind(entries: Sequence[EntryRow]) -> dict[tuple[int, int], list[int]]:
    """Return the facts that the same posting brought about the same household, by (posting, identity)."""
    postings = sorted({entry.posting for entry in entries})
    found: dict[tuple[int, int], list[int]] = {}
    columns = (FactRow.number, FactRow.posting, FactRow.record_id, FactRow.other_record_id, RecordIdentity.identity)
    statement = (
        select(*columns)
        .outerjoin(RecordIdentity, RecordIdentity.record_id == FactRow.record_id)
        .where(FactRow.posting.in_(postings))
        .order_by(FactRow.number)
    )
    for number, posting, record, other, identity in session().execute(statement):
        for household in {one for one in (record, other, identity) if one is not None}:
            found.setdefault((posting, household), []).append(number)
    return found


def _facts(month: date | None, names: dict[int, str]) -> Rows:
    after = 0
    while rows := _fact_batch(month, after):
        after = rows[-1].FactRow.number
        for row in rows:
            fact: FactRow = row.FactRow
            yield (
                fact.number, fact.posting, _told(row.recorded_at), fact.kind, fact.record_id,
                row.identity or fact.record_id, fact.occurred_on, names.get(fact.partner_id), fact.grant_id,
                fact.item, fact.device_kind, fact.donated, fact.passport_complete, fact.down_kbps, fact.up_kbps,
                fact.minutes, fact.assessment, fact.positive, fact.zip_code, fact.district, fact.refers_to,
                fact.other_record_id, fact.self_verified, fact.reason, fact.evidence_type, fact.evidence_seen_on,
                fact.evidence_seen_by, fact.evidence_reference, fact.note,
            )  # fmt: skip
        session().expunge_all()


def _fact_batch(month: date | None, after: int) -> Sequence[Any]:
    statement = (
        select(FactRow, PostingRow.recorded_at, RecordIdentity.identity)
        .join(PostingRow, PostingRow.number == FactRow.posting)
        .outerjoin(RecordIdentity, RecordIdentity.record_id == FactRow.record_id)
        .where(FactRow.number > after, *_in_month(month, FactRow.occurred_on))
        .order_by(FactRow.number)
        .limit(_BATCH)
    )
    return session().execute(statement).all()


def _told(at: Any) -> str:
    """Return an instant as ISO 8601 in UTC."""
    return clock.as_utc(at).isoformat(timespec="seconds")

"""One line that stands for the whole ledger: equal ledgers have equal fingerprints, on either database."""

import hashlib
import json
from collections.abc import Iterator

from sqlalchemy import Connection, select

from ...foundation.kernel import clock
from ..models import EntryRow, PostingRow

_BATCH = 5000
_POSTING = (
    PostingRow.number, PostingRow.recorded_at, PostingRow.recorded_by, PostingRow.cause,
    PostingRow.settings_fingerprint, PostingRow.facts, PostingRow.entries,
)  # fmt: skip
_ENTRY = (
    EntryRow.posting, EntryRow.identity, EntryRow.milestone, EntryRow.aspect, EntryRow.sign, EntryRow.occurred_on,
    EntryRow.partner_id, EntryRow.grant_id, EntryRow.district,
)  # fmt: skip


def ledger_fingerprint(connection: Connection) -> str:
    """Return the SHA-256 (hex) over all postings and all entries in order, as ``connection`` sees them."""
    digest = hashlib.sha256()
    for line in _lines(connection):
        digest.update(line)
    return digest.hexdigest()


def _lines(connection: Connection) -> Iterator[bytes]:
    streamed = connection.execution_options(yield_per=_BATCH)
    for number, recorded_at, *rest in streamed.execute(select(*_POSTING).order_by(PostingRow.number)):
        yield _line([number, clock.as_utc(recorded_at).isoformat(), *rest])
    entries = select(*_ENTRY).order_by(EntryRow.posting, EntryRow.id)
    for posting, identity, milestone, aspect, sign, occurred_on, *credit in streamed.execute(entries):
        yield _line([posting, identity, milestone, aspect, sign, occurred_on.isoformat(), *credit])


def _line(values: list[object]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

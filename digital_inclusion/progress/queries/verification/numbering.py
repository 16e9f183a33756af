"""Numbers without gaps (rule 17): facts, postings, headings that say what lies under them, instants in order."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...models import EntryRow, FactRow, PostingRow, ProgramVersion
from .. import ledger


def check_numbering(target: Session) -> Iterator[str]:
    """Yield every gap, and every heading that does not fit what lies under it."""
    head = ledger.head(target)
    for name, column, last in (("facts", FactRow.number, head.fact), ("postings", PostingRow.number, head.posting)):
        count, lowest, highest = target.execute(select(func.count(column), func.min(column), func.max(column))).one()
        if (count, lowest or 0, highest or 0) != (last, min(1, last), last):
            yield f"{name}: {count} rows numbered {lowest} to {highest}, and the head says {last}"
    facts, entries = _under(target, FactRow.posting), _under(target, EntryRow.posting)
    fingerprints = _fingerprints(target)
    before, in_force = None, ""
    for row in target.execute(
        select(
            PostingRow.number, PostingRow.recorded_at, PostingRow.facts, PostingRow.entries,
            PostingRow.settings_fingerprint,
        ).order_by(PostingRow.number)
    ):  # fmt: skip
        in_force = fingerprints.get(row.number, in_force)
        if (row.facts, row.entries) != (facts.get(row.number, 0), entries.get(row.number, 0)):
            yield f"posting {row.number}: its heading says {row.facts} facts and {row.entries} entries"
        if row.settings_fingerprint != in_force:
            yield f"posting {row.number}: counted by other settings than those in force"
        if before is not None and row.recorded_at < before:
            yield f"posting {row.number}: recorded before the one it follows"
        before = row.recorded_at


def _under(target: Session, posting: Any) -> dict[int, int]:
    return dict(target.execute(select(posting, func.count()).group_by(posting).order_by(posting)).all())


def _fingerprints(target: Session) -> dict[int, str]:
    """Return the fingerprint of the text, not the one kept beside it, of the settings loaded by each posting."""
    columns = (ProgramVersion.posting, ProgramVersion.text)
    loaded = target.execute(select(*columns).order_by(ProgramVersion.posting))
    return {posting: hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest() for posting, text in loaded}

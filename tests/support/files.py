"""Files to import: tables written as people send them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from digital_inclusion.exchange.actions.committing import run_import
from digital_inclusion.exchange.actions.starting import Terms, start_import
from digital_inclusion.exchange.actions.uploading import upload_file
from digital_inclusion.exchange.models import ImportBatch
from digital_inclusion.foundation.access.identity import system_actor
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction

ROW = {
    "Client ID": "C1", "Name": "Ana Tester", "Birth date": "1980-02-28", "Address": "12 Paper Heron Way",
    "ZIP": "95112", "Phone": "(408) 555-0101", "Enrolled": "2026-01-05", "Consent date": "2026-01-05",
}  # fmt: skip
DEVICE = {"Device 1 kind": "laptop", "Device 1 source": "new", "Device 1 serial": "SN1", "Device 1 date": "2026-01-10"}
LINE = {
    "Line 1 provider": "Provider One", "Line 1 down": "100", "Line 1 up": "20", "Line 1 date": "2026-01-12",
}  # fmt: skip


def row(**changes: str) -> dict[str, str]:
    """Return the usual row with some cells changed; names with underscores become headers with spaces."""
    return ROW | {name.replace("_", " ").capitalize().replace("id", "ID"): text for name, text in changes.items()}


def csv_of(rows: Sequence[Mapping[str, str]], encoding: str = "utf-8") -> bytes:
    """Return the rows as a CSV file; headers are all names that occur."""
    headers = list(dict.fromkeys(name for one in rows for name in one))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, headers, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def import_rows(
    rows: Sequence[Mapping[str, str]] | bytes, partner_id: int, *, filename: str = "people.csv", **terms: Any
) -> ImportBatch:
    """Upload the rows and import them to the end; return the batch."""
    batch_id = begin_import(rows, partner_id, filename=filename, **terms)
    run_import(batch_id=batch_id, partner_id=partner_id)
    use_scope(EVERYTHING)
    return session().get_one(ImportBatch, batch_id, populate_existing=True)


def begin_import(
    rows: Sequence[Mapping[str, str]] | bytes, partner_id: int, *, filename: str = "people.csv", **terms: Any
) -> int:
    """Upload the rows and start their import without running it; return the batch's id."""
    content = rows if isinstance(rows, bytes) else csv_of(rows)
    by = system_actor("tests", partner_id=partner_id)
    with write_transaction():
        use_scope(Scope(partner_id=partner_id))
        batch = upload_file(stream=io.BytesIO(content), filename=filename, partner_id=partner_id, limit=2**24, by=by)
        start_import(batch=batch, terms=Terms(**terms), in_background=False, by=by)
        batch_id = batch.id
    use_scope(EVERYTHING)
    return batch_id


def counts(batch: ImportBatch) -> tuple[int, int, int, int, int, int]:
    """Return created, updated, unchanged, drafted, refused, deliveries."""
    return (
        batch.created_households, batch.updated_households, batch.unchanged_rows, batch.drafted_rows,
        batch.refused_rows, batch.created_deliveries,
    )  # fmt: skip

"""Take a file in: sensitive columns never stored, the right worksheet chosen, columns matched."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import let_go, session
from ...foundation.files import StoredFile, remove_file, store_file
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, TooLarge
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...foundation.kernel.text import fold
from ...foundation.sheets import Sheet, SheetError, open_sheet, write_without_columns
from ..models import ImportBatch
from ..queries.batches import remembered_mapping
from ..rules.matching import columns_to_drop, dated, mapping_of, match_columns
from .committing import forget_problems
from .mapping import checked_mapping

PURPOSE = "import"
SAMPLES = 200
_CHUNK = 1024 * 1024
_MOST_WORKSHEETS = 20  # looked at for the one with people in it
_NAMES = frozenset({"head_name", "head_first_name", "head_last_name"})


@dataclass(frozen=True, slots=True)
class Owner:
    """A partner, in the shape the policy asks about."""

    partner_id: int


def upload_file(
    *,
    stream: BinaryIO,
    filename: str,
    partner_id: int,
    limit: int,
    mapping: Mapping[str, str] | None = None,
    worksheet: str | None = None,
    by: Actor,
) -> ImportBatch:
    """Store the file without its sensitive columns, match its columns, and return the new batch.

    ``mapping`` (header -> field) overrides what was matched. Raises SheetError for a file we cannot read, TooLarge
    past ``limit`` bytes.
    """
    policy.check(by, "import:run", Owner(partner_id))
    remembered = remembered_mapping(partner_id)
    let_go()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        digest = receive_upload(stream, path, limit)
        with _opened(path, filename, partner_id, worksheet, mapping, remembered) as (batch, sheet):
            stored = _store(sheet, path, batch, limit)
    batch.file_id, batch.filename, batch.sha256, batch.created_by = stored.id, stored.name, digest, by.user_id
    session().add(batch)
    session().flush()
    record("import.uploaded", by=by, subject=batch, dropped_columns=len(batch.dropped_columns))
    return batch


@contextmanager
def opened_file(
    path: Path,
    filename: str,
    partner_id: int,
    *,
    worksheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    by: Actor,
) -> Iterator[tuple[ImportBatch, Sheet]]:
    """Open a file that is not stored; hand back its table and a batch that is in no session."""
    policy.check(by, "import:run", Owner(partner_id))
    with _opened(path, filename, partner_id, worksheet, mapping, remembered_mapping(partner_id)) as found:
        yield found


@contextmanager
def _opened(
    path: Path,
    filename: str,
    partner_id: int,
    worksheet: str | None,
    mapping: Mapping[str, str] | None,
    remembered: Mapping[str, str],
) -> Iterator[tuple[ImportBatch, Sheet]]:
    with _open_best(path, filename, worksheet, remembered) as sheet:
        told = {**remembered, **{fold(header): field for header, field in (mapping or {}).items()}}
        matches = match_columns(sheet.headers, sheet.samples(SAMPLES), remembered=told)
        dropped = [column.header for column in columns_to_drop(matches)]
        yield (
            ImportBatch(
                code=new_code(),
                partner_id=partner_id,
                filename=filename,
                sheet_name=sheet.worksheet,
                mapping=dated(mapping_of(matches)) if mapping is None else checked_mapping(mapping, sheet, dropped),
                dropped_columns=dropped,
                rows_total=sheet.estimate_rows(),
                created_at=clock.now(),
            ),
            sheet,
        )


def _open_best(path: Path, filename: str, worksheet: str | None, remembered: Mapping[str, str]) -> Sheet:
    """Open the file; of several worksheets the one that names people, then the one with most columns we know."""
    best = open_sheet(path, filename, worksheet=worksheet)
    if worksheet is not None or len(best.worksheets) < 2:
        return best
    worth = _worth(best, remembered)
    for name in best.worksheets[:_MOST_WORKSHEETS]:
        if name == best.worksheet:
            continue
        try:
            other = open_sheet(path, filename, worksheet=name)
        except SheetError:
            continue
        found = _worth(other, remembered)
        if found > worth:
            best.close()
            best, worth = other, found
        else:
            other.close()
    return best


def _worth(sheet: Sheet, remembered: Mapping[str, str]) -> tuple[bool, int]:
    fields = set(mapping_of(match_columns(sheet.headers, sheet.samples(), remembered=remembered)).values())
    return bool(fields & _NAMES), len(fields)


def receive_upload(stream: BinaryIO, path: Path, limit: int) -> str:
    """Write what is sent to ``path`` and return its SHA-256; raise TooLarge past ``limit`` bytes."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as target:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise TooLarge(_("The file is larger than %(limit)s MB."), limit=limit // _CHUNK)
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _store(sheet: Sheet, path: Path, batch: ImportBatch, limit: int) -> StoredFile:
    """Store the file as it came, or a copy of the one table with the sensitive columns empty."""
    if not batch.dropped_columns and len(sheet.worksheets) < 2:
        with path.open("rb") as source:
            return _keep(source, batch, limit)
    emptied = [place for place, header in enumerate(sheet.headers) if header in set(batch.dropped_columns)]
    with tempfile.TemporaryFile() as copy:
        batch.sheet_name = write_without_columns(sheet, emptied, copy)
        copy.seek(0)
        return _keep(copy, batch, 4 * limit)  # a copy may be packed less well


def _keep(source: BinaryIO, batch: ImportBatch, limit: int) -> StoredFile:
    return store_file(source, name=batch.filename, purpose=PURPOSE, partner_id=batch.partner_id, limit=limit)


def remove_upload(*, batch: ImportBatch, by: Actor) -> None:
    """Remove the stored file and the values it was refused for; what was enrolled stays."""
    policy.check(by, "import:run", batch)
    if batch.state in {"running", "previewing", "undoing"}:
        raise Conflict(_("This import is still running. Stop it first."))
    stored = session().get_one(StoredFile, batch.file_id)
    if stored.removed_at is None:
        remove_file(stored)
    forget_problems(batch)
    record("import.removed", by=by, subject=batch)

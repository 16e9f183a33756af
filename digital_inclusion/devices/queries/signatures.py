"""Signatures given on the screen."""

from sqlalchemy import select

from ...foundation.database import session
from ...foundation.files import StoredFile, path_of
from ...foundation.kernel.errors import NotFound
from ...progress.models import FactRow

SIGNATURE = "signature"


def read_signature(fact: FactRow) -> bytes:
    """Return the drawing; NotFound where there is none, or none any more."""
    stored = session().get(StoredFile, fact.evidence_file_id) if fact.evidence_file_id is not None else None
    if stored is None or stored.purpose != SIGNATURE:
        raise NotFound
    return path_of(stored).read_bytes()


def list_signatures(record_id: int) -> list[StoredFile]:
    """Return the stored signatures of a household, oldest first."""
    statement = (
        select(StoredFile)
        .join(FactRow, FactRow.evidence_file_id == StoredFile.id)
        .where(FactRow.record_id == record_id, StoredFile.purpose == SIGNATURE, StoredFile.removed_at.is_(None))
    )
    return list(session().scalars(statement.order_by(StoredFile.id)))

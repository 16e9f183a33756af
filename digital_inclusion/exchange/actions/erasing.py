"""A person's data is erased: uploaded files that may name them go, and the values told about their rows."""

from datetime import timedelta

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.files import StoredFile, remove_file
from ...foundation.jobs import enqueue
from ..models import ImportBatch
from ..queries.answers import copies_of_companies
from ..queries.batches import batches_with_files
from .asking import COPY_JOB
from .committing import forget_problems

REMOVE_JOB = "exchange.remove_file"
_AT_WORK = {"previewing", "running", "undoing"}
_LATER = timedelta(minutes=1)


def erase_copies(household_id: int) -> None:
    """Remove every file that the household's partner still keeps here, whole.

    Nobody can take one row out of a file, and a file names people that no table remembers: rows that said nothing
    new, were refused, or never went in. The bytes go after the commit, by a job: an erasure that is only being
    looked at takes nothing away.
    """
    for batch in batches_with_files(household_id):
        enqueue(REMOVE_JOB, {"batch": batch.id, "partner": batch.partner_id})
    for stored in copies_of_companies(household_id):
        enqueue(COPY_JOB, {"file": stored.id, "partner": stored.partner_id, "due": False})


def remove_batch_file(*, batch_id: int, by: Actor) -> None:
    """Delete a batch's file and what was told about its rows, once; a batch at work is let finish first."""
    policy.check(by, "import:run")
    batch = session().get(ImportBatch, batch_id)
    stored = session().get(StoredFile, batch.file_id) if batch is not None else None
    if batch is None or stored is None or stored.removed_at is not None:
        return
    if batch.state in _AT_WORK:
        enqueue(REMOVE_JOB, {"batch": batch.id, "partner": batch.partner_id}, delay=_LATER)
        return
    remove_file(stored)
    forget_problems(batch)
    batch.preview = None
    record("import.removed", by=by, subject=batch)

"""A person's data is erased: the uploaded files that named them go, and the values told about their rows."""

from sqlalchemy import delete

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.files import StoredFile, remove_file
from ...foundation.jobs import enqueue
from ..models import ImportBatch, ImportProblem
from ..queries.batches import batches_of

REMOVE_JOB = "exchange.remove_file"


def erase_copies(household_id: int) -> None:
    """Remove the files that a household came from, whole: nobody can take one row out of them.

    The bytes go after the commit, by a job: an erasure that is only being looked at takes nothing away.
    """
    for batch in batches_of(household_id):
        session().execute(delete(ImportProblem).where(ImportProblem.batch_id == batch.id))
        batch.preview = None
        enqueue(REMOVE_JOB, {"batch": batch.id, "partner": batch.partner_id})


def remove_batch_file(*, batch_id: int, by: Actor) -> None:
    """Delete the bytes of a batch's file; done once however often it is asked."""
    policy.check(by, "import:run")
    batch = session().get(ImportBatch, batch_id)
    stored = session().get(StoredFile, batch.file_id) if batch is not None else None
    if stored is None or stored.removed_at is not None:
        return
    remove_file(stored)
    record("import.removed", by=by, subject=batch)

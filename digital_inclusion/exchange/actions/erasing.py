"""A person's data is erased: uploaded files that may name them go, and the values told about their rows."""

from datetime import timedelta

from sqlalchemy import or_

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.files import StoredFile, remove_file
from ...foundation.jobs import enqueue
from ..models import AnswerRow, ImportBatch
from ..queries.answers import copies_of_companies
from ..queries.applications import applications_of
from ..queries.batches import batches_with_files
from ..queries.lines import lines_of
from .answering import forget_cells
from .asking import remove_copy
from .committing import forget_problems

REMOVE_JOB = "exchange.remove_file"
FORGET_JOB = "exchange.forget_answers"
_AT_WORK = {"previewing", "running", "undoing"}
_LATER = timedelta(minutes=1)


def erase_copies(household_id: int) -> None:
    """Remove every file that may name the household and is still kept here, whole: its partner's, and the city's.

    Nobody can take one row out of a file, and a file names people that no table remembers: rows that said nothing
    new, were refused, or never went in. The bytes go after the commit, by a job: an erasure that is only being
    looked at takes nothing away.
    """
    for batch in batches_with_files(household_id):
        enqueue(REMOVE_JOB, {"batch": batch.id, "partner": batch.partner_id})
    enqueue(FORGET_JOB, {"household": household_id})


def forget_answers(*, household_id: int, by: Actor) -> None:
    """Delete the files for and from companies that may name the household, and the cells told about its lines."""
    policy.check(by, "answer_file:run")
    lines, applied = lines_of(household_id), applications_of(household_id)
    forget_cells(or_(AnswerRow.fact_number.in_(lines), AnswerRow.application_id.in_(applied)))
    for stored in copies_of_companies(household_id):
        remove_copy(file_id=stored.id, is_due=False, by=by)


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

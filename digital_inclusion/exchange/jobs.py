"""Files in the background. Every job may run twice: it goes on where the stored state says."""

from ..casework.actions.erasing import ALSO_ERASE
from ..foundation.access.identity import system_actor
from ..foundation.database import Scope, use_scope, write_transaction
from ..foundation.jobs import Payload, handler
from .actions.committing import give_up, run_import
from .actions.erasing import REMOVE_JOB, erase_copies, remove_batch_file
from .actions.mapping import PREVIEW_JOB
from .actions.previewing import preview_batch
from .actions.starting import IMPORT_JOB
from .actions.undoing import UNDO_JOB, run_undo

ALSO_ERASE.append(erase_copies)


def _given_up(payload: Payload) -> None:
    give_up(batch_id=int(payload["batch"]), partner_id=int(payload["partner"]))


@handler(PREVIEW_JOB, given_up=_given_up)
def preview(payload: Payload) -> None:
    """Look through the file."""
    preview_batch(batch_id=int(payload["batch"]), partner_id=int(payload["partner"]))


@handler(IMPORT_JOB, given_up=_given_up)
def enroll(payload: Payload) -> None:
    """Enroll the rows, chunk by chunk."""
    run_import(batch_id=int(payload["batch"]), partner_id=int(payload["partner"]))


@handler(UNDO_JOB, given_up=_given_up)
def undo(payload: Payload) -> None:
    """Take an import back."""
    run_undo(batch_id=int(payload["batch"]), partner_id=int(payload["partner"]), user_id=int(payload["user"]) or None)


@handler(REMOVE_JOB)
def remove(payload: Payload) -> None:
    """Delete the file of a household whose data were erased."""
    partner_id = int(payload["partner"])
    with write_transaction():
        use_scope(Scope(partner_id=partner_id))
        remove_batch_file(batch_id=int(payload["batch"]), by=system_actor("erasure", partner_id=partner_id))

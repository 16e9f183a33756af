"""Files in the background. Every job may run twice: it goes on where the stored state says."""

from ..casework.actions.erasing import ALSO_ERASE
from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, Scope, use_scope, write_transaction
from ..foundation.jobs import Payload, handler
from .actions.answering import APPLY_JOB, COMPARE_JOB, Work
from .actions.applying import UNDO_JOB as UNDO_ANSWER_JOB
from .actions.applying import run_answer, run_undo_answer
from .actions.asking import COPY_JOB, remove_copy
from .actions.committing import give_up, run_import
from .actions.comparing import compare_answer, give_up_comparing
from .actions.erasing import FORGET_JOB, REMOVE_JOB, erase_copies, forget_answers, remove_batch_file
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


@handler(FORGET_JOB)
def forget(payload: Payload) -> None:
    """Delete what companies were told and told about a household whose data were erased, whoever asked them."""
    with write_transaction():
        use_scope(EVERYTHING)
        forget_answers(household_id=int(payload["household"]), by=system_actor("erasure"))


def _answer_given_up(payload: Payload) -> None:
    give_up_comparing(Work.of(payload))


@handler(COMPARE_JOB, given_up=_answer_given_up)
def compare(payload: Payload) -> None:
    """Compare a company's answer with what is on record."""
    compare_answer(Work.of(payload))


@handler(APPLY_JOB, given_up=_answer_given_up)
def apply(payload: Payload) -> None:
    """Write what an answer brings, chunk by chunk."""
    run_answer(Work.of(payload))


@handler(UNDO_ANSWER_JOB, given_up=_answer_given_up)
def undo_answer(payload: Payload) -> None:
    """Take an answer back."""
    run_undo_answer(Work.of(payload))


@handler(COPY_JOB)
def remove_kept_copy(payload: Payload) -> None:
    """Delete the stored copy of a file for, or from, a company when its days are over."""
    partner_id = int(payload["partner"])
    with write_transaction():
        use_scope(Scope(partner_id=partner_id))
        by = system_actor("files", partner_id=partner_id)
        remove_copy(file_id=int(payload["file"]), is_due=bool(payload.get("due", True)), by=by)

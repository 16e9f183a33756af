"""Take an import back as a whole: its facts are voided in one posting (rule 15).

A posting must be done within seconds (rule 17), so an import of many thousand households takes several.
"""

from sqlalchemy import delete, select, update

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import Scope, session, use_scope, write_transaction
from ...foundation.jobs import enqueue, made_progress
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from ...households.models import Enrollment, Household, SearchTerm
from ...households.rules import IMPORT_UNDONE
from ...progress.actions.facts import NewFact
from ...progress.actions.posting import Effect, Posting, post, preview
from ...progress.models import FactRow
from ...progress.rules.facts import Kind
from ..models import ImportBatch, ImportedRow
from ..queries.batches import lock_batch
from ..queries.rows import batch_facts, later_facts

UNDO_JOB = "exchange.undo"
PORTION = 2500  # households whose facts one posting voids
PREVIEWED = 2000  # households: what undoing a larger import does to the figures is not worked out beforehand
_AT_ONCE = 400  # ids in one statement
_UNDOABLE = frozenset({"finished", "stopped"})


def request_undo(*, batch: ImportBatch, by: Actor) -> None:
    """Have the import taken back in the background; raise Conflict when something else rests on it."""
    policy.check(by, "import:run", batch)
    held = lock_batch(batch.id)
    _check_undoable(held)
    held.state = "undoing"
    record("import.undo_requested", by=by, subject=held)
    enqueue(UNDO_JOB, {"batch": held.id, "partner": held.partner_id, "user": by.user_id or 0})


def run_undo(*, batch_id: int, partner_id: int, user_id: int | None) -> None:
    """Do what was requested; when something came to rest on the import meanwhile, what is left stays as it is."""
    by = Actor(user_id=user_id, name="import", partner_id=partner_id, roles=frozenset({"system"}), city_wide=True)
    while _undo_portion(batch_id, partner_id, by):
        pass


def _undo_portion(batch_id: int, partner_id: int, by: Actor) -> bool:
    """Void the facts of the next households; tell whether more are left."""
    with write_transaction():
        use_scope(Scope(partner_id=partner_id))
        held = lock_batch(batch_id)
        if held.state != "undoing":
            return False
        if later_facts(held.id):
            held.state, held.error_code = "stopped", "something_rests_on_it"
            record("import.stopped", by=by, subject=held, rows_done=held.rows_done)
            return False
        facts, more = batch_facts(held.id, households=PORTION)
        _void(held, facts, by)
        made_progress()
        if not more:
            _close(held, by)
        return more


def undo_import(*, batch: ImportBatch, by: Actor) -> Posting | None:
    """Void every fact the batch brought; raise Conflict when something else rests on them. None: it brought none."""
    policy.check(by, "import:run", batch)
    held = lock_batch(batch.id)
    _check_undoable(held)
    posting = _void(held, batch_facts(held.id)[0], by)
    _close(held, by)
    return posting


def _void(batch: ImportBatch, facts: list[FactRow], by: Actor) -> Posting | None:
    posting = post(_voids(facts), cause="import.undone", by=by) if facts else None
    _forget_content({fact.record_id for fact in facts})
    number = posting.number if posting is not None else None
    batch.undo_posting = number if number is not None else batch.undo_posting
    record("import.undo_posted", by=by, subject=batch, posting=number, facts=len(facts))
    return posting


def _forget_content(household_ids: set[int]) -> None:
    """Take these households' rows for changed when they come again: what is void now must come in once more."""
    ordered = sorted(household_ids)
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        statement = update(ImportedRow).where(ImportedRow.household_id.in_(some)).values(content_hash="")
        session().execute(statement, execution_options={"synchronize_session": False})


def _close(batch: ImportBatch, by: Actor) -> None:
    _close_households(batch)
    batch.state, batch.undone_at, batch.error_code = "undone", clock.now(), None
    record("import.undone", by=by, subject=batch, posting=batch.undo_posting)


def _check_undoable(batch: ImportBatch) -> None:
    if batch.state not in _UNDOABLE:
        raise Conflict(_("Only a finished or stopped import can be undone."))
    later = later_facts(batch.id)
    if later:
        raise Conflict(
            _("%(count)s households of this import have something recorded since. Take that back first."),
            count=f"{len(later)}+" if len(later) >= 100 else len(later),
        )


def preview_undo(*, batch: ImportBatch, by: Actor) -> Effect | None:
    """Return what undoing would do to today's figures, None for a large import; raise Conflict as undoing would."""
    policy.check(by, "import:run", batch)
    _check_undoable(batch)
    if batch.created_households + batch.updated_households > PREVIEWED:
        return None
    voids = _voids(batch_facts(batch.id)[0])
    return preview(voids, by=by) if voids else Effect()


def _voids(facts: list[FactRow]) -> list[NewFact]:
    return [
        NewFact(
            kind=Kind.VOID,
            record_id=fact.record_id,
            partner_id=fact.partner_id,
            occurred_on=clock.today(),
            refers_to=fact.number,
            values={"reason": IMPORT_UNDONE},
        )
        for fact in facts
    ]


def _close_households(batch: ImportBatch) -> None:
    """Let the batch's households rest: found by nobody, their numbers free for the right file."""
    own = select(Household.id).where(Household.import_batch_id == batch.id).scalar_subquery()
    quiet = {"synchronize_session": False}
    for statement in (
        delete(SearchTerm).where(SearchTerm.household_id.in_(own)),
        update(Enrollment)
        .where(Enrollment.household_id.in_(own), Enrollment.closed_on.is_(None))
        .values(closed_on=Enrollment.enrolled_on, closed_reason=IMPORT_UNDONE),
        delete(ImportedRow).where(ImportedRow.household_id.in_(own) | (ImportedRow.batch_id == batch.id)),
        update(Household).where(Household.import_batch_id == batch.id).values(reference=None),
    ):
        session().execute(statement, execution_options=quiet)
    session().expire_all()

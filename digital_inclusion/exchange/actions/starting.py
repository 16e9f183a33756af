"""Start an import on its terms, stop it, and start it again."""

from dataclasses import dataclass
from datetime import date

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.jobs import enqueue
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...funding.queries import list_grants
from ...progress.queries.program import get_program
from ...progress.rules.deliveries import EARLIEST
from ..models import ImportBatch
from ..queries.batches import lock_batch
from .committing import forget_problems
from .mapping import CHANGED, check_complete, request_preview

IMPORT_JOB = "exchange.import"
STARTABLE = frozenset({"uploaded", "previewed", "finished", "stopped"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what an import rests: the grant, signed consent on file as of a day, the day of enrollment where none is."""

    grant_id: int | None = None
    consent_attested_on: date | None = None
    default_enrolled_on: date | None = None


def set_terms(batch: ImportBatch, terms: Terms) -> None:
    """Take the terms over; raise Invalid for days that cannot be and for another partner's grant."""
    for name in ("consent_attested_on", "default_enrolled_on"):
        day = getattr(terms, name)
        if day is not None and day > clock.today():
            raise Invalid(fields={name: _("This day lies in the future.")})
        if day is not None and day < EARLIEST:
            raise Invalid(fields={name: _("This day lies before 1990. Please check the year.")})
    if terms.grant_id is not None and terms.grant_id not in {grant.id for grant in list_grants(batch.partner_id)}:
        raise Invalid(fields={"grant": _("Choose one of your grants.")})
    attested = terms.consent_attested_on
    version = get_program().file.privacy.consent_text_version if attested is not None else None
    batch.grant_id, batch.default_enrolled_on = terms.grant_id, terms.default_enrolled_on
    batch.consent_attested_on, batch.consent_text_version = attested, version


def start_import(*, batch: ImportBatch, terms: Terms, in_background: bool = True, by: Actor) -> None:
    """Enroll the good rows, by a job or (the command line) at once.

    Without attested consent, rows that do not tell theirs stay drafts. May be started again: what is in stays as it is.
    """
    policy.check(by, "import:run", batch)
    held = lock_batch(batch.id)
    if held.state not in STARTABLE:
        raise Conflict(CHANGED)
    check_complete(held.mapping)
    set_terms(held, terms)
    _begin(held)
    record("import.started", by=by, subject=held, consent_attested=terms.consent_attested_on is not None)
    if in_background:
        enqueue(IMPORT_JOB, {"batch": held.id, "partner": held.partner_id})


def check_again(*, batch: ImportBatch, terms: Terms, by: Actor) -> None:
    """Look through the file again on these terms; nothing is enrolled."""
    policy.check(by, "import:run", batch)
    held = lock_batch(batch.id)
    if held.state not in STARTABLE:
        raise Conflict(CHANGED)
    set_terms(held, terms)
    record("import.mapped", by=by, subject=held, consent_attested=terms.consent_attested_on is not None)
    request_preview(batch=held, by=by)


def _begin(batch: ImportBatch) -> None:
    """Put the counters back and forget the problems of an earlier run."""
    forget_problems(batch)
    batch.state, batch.error_code, batch.started_at, batch.finished_at = "running", None, clock.now(), None
    batch.rows_done = batch.unchanged_rows = batch.drafted_rows = batch.refused_rows = 0  # what came in, stays counted


def stop_import(*, batch: ImportBatch, by: Actor) -> None:
    """Stop after the chunk under way; what is in stays in."""
    policy.check(by, "import:run", batch)
    held = lock_batch(batch.id)
    if held.state != "running":
        raise Conflict(_("This import is not running."))
    held.state, held.finished_at = "stopped", clock.now()
    record("import.stopped", by=by, subject=held, rows_done=held.rows_done)

"""Ask a company about its lines: a file with only what it needs to find them."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import timedelta

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.files import StoredFile, remove_file, store_file
from ...foundation.jobs import enqueue
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...foundation.sheets import neutralize, write_csv, write_xlsx
from ...progress.actions.book import bulk_insert
from ..models import ProviderFile, ProviderFileApplication, ProviderFileRow
from ..queries.answers import find_copy
from ..queries.applications import companies, list_applications_to_ask
from ..queries.lines import Asked, list_lines_to_ask
from .uploading import Owner

COPY_JOB = "exchange.remove_copy"
KEPT_DAYS = 7
HEADERS = ("Our reference", "Question", "Name on the account", "Service address", "Unit", "City", "ZIP", "Plan",
           "Start day", "Status", "End date", "Reason")  # fmt: skip
ABOUT_LINE = "Is this line on? (active, disconnected, pending)"
ABOUT_APPLICATION = "What became of this application? (approved, refused, pending)"
_LIMIT = 64 * 1024 * 1024


def make_provider_file(*, provider: str, kind: str, by: Actor) -> ProviderFile:
    """Make the file about the company's lines and the applications that wait for it ("csv" or "xlsx").

    It is kept for some days, its references for good. Those of households that did not agree that their company is
    asked are left out and counted.
    """
    owner = Owner(by.partner_id or 0)
    policy.check(by, "answer_file:run", owner)
    if provider not in {name for name, _lines, _applied in companies()}:
        raise Invalid(fields={"provider": _("Choose a company.")})
    lines, left_out = list_lines_to_ask(provider, today=clock.today())
    applied, waiting = list_applications_to_ask(provider, today=clock.today())
    if not lines and not applied:
        sentence = _("No household of this company agreed that we ask it. Ask them for it first.")
        raise Invalid(fields={"provider": sentence})
    asked = [(one, new_code(), ABOUT_LINE) for one in lines] + [(one, new_code(), ABOUT_APPLICATION) for one in applied]
    content = _content(asked, kind)
    name = f"lines-{clock.today().isoformat()}.{kind}"
    stored = store_file(io.BytesIO(content), name=name, purpose="provider", partner_id=owner.partner_id, limit=_LIMIT)
    made = ProviderFile(
        code=new_code(),
        partner_id=owner.partner_id,
        provider=provider,
        file_id=stored.id,
        rows=len(asked),
        left_out=left_out + waiting,
        sha256=hashlib.sha256(content).hexdigest(),
        expires_on=clock.today() + timedelta(days=KEPT_DAYS),
        created_at=clock.now(),
        created_by=by.user_id,
    )
    session().add(made)
    session().flush()
    _remember(made, asked)
    forget_copy_later(stored, partner_id=owner.partner_id, by=by)
    record("provider_file.made", by=by, subject=made, rows=made.rows, left_out=made.left_out)
    return made


_Question = tuple[Asked, str, str]  # what is asked about, by which reference, in which words


def _content(asked: Sequence[_Question], kind: str) -> bytes:
    out = io.BytesIO()
    rows = [HEADERS, *_rows(asked)]
    if kind == "csv":
        write_csv(rows, out)
    else:
        write_xlsx(rows, out, sheet_name="Lines")
    return out.getvalue()


def _rows(asked: Sequence[_Question]) -> Iterator[tuple[str, ...]]:
    for one, reference, question in asked:
        cells = (one.name, *one.address, one.plan)
        yield (reference, question, *(neutralize(cell) for cell in cells), one.starts_on.isoformat(), "", "", "")


def _remember(made: ProviderFile, asked: Sequence[_Question]) -> None:
    for about, model, column in (
        (ABOUT_LINE, ProviderFileRow, "fact_number"),
        (ABOUT_APPLICATION, ProviderFileApplication, "application_id"),
    ):
        rows = [
            {"file_id": made.id, "partner_id": made.partner_id, "reference": reference, column: one.number}
            for one, reference, question in asked
            if question == about
        ]
        bulk_insert(session(), model.__table__, rows)  # type: ignore[arg-type]


def forget_copy_later(stored: StoredFile, *, partner_id: int, by: Actor) -> None:
    """Have the stored copy deleted when its days are over."""
    policy.check(by, "answer_file:run", Owner(partner_id))
    enqueue(COPY_JOB, {"file": stored.id, "partner": partner_id}, delay=timedelta(days=KEPT_DAYS))


def remove_copy(*, file_id: int, is_due: bool, by: Actor) -> None:
    """Delete a stored copy once; with ``is_due`` only when its days are over."""
    policy.check(by, "answer_file:run")
    stored = find_copy(file_id)
    if stored is None or (is_due and clock.as_utc(stored.created_at) + timedelta(days=KEPT_DAYS) > clock.now()):
        return
    remove_file(stored)
    record("provider_file.removed", by=by, subject_type="stored_files", subject_id=stored.id)

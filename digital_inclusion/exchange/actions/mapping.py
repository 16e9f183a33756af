"""Say what the columns of a file mean; what a person corrects is remembered for the partner's next file."""

from collections.abc import Collection, Mapping

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.jobs import enqueue
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.text import fold
from ...foundation.sheets import Sheet
from ..models import ColumnMapping, ImportBatch
from ..queries.batches import lock_batch
from ..rules.fields import FIELDS
from ..rules.labels import label_of
from ..rules.matching import missing_fields

PREVIEW_JOB = "exchange.preview"
CHANGEABLE = frozenset({"uploaded", "previewing", "previewed", "stopped", "finished"})
CHANGED = _("This import is under way or done. Please look at it again.")


def map_columns(*, batch: ImportBatch, mapping: Mapping[str, str], by: Actor) -> None:
    """Say what the columns mean (header -> field, "" for leave out), remember it, and look at the file again."""
    policy.check(by, "import:run", batch)
    held = lock_batch(batch.id)
    if held.state not in CHANGEABLE:
        raise Conflict(CHANGED)
    chosen = chosen_mapping(mapping, held.dropped_columns)
    check_complete(chosen)
    held.mapping = chosen
    _remember(held.partner_id, mapping)
    record("import.mapped", by=by, subject=held, columns=len(chosen))
    request_preview(batch=held, by=by)


def request_preview(*, batch: ImportBatch, by: Actor) -> None:
    """Look through the file in the background and say what would happen."""
    policy.check(by, "import:run", batch)
    if batch.state not in CHANGEABLE:
        raise Conflict(CHANGED)
    batch.state, batch.preview, batch.error_code, batch.rows_done = "previewing", None, None, 0
    enqueue(PREVIEW_JOB, {"batch": batch.id, "partner": batch.partner_id})


def chosen_mapping(mapping: Mapping[str, str], dropped: Collection[str] = ()) -> dict[str, str]:
    """Return header -> field without what is left out; raise Invalid for unknown and doubled fields."""
    unknown = sorted({field for field in mapping.values() if field and field not in FIELDS})
    if unknown:
        raise Invalid(_("There is no such field: %(names)s."), names=", ".join(unknown))
    chosen = {header: field for header, field in mapping.items() if field and header not in dropped}
    fields = list(chosen.values())
    doubled = sorted({field for field in fields if fields.count(field) > 1})
    if doubled:
        raise Invalid(
            _("Two columns cannot mean the same: %(names)s."), names=", ".join(label_of(name) for name in doubled)
        )
    return chosen


def checked_mapping(mapping: Mapping[str, str], sheet: Sheet, dropped: Collection[str]) -> dict[str, str]:
    """Return a mapping given by hand, headers as the file writes them; raise Invalid for columns it does not have."""
    known = {fold(header): header for header in reversed(sheet.headers)} | {header: header for header in sheet.headers}
    columns = {header: known.get(header) or known.get(fold(header)) for header in mapping}
    missing = sorted(header for header, field in mapping.items() if field and columns[header] is None)
    if missing:
        raise Invalid(_("The file has no such column: %(names)s."), names=", ".join(missing))
    return chosen_mapping({own: mapping[header] for header, own in columns.items() if own is not None}, dropped)


def check_complete(mapping: Mapping[str, str]) -> None:
    """Raise Invalid naming every field without which no row can go in."""
    missing = missing_fields(mapping)
    if missing:
        raise Invalid(_("Say which column holds: %(names)s."), names=", ".join(label_of(name) for name in missing))


def _remember(partner_id: int, mapping: Mapping[str, str]) -> None:
    known = {row.header: row for row in session().query(ColumnMapping).filter_by(partner_id=partner_id)}
    for header, field in mapping.items():
        key = fold(header)[:200]
        if not key:
            continue
        row = known.get(key)
        if row is None:
            row = ColumnMapping(partner_id=partner_id, header=key, field=field, updated_at=clock.now())
            known[key] = row
            session().add(row)
        elif row.field != field:
            row.field, row.updated_at = field, clock.now()

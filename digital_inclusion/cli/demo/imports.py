"""Two lists that partners sent in: one that stays, and one that was the wrong file and is taken back as a whole."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ...exchange.actions.committing import run_import
from ...exchange.actions.starting import Terms, start_import
from ...exchange.actions.undoing import undo_import
from ...exchange.actions.uploading import upload_file
from ...exchange.queries.batches import list_batches, lock_batch
from ...foundation.access.identity import Actor
from ...foundation.database import EVERYTHING, Scope, use_scope, write_transaction
from .doing import Desk
from .households import invent
from .plan import SEED, Plan, desk_days

SHARE = 28  # rows of each list, of 3,000 households
_MOST_BYTES = 10 * 1024 * 1024
_COLUMNS = {
    "Client ID": "reference",
    "Name": "head_name",
    "Date of birth": "head_birth_on",
    "Street address": "address_line",
    "Apt": "unit",
    "City": "city",
    "ZIP": "zip_code",
    "Phone": "phone",
    "Language": "language",
    "Enrolled": "enrolled_on",
    "Device": "device_1_kind",
    "Donated or new": "device_1_source",
    "Serial number": "device_1_unit",
    "Given on": "device_1_on",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A list that a partner sent: when (days before the last day of the demo), and whether it stays."""

    partner: str
    filename: str
    days_ago: int
    stays: bool

    def came_on(self, plan: Plan) -> date:
        """Return the desk day on which it came."""
        return next(day for day in desk_days(plan.first, plan.until) if (plan.until - day).days <= self.days_ago)


LISTS = (
    Sent("KEYS", "spring-device-day.csv", 210, stays=True),
    Sent("RIVERS", "waiting-list-old-copy.csv", 120, stays=False),
)


def take_in(sent: Sent, desk: Desk, rows: int) -> None:
    """Import the list as its partner would; and take it back if it does not stay. Doing it again changes nothing."""
    day = sent.came_on(desk.plan)
    by = desk.world.staff[sent.partner][0]
    use_scope(Scope(partner_id=by.partner_id))
    done = [batch for batch in list_batches() if batch.filename == sent.filename]
    if not any(batch.state in {"finished", "undone"} for batch in done):
        batch_id = next((batch.id for batch in done if batch.state == "running"), None)
        with desk.at(day):
            run_import(batch_id=batch_id or _upload(sent, desk, day, rows, by), partner_id=by.partner_id or 0)
    if not sent.stays:
        with desk.at(day + timedelta(days=2)):
            _take_back(sent, by)
    use_scope(EVERYTHING)


def _upload(sent: Sent, desk: Desk, day: date, rows: int, by: Actor) -> int:
    with write_transaction():
        use_scope(Scope(partner_id=by.partner_id))
        batch = upload_file(
            stream=io.BytesIO(_text(sent, desk.plan, day, rows).encode("utf-8-sig")),
            filename=sent.filename,
            partner_id=by.partner_id or 0,
            limit=_MOST_BYTES,
            mapping=_COLUMNS,
            by=by,
        )
        terms = Terms(grant_id=desk.world.grants[sent.partner], consent_attested_on=day)
        start_import(batch=batch, terms=terms, in_background=False, by=by)
        return batch.id


def _take_back(sent: Sent, by: Actor) -> None:
    with write_transaction():
        use_scope(Scope(partner_id=by.partner_id))
        for batch in list_batches():
            if batch.filename == sent.filename and batch.state == "finished":
                undo_import(batch=lock_batch(batch.id), by=by)


def _text(sent: Sent, plan: Plan, day: date, rows: int) -> str:
    out = io.StringIO()
    table = csv.DictWriter(out, fieldnames=list(_COLUMNS))
    table.writeheader()
    table.writerows(_rows(sent, plan, day, rows))
    return out.getvalue()


def _rows(sent: Sent, plan: Plan, day: date, rows: int) -> Iterator[dict[str, object]]:
    for place in range(1, rows + 1):
        rng = Random(f"{SEED}|{sent.filename}|{place}")  # noqa: S311 - invented people, no secrets
        enrolled_on = day - timedelta(days=rng.randint(3, 30))
        new = invent(plan.program, f"{sent.partner[0]}{place:04}", "listed", enrolled_on, rng).new
        home = new.address
        given = rng.random() < 0.7
        yield {
            "Client ID": new.reference,
            "Name": new.head.name,
            "Date of birth": new.head.birth_date or "",
            "Street address": home.line if home and home.line else "12 Paper Heron Way",
            "Apt": home.unit if home and home.unit else "",
            "City": "San José",
            "ZIP": home.zip_code if home and home.zip_code else "95127",
            "Phone": new.phone or "",
            "Language": new.language,
            "Enrolled": enrolled_on,
            "Device": "laptop" if given else "",
            "Donated or new": "new" if given else "",
            "Serial number": f"L-{sent.partner}-{place:04}" if given else "",
            "Given on": enrolled_on + timedelta(days=1) if given else "",
        }

"""Look through a whole file before anything is written: what would go in, what would come back, and why."""

import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import Scope, session, use_scope, write_transaction
from ...foundation.jobs import made_progress
from ...foundation.kernel.errors import NotFound
from ...foundation.sheets import SheetError
from ..models import ImportBatch
from ..queries.batches import lock_batch
from ..queries.rows import records_of
from ..rules.conversion import consent_day
from ..rules.matching import missing_fields
from ..rules.parsed import ParsedRow
from ..rules.problems import ProblemTally, RowProblem
from ..rules.updates import refusal_of
from .committing import chunks, forget_problems, importing_actor, write_problems
from .knowing import Taken, Unit, look_up, unit_of
from .reading import OpenBatch, calm_collector, open_batch
from .updating import compared, is_changed, new_deliveries

COUNTS = ("rows", "new", "changed", "unchanged", "refused", "drafts", "deliveries", "members")
_TELLS_EVERY = 20  # chunks between two signs of how far the look has come


class SeenKeys:
    """The keys of the rows so far. On disk, so that memory stays flat however long the file is."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("")  # a private file that SQLite removes
        self._kept.execute("CREATE TABLE seen (key BLOB PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._kept.close()

    def add(self, keys: tuple[str, ...]) -> bool:
        """Note the keys; return whether one of them was there already."""
        before = self._kept.total_changes
        self._kept.executemany("INSERT OR IGNORE INTO seen VALUES (?)", [(bytes.fromhex(key),) for key in keys])
        return self._kept.total_changes - before < len(keys)


class Look:
    """One look through a file: counts rows by what would become of them, groups what is to be said about them."""

    def __init__(self, batch: ImportBatch, seen: SeenKeys) -> None:
        self._batch = batch
        self._seen = seen
        self._notes = Taken()
        self.counts = dict.fromkeys(COUNTS, 0)
        self.tally = ProblemTally()

    def take(self, opened: OpenBatch, *, by: Actor | None = None) -> None:
        """Look at every row. With ``by``, say now and then on the stored batch how far it has come."""
        with calm_collector() as tidy:
            for place, chunk in enumerate(chunks(opened.rows()), start=1):
                self._look_at(chunk)
                tidy()
                if by is not None and (self._notes.problems or place % _TELLS_EVERY == 0):
                    _tell(self._batch, self.counts["rows"], self._notes, by)
                self._notes.problems.clear()

    def _look_at(self, chunk: list[ParsedRow]) -> None:
        units = []
        for row in chunk:
            self._note(row, row.problems)
            if row.ok:
                self.counts["members"] += 1 + len(row.members)
                units.append(unit_of(row, self._batch.partner_id))
            else:
                self.counts["refused"] += 1
        self._count(units)
        self.counts["rows"] += len(chunk)

    def result(self) -> dict[str, object]:
        """Return counts, groups of problems with their first examples, and fields that no column holds."""
        groups = [group.as_dict() for group in self.tally.groups()]
        return {"counts": self.counts, "groups": groups, "missing": missing_fields(self._batch.mapping)}

    def _note(self, row: ParsedRow, problems: Sequence[RowProblem]) -> None:
        if problems:
            self.tally.add(row.number, problems)
            self._notes.add_own(row, problems)

    def _count(self, units: list[Unit]) -> None:
        look_up(units, self._batch.partner_id)
        known = records_of({unit.known.household_id for unit in units if unit.known is not None and is_changed(unit)})
        for unit in units:
            if self._seen.add(unit.keys):
                self._note(unit.row, [RowProblem("row_repeats")])
                self.counts["changed"] += 1
            elif consent_day(unit.row, self._batch.consent_attested_on) is None:
                self.counts["drafts"] += 1
            elif unit.known is None:
                self.counts["new"] += 1
                self.counts["deliveries"] += len(unit.row.deliveries)
            elif not is_changed(unit):
                self.counts["unchanged"] += 1
            elif refusal := refusal_of(unit.row, known.households[unit.known.household_id]):
                self.counts["refused"] += 1
                self._note(unit.row, [refusal])
            else:
                found = compared(unit, known, self._batch)
                new_deliveries(unit, known, self._batch, found)
                self.counts["changed"] += 1
                self.counts["deliveries"] += found.deliveries
                self._note(unit.row, found.told())
        session().expunge_all()


def look_through(opened: OpenBatch, *, by: Actor | None = None) -> dict[str, object]:
    """Return the counts, and problems grouped by kind and column with their first examples. Writes no household."""
    with SeenKeys() as seen:
        look = Look(opened.batch, seen)
        look.take(opened, by=by)
        return look.result()


def preview_batch(*, batch_id: int, partner_id: int) -> None:
    """Fill in the batch's preview; nothing else changes."""
    use_scope(Scope(partner_id=partner_id))
    batch = session().get_one(ImportBatch, batch_id, populate_existing=True)
    if batch.state != "previewing":
        return
    by = importing_actor(batch)
    _begin(batch_id, partner_id, by)
    batch = session().get_one(ImportBatch, batch_id, populate_existing=True)
    try:
        with open_batch(batch) as opened:
            session().expunge(batch)
            session().rollback()
            preview = look_through(opened, by=by)
    except (SheetError, NotFound) as error:
        _refuse(batch_id, partner_id, getattr(error, "code", "file_gone"), dict(error.params), by)
        return
    _keep(batch_id, partner_id, dict(batch.mapping), preview, by)


def _tell(looked_at: ImportBatch, rows: int, notes: Taken, by: Actor) -> None:
    """Keep what was found, for the page that lists it, and how far the look has come."""
    with write_transaction():
        use_scope(Scope(partner_id=looked_at.partner_id))
        batch = lock_batch(looked_at.id)
        if batch.state == "previewing" and batch.mapping == looked_at.mapping:
            batch.rows_done = rows
            write_problems(batch, notes)
            made_progress()
            record("import.preview_got_on", by=by, subject=batch, rows=rows)


def _begin(batch_id: int, partner_id: int, by: Actor) -> None:
    with write_transaction():
        use_scope(Scope(partner_id=partner_id))
        batch = lock_batch(batch_id)
        batch.rows_done = 0
        forget_problems(batch)
        record("import.preview_got_on", by=by, subject=batch, rows=0)


def _keep(batch_id: int, partner_id: int, mapping: dict[str, str], preview: dict[str, object], by: Actor) -> None:
    with write_transaction():
        use_scope(Scope(partner_id=partner_id))
        batch = lock_batch(batch_id)
        if batch.state != "previewing" or batch.mapping != mapping:
            return  # the columns were matched anew meanwhile: another look is on its way
        counts = preview["counts"]
        batch.state, batch.preview, batch.rows_done = "previewed", {"counts": counts}, 0
        batch.rows_total = counts["rows"] if isinstance(counts, dict) else 0
        record("import.previewed", by=by, subject=batch, rows=batch.rows_total)


def _refuse(batch_id: int, partner_id: int, code: str, params: dict[str, object], by: Actor) -> None:
    with write_transaction():
        use_scope(Scope(partner_id=partner_id))
        batch = lock_batch(batch_id)
        if batch.state == "previewing":
            batch.state, batch.error_code, batch.error_params = "stopped", code, params
            record("import.stopped", by=by, subject=batch, rows_done=0)

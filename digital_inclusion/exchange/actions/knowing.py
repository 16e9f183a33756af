"""How rows are known: their keyed keys and content, the households they belong to, and what became of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...foundation.database import session
from ...foundation.kernel.problems import Problem
from ...foundation.throttle import fingerprint
from ...progress.actions.book import bulk_insert
from ..models import ImportBatch, ImportedRow
from ..queries.rows import Known, households_by_reference, known_rows
from ..rules.conversion import reference_of
from ..rules.identity import content_hash, row_keys
from ..rules.parsed import ParsedRow
from ..rules.problems import CODES, ERROR, RowProblem


@dataclass(slots=True)
class Unit:
    """A row with its keyed keys and content."""

    row: ParsedRow
    keys: tuple[str, ...]
    content: str
    known: Known | None = None


@dataclass(slots=True)
class Taken:
    """What became of the rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    drafted: int = 0
    refused: int = 0
    deliveries: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)

    def add_own(self, row: ParsedRow, problems: Iterable[RowProblem]) -> None:
        """Note what reading or comparing the row found; with one row of a household all its rows come back."""
        told = list(problems)
        if row.rows and any(problem.severity == ERROR for problem in told):
            named = {problem.row for problem in told if problem.severity == ERROR}
            told += [RowProblem("household_refused", row=number) for number in row.rows if number not in named]
        for problem in told:
            severity, message = CODES[problem.code]
            self.problems.append(
                {
                    "row": problem.row or row.number,
                    "column": problem.column or None,
                    "value": problem.value or None,
                    "code": problem.code,
                    "message": message,
                    "params": dict(problem.params),
                    "severity": severity,
                }
            )

    def add(self, row: ParsedRow, problem: Problem) -> None:
        """Note why enrolling refused the row (all rows of the household), or a delivery in it."""
        for number in row.rows or (row.number,):
            self.problems.append(
                {
                    "row": number,
                    "column": None,
                    "value": None,
                    "code": problem.code,
                    "message": problem.message,
                    "params": dict(problem.params),
                    "severity": ERROR,
                }
            )


def unit_of(row: ParsedRow, partner_id: int) -> Unit:
    """Return the row with its keys and content as we store them: keyed, so that nobody can read them back.

    A row that tells too little to be known again is known by its whole content: the same content comes in once.
    """
    owner, content = str(partner_id), content_hash(row)
    keys = row_keys(row) or (f"content|{content}",)
    hashed = tuple(fingerprint("row", owner, key) for key in keys)
    return Unit(row, hashed, fingerprint("content", owner, content))


def look_up(units: Sequence[Unit], partner_id: int) -> None:
    """Find the households that rows are known by."""
    known = known_rows({key for unit in units for key in unit.keys}, partner_id=partner_id)
    for unit in units:
        unit.known = next((known[key] for key in unit.keys if key in known), None)
    unknown = {ref: unit for unit in units if unit.known is None and (ref := reference_of(unit.row))}
    for ref, household in households_by_reference(unknown.keys(), partner_id=partner_id).items():
        unknown[ref].known = Known(household, None)


def remembered_row(unit: Unit, key: str, household_id: int, batch: ImportBatch) -> dict[str, Any]:
    """Return the row by which the household is known again."""
    return {
        "partner_id": batch.partner_id, "row_key": key, "content_hash": unit.content, "household_id": household_id,
        "batch_id": batch.id, "row": unit.row.number,
    }  # fmt: skip


def insert_remembered(rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows; their keys are new."""
    bulk_insert(session(), ImportedRow.__table__, rows)  # type: ignore[arg-type]

"""The columns of a batch's file, as the page that matches them shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...foundation.database import session
from ...foundation.files import StoredFile, path_of
from ...foundation.sheets import open_sheet
from ..models import AnswerFile, ImportBatch
from ..rules.fields import FIELDS
from ..rules.matching import ColumnMatch, match_columns
from .batches import remembered_mapping

SAMPLES = 3
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, the first values in it, what it was taken for and what it is mapped to now."""

    match: ColumnMatch
    samples: list[str]
    field: str  # "" for left out


def columns_of(batch: ImportBatch) -> list[Column]:
    """Return the columns in the order of the file; raise NotFound when the file is gone."""
    stored = session().get_one(StoredFile, batch.file_id)
    with open_sheet(path_of(stored), batch.filename, worksheet=batch.sheet_name) as sheet:
        rows = sheet.samples(_LOOKED_AT)
        matches = match_columns(sheet.headers, rows, remembered=remembered_mapping(batch.partner_id))
    return [_column(match, rows, batch) for match in matches if match.header not in batch.dropped_columns]


def _column(match: ColumnMatch, rows: Sequence[Sequence[str]], batch: ImportBatch) -> Column:
    filled = (row[match.index] for row in rows if match.index < len(row) and row[match.index].strip())
    samples = list(dict.fromkeys(text.strip()[:60] for text in filled))[:SAMPLES]
    return Column(match, samples, batch.mapping.get(match.header, ""))


def most_offered(columns: Sequence[Column]) -> dict[str, int]:
    """Return for each numbered group up to which number its fields are offered: one more than are in use."""
    used = {"member": 3, "device": 1, "line": 1, "training": 1}
    for column in columns:
        for name in (column.field, column.match.field or ""):
            field = FIELDS.get(name)
            if field is not None and field.group:
                used[field.group] = max(used[field.group], field.number)
    return {group: number + 1 for group, number in used.items()}


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column of a company's answer: its header, the first values in it, and what it is taken for."""

    header: str
    samples: list[str]
    field: str  # "" for left out


def answer_columns(answer: AnswerFile) -> list[AnswerColumn]:
    """Return the columns in the order of the file; raise NotFound when the file is gone."""
    stored = session().get_one(StoredFile, answer.file_id)
    with open_sheet(path_of(stored), answer.filename, worksheet=answer.sheet_name) as sheet:
        rows = sheet.samples(_LOOKED_AT)
        return [
            AnswerColumn(header, _first(row[place] for row in rows), answer.mapping.get(header, ""))
            for place, header in enumerate(sheet.headers)
        ]


def _first(cells: Iterable[str]) -> list[str]:
    filled = (cell.strip()[:60] for cell in cells if cell.strip())
    return list(dict.fromkeys(filled))[:SAMPLES]

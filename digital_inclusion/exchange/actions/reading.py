"""Read a batch's stored file as rows, the same way for the preview, the import and the refused rows."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ...foundation.database import session
from ...foundation.files import StoredFile, path_of
from ...foundation.kernel import clock
from ...foundation.normalize import normalize_address, normalize_email, normalize_phone
from ...foundation.sheets import Sheet, open_sheet
from ...progress.queries.program import get_program_in_zone
from ..models import ImportBatch
from ..rules.households import group_members, is_per_member
from ..rules.parsed import ParsedRow
from ..rules.problems import RowProblem
from ..rules.rows import RowParser, Settings, date_orders_of
from ..rules.template import EXAMPLE


@dataclass(slots=True)
class OpenBatch:
    """A batch's file, open for reading."""

    sheet: Sheet
    batch: ImportBatch
    settings: Settings

    def rows(self, *, skip: int = 0) -> Iterator[ParsedRow]:
        """Yield one row per household, after the first ``skip``. All of the file tells how it writes dates."""
        headers, mapping = self.sheet.headers, self.batch.mapping
        orders = date_orders_of(headers, (row.cells for row in self.sheet), mapping)
        parser = RowParser(mapping, headers, replace(self.settings, date_orders=orders))
        if is_per_member(self.batch.mapping.values()):
            grouped = group_members(self._parsed(parser), parser.check)
            for place, row in enumerate(grouped):
                if place >= skip:
                    yield row
            return
        yield from self._parsed(parser, skip=skip)

    def _parsed(self, parser: RowParser, *, skip: int = 0) -> Iterator[ParsedRow]:
        for place, row in enumerate(self.sheet.rows()):
            if place >= skip:
                parsed = parser.parse(row.number, row.cells, row.note)
                if parsed.reference == EXAMPLE:
                    parsed.problems = (RowProblem("example_row"),)
                yield parsed


@contextmanager
def calm_collector() -> Iterator[Callable[[], object]]:
    """Keep Python from looking for garbage in everything while many rows are made; yields what tidies up after some.

    Looking all the time costs a fifth of an import. What was there before is set aside, garbage and all, so tidying
    sees the new alone, and a small file does not pay for a look at everything.
    """
    gc.freeze()
    gc.disable()
    try:
        yield lambda: gc.collect(0)
    finally:
        gc.enable()
        gc.unfreeze()


@contextmanager
def open_batch(batch: ImportBatch) -> Iterator[OpenBatch]:
    """Open the stored file of ``batch``; raise SheetError or NotFound when it cannot be read any more."""
    stored = session().get_one(StoredFile, batch.file_id)
    with open_sheet(path_of(stored), batch.filename, worksheet=batch.sheet_name) as sheet:
        yield opened(batch, sheet)


def opened(batch: ImportBatch, sheet: Sheet) -> OpenBatch:
    """Return the rows of a file that is open already; the batch need not be stored."""
    return OpenBatch(sheet, batch, settings_of(batch))


def settings_of(batch: ImportBatch) -> Settings:
    """Return what reading this file depends on."""
    program = get_program_in_zone().counting
    boundaries = program.boundaries_on(clock.today())
    return Settings(
        today=clock.today(),
        normalize_phone=normalize_phone,
        normalize_email=normalize_email,
        normalize_address=normalize_address,
        default_enrolled_on=batch.default_enrolled_on,
        consent_attested_on=batch.consent_attested_on,
        zip_codes=program.zip_codes,
        districts=boundaries.districts if boundaries else frozenset(),
    )

"""What can be wrong with a file as a whole, and how much of one we take."""

from dataclasses import dataclass

from ..kernel.errors import Invalid
from ..kernel.messages import _

MEGABYTE = 1024 * 1024

SENTENCES = {
    "file_too_large": _("The file has %(megabytes)s MB; we take up to %(limit)s MB."),
    "file_empty": _("The file is empty."),
    "only_header": _("The file has column headers but no rows below them."),
    "nul_bytes": _("The file contains zero bytes, so it is damaged or is not a spreadsheet."),
    "encoding_unknown": _("We could not tell how the letters of this file are stored. Save it as UTF-8."),
    "cell_too_long": _("A cell in row %(row)s has more than %(limit)s characters."),
    "too_many_columns": _("Row %(row)s has %(columns)s columns; we take up to %(limit)s."),
    "too_many_rows": _("The file has more than %(limit)s rows."),
    "encrypted": _("The workbook is protected by a password. Save a copy without one."),
    "old_excel": _("This is the old Excel format (.xls). Save it as .xlsx or .csv."),
    "not_a_sheet": _("This is not a spreadsheet but %(kind)s. Save the table as .xlsx or .csv."),
    "corrupt_workbook": _("The workbook is damaged and cannot be read. Open it and save it again."),
    "unpacks_too_large": _("The workbook unpacks to more than we take. Keep only the sheet with the rows."),
    "no_worksheet": _("The workbook has no worksheet with cells in it."),
    "unknown_worksheet": _("The workbook has no worksheet named %(name)s."),
}


class SheetError(Invalid):
    """A file that cannot be read as a table. ``code`` is stable; ``params`` fill the sentence."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        super().__init__(SENTENCES[code])
        self.params = params
        self.args = (self.sentence,)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is taken. Checked before reading wherever the format allows it."""

    file_bytes: int = 400 * MEGABYTE
    unpacked_bytes: int = 3072 * MEGABYTE  # all parts of a workbook together, as its directory says
    part_bytes: int = 24 * MEGABYTE  # any part that is held in memory: styles, list of sheets
    ratio: int = 200  # unpacked to packed, for parts past `ratio_from` bytes
    ratio_from: int = 32 * MEGABYTE
    columns: int = 1000
    rows: int = 2_000_000
    cell_chars: int = 100_000


DEFAULT_LIMITS = Limits()

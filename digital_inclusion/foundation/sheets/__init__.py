"""Tables in and out: CSV of any encoding and XLSX, streaming, hostile files refused with a code.

Reading: ``open_sheet``. Writing: ``write_csv``, ``write_xlsx``; ``write_with_reasons`` gives bad rows back as the
same file plus a column, ``write_without_columns`` keeps a copy that never held what must not be stored.
"""

from .copies import with_reasons, write_with_reasons, write_without_columns
from .csv_source import CsvFormat
from .encodings import Encoding
from .errors import SENTENCES, Limits, SheetError
from .headers import Header
from .rows import Row, column_letters
from .sheet import Sheet, open_sheet
from .writing import neutralize, write_csv, write_xlsx

__all__ = [
    "SENTENCES",
    "CsvFormat",
    "Encoding",
    "Header",
    "Limits",
    "Row",
    "Sheet",
    "SheetError",
    "column_letters",
    "neutralize",
    "open_sheet",
    "with_reasons",
    "write_csv",
    "write_with_reasons",
    "write_without_columns",
    "write_xlsx",
]

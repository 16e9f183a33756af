"""Long files on their way out: written row by row into a temporary file, so that memory stays flat.

The file is whole before the first byte leaves: whatever goes wrong becomes an error page, never half a file, and the
rows are those of one transaction.
"""

import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, cast

from ...foundation.kernel.errors import TooLarge
from ...foundation.kernel.messages import _
from ...foundation.sheets.writing import Value, write_csv, write_xlsx

_MOST_ROWS = 1_048_575  # what one sheet holds, besides its heading


def as_file(rows: Iterable[Sequence[Value]], *, kind: str, name: str, count: int) -> IO[bytes]:
    """Return the rows as a CSV or XLSX file, at its beginning; raise TooLarge for more than a sheet holds."""
    if kind == "xlsx" and count > _MOST_ROWS:
        raise TooLarge(_("A sheet holds about a million rows. Choose a month, or take the CSV file."))
    out = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115 - whoever sends it closes it
    if kind == "xlsx":
        write_xlsx(rows, out, sheet_name=name)  # type: ignore[arg-type]
    else:
        write_csv(rows, out)  # type: ignore[arg-type]
    out.seek(0)
    return out

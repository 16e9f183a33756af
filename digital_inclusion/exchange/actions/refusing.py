"""Give the refused rows back as the same file, with a column that says why."""

import io
import tempfile
from collections.abc import Callable
from typing import BinaryIO

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.sheets import write_with_reasons
from ..models import ImportBatch
from ..queries.batches import refused_rows
from .reading import open_batch

Translate = Callable[[str, dict[str, object]], str]
_IN_MEMORY = 8 * 1024 * 1024


def write_refused(batch: ImportBatch, *, header: str, translate: Translate, by: Actor) -> tuple[BinaryIO, str]:
    """Return the file, open at its beginning, and its kind ("csv", "xlsx"); raise NotFound when it is gone."""
    policy.check(by, "import:run", batch)
    reasons: dict[int, list[str]] = {}
    for problem in refused_rows(batch.id):
        sentence = translate(problem.message, dict(problem.params))
        told = f"{problem.column}: {sentence}" if problem.column else sentence
        known = reasons.setdefault(problem.row, [])
        if told not in known:
            known.append(told)
    with open_batch(batch) as opened:
        out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the response closes it
        try:
            write_with_reasons(opened.sheet, reasons, out, header=header)  # type: ignore[arg-type]
        except BaseException:
            out.close()
            raise
        kind = opened.sheet.kind
    out.seek(0, io.SEEK_SET)
    return out, kind  # type: ignore[return-value]

"""The file of a batch for the finance system: codes, months and money, no names. The same bytes each time."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ...foundation.sheets.writing import Value, write_csv, write_xlsx
from ..models import PaymentBatch
from ..queries.payments import iterate_for_file
from ..rules.payments import COLUMNS


def rows_of(batch: PaymentBatch) -> Iterator[Sequence[Value]]:
    """Yield the heading and a row for each payment, by payee and voucher; dollars with two places."""
    yield COLUMNS
    for payee, voucher, month, cents, fund, budget in iterate_for_file(batch.id):
        yield batch.code, payee, voucher, month.strftime("%Y-%m"), Decimal(cents).scaleb(-2), fund, budget


def write_file(batch: PaymentBatch, kind: str) -> bytes:
    """Return the file as "csv" or "xlsx"."""
    out = io.BytesIO()
    if kind == "xlsx":
        write_xlsx(rows_of(batch), out, sheet_name=f"Payments {batch.code}", created=batch.approved_at)
    else:
        write_csv(rows_of(batch), out)
    return out.getvalue()


def digest_of(batch: PaymentBatch) -> str:
    """Return the SHA-256 of the CSV file, in hex."""
    return hashlib.sha256(write_file(batch, "csv")).hexdigest()

"""A sheet of 500 labels: seconds, and the most memory that the process had."""

import resource
import sys
import time
from collections.abc import Iterator

from digital_inclusion.devices.routes.sheet import Label, label_sheet
from digital_inclusion.devices.rules.labels import SHEETS
from digital_inclusion.foundation.kernel.ids import new_code

LABELS = 500
SECONDS, MEGABYTES = 5.0, 200.0


def run(labels: int = LABELS) -> Iterator[dict[str, object]]:
    """Yield two figures: seconds of one PDF, and megabytes."""
    codes = [new_code() for _one in range(labels)]
    told = [Label(code, "Laptop, Lenovo", f"https://devices.example.gov/d/{code}") for code in codes]
    begun = time.perf_counter()
    made = label_sheet(told, SHEETS["5160"], start=3, title="Device labels", program="Digital Inclusion Program")
    took = time.perf_counter() - begun
    if not made.startswith(b"%PDF"):
        raise ValueError("no PDF was made")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    yield {
        "name": f"{labels} labels, seconds", "value": round(took, 2), "baseline": None, "ratio": None, "bar": SECONDS,
        "ok": took <= SECONDS,
    }  # fmt: skip
    yield {
        "name": f"{labels} labels, MB of the process", "value": round(used), "baseline": None, "ratio": None,
        "bar": MEGABYTES, "ok": used < MEGABYTES,
    }  # fmt: skip

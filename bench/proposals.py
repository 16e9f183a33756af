"""Devices proposed for one household: among 100,000 in stock against 1,000, with common needs and with rare ones."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from statistics import median
from time import perf_counter

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, text

from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.devices.models import Device, DeviceRequest
from digital_inclusion.devices.queries.proposals import list_proposals
from digital_inclusion.devices.rules.matching import fits_of
from digital_inclusion.foundation.database import EVERYTHING, db, use_scope
from digital_inclusion.foundation.kernel import clock
from tests.factories.world import build_world

FEW, MANY = 1_000, 100_000
TIMES = 15
BAR = 2.0
# what is asked for, and the keyboard; nobody has the last one
ASKED = {
    "nothing": ((), None),
    "video": (("video_classes",), None),
    "everything": (("video_classes", "keyboard", "battery"), "vi"),
    "what none has": (("keyboard", "school"), "ko"),
}
_KNOWN = list(product((None, True, False), (None, 4096, 8192), (None, 60, 90), (None, "en", "es", "vi")))


def run(few: int = FEW, many: int = MANY, times: int = TIMES) -> Iterator[dict[str, object]]:
    """Yield a figure for each way of asking: milliseconds among many, among few, and their ratio (medians).

    Both are asked in turns, so that whatever else the machine does slows both.
    """
    with tempfile.TemporaryDirectory() as name:
        small, large = (_house(Path(name) / str(devices), devices) for devices in (few, many))
        for asked, wanted in ASKED.items():
            pairs = [(_timed(*large, *wanted), _timed(*small, *wanted)) for _time in range(times + 1)][1:]
            ratio = median(one / other for one, other in pairs)
            yield {
                "name": f"proposals among {many} devices, needs: {asked}, ms",
                "value": round(median(one for one, _other in pairs) * 1000, 1),
                "baseline": round(median(other for _one, other in pairs) * 1000, 1),
                "ratio": round(ratio, 2),
                "bar": BAR,
                "ok": ratio <= BAR,
            }


def _house(folder: Path, devices: int) -> tuple[Flask, int]:
    """Return an installation with so many devices ready, and who holds them."""
    settings = Settings.from_env({"DATA_DIR": str(folder), "SECRET_KEY": "x" * 40})
    app = create_app(replace(settings, immediate_jobs=True))
    with app.app_context():
        upgrade()
        holder = build_world().partners["a"]
        _fill(holder, devices)
        db.session.remove()
    return app, holder


def _fill(holder: int, devices: int) -> None:
    """Put devices into stock: every third one like nobody has looked at it, the others of every sort."""
    now = clock.now()
    rows = []
    for number in range(devices):
        camera, memory, battery, keyboard = _KNOWN[number * 7 % len(_KNOWN)] if number % 3 else (None,) * 4
        known = {
            "has_camera": camera, "memory_mb": memory, "battery_percent": battery, "keyboard": keyboard,
        }  # fmt: skip
        since = now - timedelta(minutes=number)
        rows.append(
            known
            | {"code": f"B{number:09}", "origin_id": holder, "holder_id": holder, "state": "ready",
               "state_since": since, "ready_at": since, "kind": "laptop", "round": 1, "media_listed": True,
               "functional": "F5", "created_at": since, "updated_at": since, "fits": fits_of(Device(**known))}
        )  # fmt: skip
    with db.engine.begin() as connection:
        for start in range(0, len(rows), 5000):
            connection.execute(insert(Device), rows[start : start + 5000])
        connection.execute(text("ANALYZE"))


def _timed(app: Flask, holder: int, needs: Sequence[str], keyboard: str | None) -> float:
    """Return the seconds in which one request gets its proposals."""
    with app.app_context():
        use_scope(EVERYTHING)
        request = DeviceRequest(id=1, partner_id=holder, kind="laptop", needs=list(needs), keyboard=keyboard)
        begun = perf_counter()
        found = list_proposals(request)
        took = perf_counter() - begun
        db.session.remove()
    if len(found) != 5:
        raise ValueError("five devices should be proposed")
    return took

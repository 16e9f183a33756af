"""Read a table of erasures in our own documented columns, for tools whose reports we do not read. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.text import fold
from ...foundation.sheets import Sheet
from .erasures import Erasure, Report, check_serial, serial_in, words
from .sanitizing import TECHNIQUES

COLUMNS = ("serial", "technique", "tool", "version", "when", "result")
_NEEDED = ("serial", "technique", "tool", "when", "result")
_RESULTS = {"succeeded": True, "failed": False}
_BY_NAME = {fold(name): code for code, label in TECHNIQUES.items() for name in (code, label)}
NO_COLUMNS = _("This file is no erasure report we know. A list needs the columns %(columns)s.")


def read_list(sheet: Sheet) -> Report:
    """Return what the table says; raise Invalid when a column is missing."""
    places = {fold(header): place for place, header in enumerate(sheet.headers)}
    if any(name not in places for name in _NEEDED):
        raise Invalid(NO_COLUMNS, columns=", ".join(COLUMNS))
    report = Report("csv")
    for row in sheet:
        cells = {name: row.cells[places[name]].strip() for name in COLUMNS if name in places}
        try:
            report.erasures.append(_erasure(cells))
        except Invalid as error:
            report.flaws.append((f"{row.number}: {words(cells['serial'], 80) or ''}".rstrip(": "), error))
    return report


def _erasure(cells: Mapping[str, str]) -> Erasure:
    check_serial(cells["serial"])
    serial, tool = serial_in(cells["serial"]), words(cells["tool"], 80)
    technique, result = _BY_NAME.get(fold(cells["technique"])), _RESULTS.get(fold(cells["result"]))
    if serial is None:
        raise Invalid(_("The serial number of the medium is missing."))
    if technique is None:
        raise Invalid(_("The technique must be one of: %(known)s."), known=", ".join(TECHNIQUES))
    if tool is None:
        raise Invalid(_("The tool is missing."))
    if result is None:
        raise Invalid(_("The result must be “succeeded” or “failed”."))
    return Erasure(
        serial=serial,
        technique=technique,
        tool=tool,
        tool_version=words(cells.get("version"), 40),
        at=_time(cells["when"]),
        succeeded=result,
    )


_FORMATS: Sequence[str] = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y")


def _time(text: str) -> datetime:
    """Return the instant, or the wall clock where no zone is given; a day alone is its noon."""
    try:
        found = datetime.fromisoformat(text[:40])
        return datetime.combine(found.date(), time(12)) if len(text) <= 10 else found
    except ValueError:
        pass
    for pattern in _FORMATS:
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is the city's
        except ValueError:
            continue
        return found if "%H" in pattern else datetime.combine(found, time(12))
    raise Invalid(_("We cannot read the time. Write it like 2026-03-31 14:05."))

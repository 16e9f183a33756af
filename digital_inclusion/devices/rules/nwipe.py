"""Read what nwipe logged: which drive was wiped how, and whether its two closing tables say that it worked. Pure.

The lines are those of nwipe 0.2x to 0.40, which wraps long ones and cuts names to the width of a terminal. A drive
without a row in the table "Drive Status" was not done when the log ended. Of the two tables the worse word wins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from .erasures import Erasure, Report, serial_in, words

LINE = re.compile(r"^\[(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)\]\s*(.*)", re.MULTILINE)
_LABEL = re.compile(r"^(?:nwipe:\s*)?(?:debug|info|notice|warning|error|fatal|sanity):\s*")
_WRAPPED = " " * 20  # continuation lines are indented as far as the text of the first
_FOUND = re.compile(r"^Found (/dev/[^\s,]+),.*S/N=\s*(\S*)")
_SERIAL = re.compile(r"^(?:Device )?'?(/dev/[^\s',]+)'?,? has serial number '?([^\s']+)")
_METHOD = re.compile(r"^Invoking method '([^']*)' on (?:device )?'?(/dev/[^\s',]+?)'?\.?$")
_DONE = re.compile(r"^(?:Finished|Verified) .* on (?:device )?'?(/dev/[^\s',]+?)'?\.?$")
_TOTAL = re.compile(r"^Total Throughput [^,]*, (.*), *(\w+\+\w+\+(\w+))\s*$")
_VERSION = re.compile(r"^nwipe (\d[\w.]*)")
_NAME = 8  # characters that a table has for the name of a drive
_TECHNIQUES = (
    ("secure erase", "secure_erase"),
    ("crypto", "crypto_erase"),
    ("block erase", "block_erase"),
    ("sanitize", "sanitize_overwrite"),
)
NO_SERIAL = _("The log hides the serial number, so nobody can tell which medium this was. Run nwipe without -q.")
STOPPED = _("The log ends before this drive was done. It is not wiped, or the log was saved too early.")
ONLY_LOOKED = _("nwipe only read this drive. It wiped nothing.")
NO_METHOD = _("The log does not say which method was used. Save the whole log, not its end alone.")
NO_TIME = _("The log does not say when this was. Save the whole log, not its tables alone.")


@dataclass(slots=True)
class _Drive:
    """What the log says of one drive, in the run of nwipe that is being read."""

    serial: str | None = None
    method: str | None = None
    done: datetime | None = None
    read_back: bool = False
    errors: list[str] | None = None  # as written in the table: pass, verification, fdatasync
    status: str | None = None


@dataclass(slots=True)
class _Log:
    """Where the reader stands."""

    report: Report
    drives: dict[str, _Drive] = field(default_factory=dict)
    table: str | None = None
    version: str | None = None
    last: datetime | None = None

    def drive(self, path: str) -> _Drive:
        return self.drives.setdefault(path.rsplit("/", 1)[-1][-_NAME:], _Drive())


def read_nwipe(text: str) -> Report:
    """Return what the log says. A log holds one run of nwipe after another when it was not renamed between them."""
    log = _Log(Report("nwipe"))
    for line in _unwrapped(text):
        stamped = LINE.match(line)
        if stamped is None:
            _take_row(log, line)
        elif (at := _time(stamped[1])) is not None:
            log.last = at
            _take_line(log, _LABEL.sub("", stamped[2]).strip())
    _close(log, total=None)
    return log.report


def _unwrapped(text: str) -> Iterator[str]:
    """Yield the lines, those that nwipe broke put together again."""
    held = ""
    for line in text.splitlines():
        if line.startswith(_WRAPPED) and LINE.match(held) and len(held) < 2000:
            held = held.rstrip() + line[31:] if not line[:31].strip() else held + line.strip()
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def _take_line(log: _Log, said: str) -> None:
    if found := _FOUND.match(said) or _SERIAL.match(said):
        log.drive(found[1]).serial = serial_in(found[2])
    elif found := _METHOD.match(said):
        drive = log.drive(found[2])
        drive.method, drive.done, drive.read_back = found[1], None, False
    elif found := _DONE.match(said):
        drive = log.drive(found[1])
        drive.done, drive.read_back = log.last, drive.read_back or said.startswith("Verified")
    elif found := _VERSION.match(said):
        log.version = words(found[1], 40)
    elif found := _TOTAL.match(said):
        _close(log, total=found)


def _take_row(log: _Log, line: str) -> None:
    """Read a line of the two tables at the end of a run."""
    if line.startswith("*"):
        title = line.strip("* \t")
        log.table = title or log.table
        return
    name, bar, rest = line.partition("|")
    name = name.replace("!", " ").strip()
    if not bar or name == "Device":
        return
    if log.table == "Error Summary":
        log.drive(name).errors = [part.strip() for part in rest.split("|")]
    elif log.table == "Drive Status":
        _take_status(log.drive(name), rest)


def _take_status(drive: _Drive, rest: str) -> None:
    """Read "Erased | 140 MB/s | 01:58:58 | model/serial"; a serial cut off elsewhere is completed."""
    cells = rest.split("|", 3)
    drive.status = cells[0].strip(" -").lower()
    _model, slash, serial = cells[3].rpartition("/") if len(cells) == 4 else ("", "", "")
    here = serial_in(serial) if slash else None
    if here and not (drive.serial or "").startswith(here):
        drive.serial = here


def _close(log: _Log, total: re.Match[str] | None) -> None:
    """Tell what became of each drive of this run, and keep of the drives their serial numbers alone."""
    method, read_back = (total[1], total[3] in {"VL", "VA"}) if total else (None, False)
    for name, drive in log.drives.items():
        if drive.method is not None or drive.status is not None:
            drive.method = drive.method or method
            drive.read_back = (drive.read_back or read_back) if total is None else read_back
            try:
                log.report.erasures.append(_erasure(log, drive))
            except Invalid as error:
                log.report.flaws.append((drive.serial or f"/dev/{name}", error))
    log.drives = {name: _Drive(serial=drive.serial) for name, drive in log.drives.items()}
    log.table = None


def _erasure(log: _Log, drive: _Drive) -> Erasure:
    at = drive.done or log.last
    for missing, sentence in ((drive.status, STOPPED), (drive.serial, NO_SERIAL), (drive.method, NO_METHOD)):
        if missing is None:
            raise Invalid(sentence)
    label = (drive.method or "").lower()
    if "verify" in label:
        raise Invalid(ONLY_LOOKED)
    if at is None:
        raise Invalid(NO_TIME)
    clean_run = drive.errors is not None and all(count == "0" for count in drive.errors)
    return Erasure(
        serial=drive.serial or "",
        technique=next((technique for word, technique in _TECHNIQUES if word in label), "overwrite"),
        tool=words(f"nwipe, {drive.method}", 80) or "nwipe",
        tool_version=log.version,
        at=at,
        succeeded=drive.status == "erased" and (drive.errors is None or clean_run),
        checked=drive.read_back and clean_run,
    )


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007 - a log names no zone
    except ValueError:
        return None

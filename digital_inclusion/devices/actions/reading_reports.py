"""Read erasure reports: note each try on the medium with its serial, and list the media that a snapshot found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import let_go
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, DomainError, Invalid, NotFound
from ...foundation.kernel.messages import _
from ...progress.rules.units import unit_key
from ..models import DataMedium, Device
from ..queries.media import find_held_media, find_held_unit, hold_device
from ..queries.units import hold_devices, media_in
from ..rules.erasures import Erasure, Report
from ..rules.reports import read_report
from ..rules.sanitizing import NewSanitization
from ..rules.specs import LABELS
from .describing import differences, take_found
from .listing_media import add_medium, check_open, declare
from .sanitizing import note

MOST_FILES = 20
MOST_ENTRIES = 500  # tries and media in all files together: they are noted in one transaction
_UNKNOWN = _(
    "No medium with this serial number is listed in a device of yours. List it first, then read the file again."
)


@dataclass(slots=True)
class Line:
    """What became of one part of a file: noted or listed on a unit, or the reason why not."""

    what: str
    device: Device | None = None
    result: str = ""  # noted, failed, known, listed, complete, specified, different
    problem: DomainError | None = None


@dataclass(slots=True)
class Reading:
    """What became of one file. ``problem``: nothing of it could be read."""

    name: str
    source: str = ""
    problem: DomainError | None = None
    lines: list[Line] = field(default_factory=list)


def read_reports(*, files: Sequence[tuple[str, bytes]], weaker_reason: str | None, by: Actor) -> list[Reading]:
    """Read files (name, content); note what they prove. The same file again changes nothing. Refuses no good part."""
    policy.check(by, "device:work")
    if not files or len(files) > MOST_FILES:
        raise Invalid(fields={"files": _("Please choose between one and 20 files.")})
    let_go()
    opened = [(name, _opened(data)) for name, data in files]
    reports = [report for _name, report in opened if isinstance(report, Report)]
    if sum(len(one.erasures) + len(one.flaws) + len(one.media) for one in reports) > MOST_ENTRIES:
        raise Invalid(fields={"files": _("These files have more than 500 entries. Please read them in several parts.")})
    _hold_all(reports, by)
    return [_take(name, report, weaker_reason, by) for name, report in opened]


def _opened(data: bytes) -> Report | DomainError:
    try:
        return read_report(data)
    except DomainError as error:
        return error


def _hold_all(reports: Sequence[Report], by: Actor) -> None:
    """Hold every unit that the files speak of, in a fixed order, so that two who read at once do not cross."""
    keys = {unit_key(erasure.serial) or "" for report in reports for erasure in report.erasures}
    units = {medium.device_id for medium in find_held_media(keys, by=by)}
    for report in reports:
        key = unit_key(report.unit_serial)
        found = find_held_unit(key, by=by) if key else None
        units |= {found.id} if found is not None else set()
    hold_devices(units)


def _take(name: str, report: Report | DomainError, weaker_reason: str | None, by: Actor) -> Reading:
    if isinstance(report, DomainError):
        return Reading(name, problem=report)
    reading = Reading(name, source=report.source)
    unit = _unit_of(report, by)
    if unit is not None:
        reading.lines += _list_media(unit, report, by)
    for erasure in report.erasures:
        reading.lines.append(_note(erasure, report.source, unit, weaker_reason, by))
    reading.lines += [Line(where, problem=error) for where, error in report.flaws]
    return reading


def _unit_of(report: Report, by: Actor) -> Device | None:
    """Return the unit that a snapshot describes, held, if it is one of ours."""
    key = unit_key(report.unit_serial)
    found = find_held_unit(key, by=by) if key else None
    return hold_device(found.code, by=by) if found is not None else None


def _list_media(device: Device, report: Report, by: Actor) -> list[Line]:
    """List what the snapshot found in the unit; the list is complete when snapshot and list agree."""
    lines = []
    try:
        check_open(device)
    except DomainError as error:
        return [Line(device.serial or device.code, device, problem=error)]
    for seen in report.media:
        known = {medium.serial_key for medium in media_in(device)}
        if seen.serial is None or unit_key(seen.serial) in known:
            continue
        line = Line(seen.serial, device, "listed")
        try:
            add_medium(device, seen, by=by)
            device.media_listed = False
        except DomainError as error:
            line.result, line.problem = "", error
        lines.append(line)
    lines += [Line(_(LABELS[name]), device, "specified") for name in take_found(device, report.specs, by=by)]
    if differences(device):
        lines.append(Line(device.serial or device.code, device, "different"))
    here = {medium.serial_key for medium in media_in(device)}
    if report.media and here == {unit_key(seen.serial) for seen in report.media} and not device.media_listed:
        declare(device, by=by)
        lines.append(Line(device.serial or device.code, device, "complete"))
    return lines


def _note(erasure: Erasure, source: str, unit: Device | None, weaker_reason: str | None, by: Actor) -> Line:
    """Note one entry; a line with the reason where that cannot be."""
    line = Line(erasure.serial)
    try:
        medium = _medium_of(erasure, unit, by)
        line.device = medium.device
        if any(one.report_key == erasure.key() for one in medium.sanitizations):
            line.result = "known"
            return line
        new = NewSanitization(
            technique=erasure.technique,
            tool=erasure.tool,
            tool_version=erasure.tool_version,
            performed_at=_instant(erasure),
            succeeded=erasure.succeeded,
            weaker_reason=weaker_reason,
            source=source,
            report_key=erasure.key(),
            checked_by_tool=erasure.checked,
        )
        note(medium, new, by=by)
        line.result = "noted" if erasure.succeeded else "failed"
    except DomainError as error:
        line.problem = error
    return line


def _medium_of(erasure: Erasure, unit: Device | None, by: Actor) -> DataMedium:
    """Return the medium with the entry's serial, its unit held; the snapshot's own unit has to be the one."""
    key = unit_key(erasure.serial) or ""
    found = find_held_media([key], by=by)
    if not found:
        raise NotFound(_UNKNOWN)
    ours = [medium for medium in found if unit is None or medium.device_id == unit.id]
    if not ours:
        raise Conflict(
            _("This medium is listed in device %(code)s, not in the one that the file describes."),
            code=found[-1].device.code,
        )
    device = hold_device(ours[-1].device.code, by=by)
    return next(medium for medium in device.media if medium.id == ours[-1].id)


def _instant(erasure: Erasure) -> datetime:
    """Return when it was; a computer whose clock runs on world time may seem some hours ahead of the city's."""
    try:
        at = clock.from_local(erasure.at)
    except OverflowError as error:
        raise Invalid(_("The time in the file cannot be.")) from error
    ahead = at - clock.now()
    return clock.now() if timedelta() < ahead < timedelta(hours=14) else at

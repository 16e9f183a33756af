"""The settings file: its shape, and every mistake in it named."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from ..foundation.kernel.errors import Invalid
from .rules.program import Boundaries, Program, Standard


def _blank_is_none(value: Any) -> Any:
    return None if value == "" else value


OptionalDay = Annotated[date | None, BeforeValidator(_blank_is_none)]
Zip = Annotated[str, Field(pattern=r"^\d{5}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]  # "20:00"
Positive = Annotated[int, Field(gt=0)]
DeviceKind = Literal["laptop", "desktop", "tablet", "phone", "hotspot", "router", "monitor"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class City(_Table):
    """Who runs the program."""

    name: Name
    program_name: Name
    time_zone: str
    languages: list[Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]+)?$")]] = Field(min_length=1)
    contact_phone: str = ""
    accent_color: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1a5e8a"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not a time zone name such as America/Los_Angeles")
        return value


class ProgramTable(_Table):
    """When the program runs and what it asks."""

    starts_on: date
    ends_on: date
    eligibility_required_from: OptionalDay = None
    passport_required_from: OptionalDay = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on lies before starts_on")
        return self


class Goals(_Table):
    """How many households, by when."""

    connected: Positive
    skills_sustained: Positive
    by: date


class Privacy(_Table):
    """What is published, and what is kept how long."""

    small_figure: Annotated[int, Field(ge=1, le=100)]
    retention_years: Annotated[int, Field(ge=1, le=50)]
    consent_text_version: Name
    draft_days: Annotated[int, Field(ge=1, le=365)]


class Imports(_Table):
    """Limits of what may be asked about other partners' households."""

    possibly_known_per_day: Annotated[int, Field(ge=1, le=1000)]


class Help(_Table):
    """Requests for help. Settings loaded before there were any have no such table."""

    answer_days: Annotated[int, Field(ge=1, le=60)] = 5
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 365


class Grievances(_Table):
    """Complaints, appeals and corrections. Settings loaded before there were any have no such table."""

    acknowledge_days: Annotated[int, Field(ge=1, le=30)] = 3  # business days
    answer_days: Annotated[int, Field(ge=1, le=365)] = 30
    disagree_days: Annotated[int, Field(ge=1, le=365)] = 30
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 730


class Donations(_Table):
    """Donors of devices. Settings loaded before donors were asked have no such table."""

    link_days: Annotated[int, Field(ge=1, le=3650)] = 90


def _ascending(days: list[int]) -> list[int]:
    if days != sorted(set(days)):
        raise ValueError("the days must ascend, each once")
    return days


class DevicesTable(_Table):
    """Who gets how many devices, and for how long. Settings loaded before there were any have no such table."""

    per_kind: Annotated[int, Field(ge=1, le=10)] = 1
    more_when: Annotated[str, Field(max_length=300)] = ""  # when a household gets one more; "": never
    reservation_days: Annotated[int, Field(ge=1, le=90)] = 7
    loan_days: Annotated[int, Field(ge=1, le=3650)] = 365
    warranty_days: Annotated[int, Field(ge=0, le=3650)] = 365
    follow_up_days: list[Annotated[int, Field(ge=1, le=3650)]] = [90, 365]

    @field_validator("follow_up_days")
    @classmethod
    def _ascend(cls, value: list[int]) -> list[int]:
        return _ascending(value)


class ConnectivityTable(_Table):
    """Offers, deadlines and checks of lines. Settings loaded before there were any have no such table."""

    offer_stale_days: Annotated[int, Field(ge=1, le=730)] = 90
    check_days: list[Annotated[int, Field(ge=1, le=3650)]] = [30, 90, 365]
    check_tries: Annotated[int, Field(ge=1, le=5)] = 3
    confidence: Annotated[int, Field(ge=80, le=99)] = 95  # percent, of intervals around a sample's share
    remind_days: Annotated[int, Field(ge=1, le=90)] = 14
    closed_on: list[date] = []  # further days on which offices are closed

    @field_validator("check_days")
    @classmethod
    def _days_ascend(cls, value: list[int]) -> list[int]:
        return _ascending(value)


class MessagesTable(_Table):
    """Messages to households. Settings loaded before there were any have no such table."""

    quiet_from: Clock = "20:00"  # on the city's clock: from then on nothing is sent,
    quiet_until: Clock = "08:00"  # until then

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.quiet_from == self.quiet_until:
            raise ValueError("quiet_from and quiet_until are the same time: write when messages wait, and until when")
        return self


class StandardTable(_Table):
    """An outcome standard from a day on."""

    from_day: date = Field(alias="from")
    down_mbps: float | int = Field(gt=0)
    up_mbps: float | int = Field(gt=0)
    device_kinds: list[DeviceKind] = Field(min_length=1)
    proof_days: Positive
    skills_hours: float | int = Field(gt=0)
    assessments: list[Name]
    sustained_days: Positive
    follow_up_counts: bool = True  # a follow-up assessment that was passed is posted as a check of the skills


class Area(_Table):
    """Where the program works."""

    zip_codes: list[Zip] = Field(min_length=1)


class DistrictTable(_Table):
    """A council district with what is known about it."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")]
    name: Name
    households: Annotated[int, Field(ge=0)] = 0
    eligible_estimate: Annotated[int, Field(ge=0)] = 0
    no_internet_estimate: Annotated[int, Field(ge=0)] = 0
    zip_codes: list[Zip] = []


class BoundariesTable(_Table):
    """District lines from a day on."""

    from_day: date = Field(alias="from")
    source: str = ""
    districts: list[DistrictTable] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [district.code for district in self.districts]
        zips = [zip_code for district in self.districts for zip_code in district.zip_codes]
        doubled = sorted({item for item in (*codes, *zips) if (codes + zips).count(item) > 1})
        if doubled:
            raise ValueError(f"named more than once: {', '.join(doubled)}")
        if "unknown" in codes:
            raise ValueError('a district may not be called "unknown"')
        return self


class ProgramFile(_Table):
    """One program: the whole file."""

    format: Literal[1]
    unconfirmed: list[str] = []  # settings by their place, "program.ends_on" or "standards.2.from"
    city: City
    program: ProgramTable
    goals: Goals
    privacy: Privacy
    imports: Imports
    help: Help = Help()
    grievances: Grievances = Grievances()
    donations: Donations = Donations()
    devices: DevicesTable = DevicesTable()
    connectivity: ConnectivityTable = ConnectivityTable()
    messages: MessagesTable = MessagesTable()
    standards: list[StandardTable] = Field(min_length=1)
    area: Area
    boundaries: list[BoundariesTable] = Field(min_length=1)

    @model_validator(mode="after")
    def _dates_fit(self) -> Self:
        for name, blocks in (("standards", self.standards), ("boundaries", self.boundaries)):
            days = [block.from_day for block in blocks]
            if days != sorted(set(days)):
                raise ValueError(f"{name}: the days in force must ascend, each once")
            if days[0] > self.program.starts_on:
                raise ValueError(f"{name}: the first block must be in force when the program starts")
        return self

    @model_validator(mode="after")
    def _unconfirmed_exist(self) -> Self:
        tables = self.model_dump(by_alias=True)
        unknown = [place for place in self.unconfirmed if not _is_setting(tables, place)]
        if unknown:
            raise ValueError(f"unconfirmed: there is no setting {', '.join(unknown)}")
        return self

    def standard_on(self, day: date) -> StandardTable | None:
        """Return the standard in force on the day, with what is not a matter of counting; None before the first."""
        return next((one for one in reversed(self.standards) if one.from_day <= day), None)

    def counting(self) -> Program:
        """Return what counting needs of it."""
        return Program(
            starts_on=self.program.starts_on,
            standards=tuple(_standard(table) for table in self.standards),
            boundaries=tuple(_boundaries(table) for table in self.boundaries),
            zip_codes=frozenset(self.area.zip_codes),
            passport_required_from=self.program.passport_required_from,
            eligibility_required_from=self.program.eligibility_required_from,
        )


def _is_setting(tables: Mapping[str, Any], place: str) -> bool:
    """Tell whether a place such as "program.ends_on" or "standards.2.from" (the second block) names a setting."""
    found: Any = tables
    for part in place.split("."):
        if isinstance(found, list) and part.isdecimal() and 1 <= int(part) <= len(found):
            found = found[int(part) - 1]
        elif isinstance(found, Mapping) and part in found:
            found = found[part]
        else:
            return False
    return not isinstance(found, Mapping)


@dataclass(frozen=True, slots=True)
class LoadedProgram:
    """A parsed settings file with the fingerprint of its text."""

    file: ProgramFile
    counting: Program
    fingerprint: str

    def is_confirmed(self, place: str) -> bool:
        """Tell whether the city has confirmed the setting at ``place``; a list's name speaks for all of its items."""
        return not any(place == known or place.startswith(f"{known}.") for known in self.file.unconfirmed)

    def districts_on(self, day: date) -> list[DistrictTable]:
        """Return the districts in force on ``day``, in the file's order."""
        found = [table for table in self.file.boundaries if table.from_day <= day]
        return list(found[-1].districts) if found else []


def fingerprint_of(text: str) -> str:
    """Return the fingerprint of a settings text; line endings do not matter."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


@lru_cache(maxsize=16)
def parse_program(text: str) -> LoadedProgram:
    """Return the parsed settings; raise Invalid whose message names every mistake with its place."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"The file is not valid TOML: {error}".replace("%", "%%")) from error
    try:
        file = ProgramFile.model_validate(tables)
    except ValidationError as error:
        raise Invalid("\n".join(_mistakes(error)).replace("%", "%%")) from error
    return LoadedProgram(file=file, counting=file.counting(), fingerprint=fingerprint_of(text))


def _mistakes(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part + 1) if isinstance(part, int) else part for part in mistake['loc']) or 'file'}: "
        f"{re.sub('^Value error, ', '', mistake['msg'])}"
        for mistake in error.errors()
    ]


def _standard(table: StandardTable) -> Standard:
    return Standard(
        from_day=table.from_day,
        down_kbps=round(table.down_mbps * 1000),
        up_kbps=round(table.up_mbps * 1000),
        device_kinds=frozenset(table.device_kinds),
        proof_days=table.proof_days,
        skills_minutes=round(table.skills_hours * 60),
        assessments=frozenset(table.assessments),
        sustained_days=table.sustained_days,
    )


def _boundaries(table: BoundariesTable) -> Boundaries:
    lines: Mapping[str, str] = {code: district.code for district in table.districts for code in district.zip_codes}
    return Boundaries(from_day=table.from_day, districts=frozenset(d.code for d in table.districts), zip_district=lines)

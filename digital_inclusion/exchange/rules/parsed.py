"""What a row of a file says once it is read. Pure; names as in casework.rules and progress.rules.

Not frozen, though nobody changes them: freezing costs a third of the time of reading a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from .problems import ERROR, RowProblem

Item = Literal["device", "line", "training"]


@dataclass(slots=True, kw_only=True)
class ParsedPerson:
    """A person: one word is a name, a birth date may be unknown."""

    name: str
    birth_on: date | None = None
    relationship: str | None = None  # head, spouse, child, other


@dataclass(slots=True, kw_only=True)
class ParsedAddress:
    """Where they live. ``fixed`` False: no fixed address, ``description`` says where they stay."""

    fixed: bool = True
    line: str | None = None
    unit: str | None = None
    city: str | None = None
    zip_code: str | None = None
    district: str | None = None
    description: str | None = None
    key: str = ""  # normalized, for comparing: "811 N 7TH ST # 4"


@dataclass(slots=True, kw_only=True)
class ParsedEvidence:
    """What proves a delivery."""

    type: str | None = None
    reference: str | None = None
    seen_by: str | None = None
    seen_on: date | None = None


@dataclass(slots=True, kw_only=True)
class ParsedDelivery:
    """One thing done for the household. Speeds are kbps, money cents, time minutes."""

    item: Item
    number: int  # of the group of columns
    occurred_on: date
    device_kind: str | None = None
    donated: bool | None = None
    unit: str | None = None  # serial or asset tag, as written
    provider: str | None = None
    plan: str | None = None
    down_kbps: int | None = None
    up_kbps: int | None = None
    price_cents: int | None = None
    ended_on: date | None = None
    topic: str | None = None
    minutes: int | None = None
    member: str | None = None  # whose training, by name; None: the head's
    assessment: str | None = None
    passed: bool | None = None
    evidence: ParsedEvidence | None = None


@dataclass(slots=True, kw_only=True)
class ParsedRow:
    """A household as one row (or, after grouping, several rows) of a file tells it."""

    number: int  # as the person sees it in the spreadsheet
    rows: tuple[int, ...] = ()  # all rows it was made of, when more than one
    reference: str | None = None
    household_ref: str | None = None
    head: ParsedPerson | None = None
    members: tuple[ParsedPerson, ...] = ()  # without the head
    address: ParsedAddress | None = None
    phone: str | None = None  # as given
    phone_e164: str | None = None
    email: str | None = None
    safe_contact: str | None = None
    contact_note: str | None = None
    language: str | None = None
    enrolled_on: date | None = None
    enrolled_defaulted: bool = False  # the file did not say it: no content of the row
    consent_given: bool | None = None
    consent_on: date | None = None
    consent_way: str | None = None
    needs_device: bool | None = None
    needs_connection: bool | None = None
    needs_skills: bool | None = None
    populations: tuple[str, ...] | None = None  # None: not asked; ("declined",)
    deliveries: tuple[ParsedDelivery, ...] = ()
    problems: tuple[RowProblem, ...] = field(default=(), compare=False)

    @property
    def ok(self) -> bool:
        """Return whether the row can go in."""
        return not any(problem.severity == ERROR for problem in self.problems)

    @property
    def errors(self) -> Iterator[RowProblem]:
        """Yield the problems for which the row comes back."""
        return (problem for problem in self.problems if problem.severity == ERROR)

    @property
    def has_consent(self) -> bool:
        """Return whether the row itself says that consent was given."""
        return self.consent_given is not False and self.consent_on is not None

"""A household about to be enrolled, and what must be so before it can be. Pure.

Forms and files both arrive as ``NewHousehold``. Sources: glossary (household, consent, enrollment) and "How we
count", rule 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import Problem
from ...households.rules import (
    CONSENT_PURPOSES,
    CONSENT_WAYS,
    DECLINED,
    LANGUAGES,
    POPULATIONS,
    REQUIRED_PURPOSE,
    SAFE_CONTACTS,
    zip5,
)
from ...progress.rules.deliveries import EARLIEST, NewDelivery, check_delivery, check_past

OLDEST_BIRTH = date(1900, 1, 1)
LONGEST_NAME = 200
ADULT_YEARS = 18


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person in the household. One word is a name; a birth date may be unknown."""

    name: str
    birth_date: date | None = None
    is_head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """Where the household lives: a street address, or ``fixed`` False with a description of where to find them."""

    fixed: bool = True
    line: str | None = None
    unit: str | None = None
    city: str | None = None
    zip_code: str | None = None
    district: str | None = None
    description: str | None = None
    in_city: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """What the household agreed to."""

    purposes: Sequence[str]
    text_version: str
    language: str
    way: str
    given_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHousehold:
    """Everything one sitting or one row of a file tells about a household."""

    members: Sequence[NewMember]
    enrolled_on: date
    address: NewAddress | None = None
    reference: str | None = None
    phone: str | None = None  # as given
    phone_e164: str | None = None
    email: str | None = None
    safe_contact: str | None = None
    contact_note: str | None = None
    language: str | None = None
    needs_device: bool | None = None
    needs_connection: bool | None = None
    needs_skills: bool | None = None
    populations: Sequence[str] | None = None
    consent: NewConsent | None = None
    grant_id: int | None = None
    navigator_id: int | None = None
    team_id: int | None = None
    import_batch_id: int | None = None
    content_hash: str | None = None
    deliveries: Sequence[NewDelivery] = field(default=())
    told: Mapping[str, object] = field(default_factory=dict)  # further facts for eligibility: income, benefits

    @property
    def head(self) -> NewMember:
        """Return the head member."""
        return next(member for member in self.members if member.is_head)

    @property
    def adults(self) -> list[NewMember]:
        """Return the members who were adults on the day of enrollment; those without a birth date are left out."""
        return [m for m in self.members if m.birth_date is not None and is_adult(m.birth_date, self.enrolled_on)]


class Words(Protocol):
    """What is chosen from closed lists, on enrollment and on editing."""

    @property
    def safe_contact(self) -> str | None:
        """Return the way of contact that is safe."""

    @property
    def language(self) -> str | None:
        """Return the language they like to speak."""

    @property
    def populations(self) -> Sequence[str] | None:
        """Return the self-declared groups."""


def is_adult(born: date, day: date) -> bool:
    """Tell whether somebody born on ``born`` is 18 on ``day``."""
    return (day.year - born.year - ((day.month, day.day) < (born.month, born.day))) >= ADULT_YEARS


def check_household(new: NewHousehold, today: date) -> list[Problem]:
    """Return everything that keeps the household from being enrolled; fields as ``members.0.name``, ``zip_code``, …"""
    return [
        *check_members(new.members, today),
        *check_past("enrolled_on", new.enrolled_on, today),
        *check_address(new.address),
        *check_words(new),
        *check_consent(new.consent, today),
        *_check_deliveries(new, today),
    ]


def check_members(members: Sequence[NewMember], today: date) -> Iterator[Problem]:
    """Yield what is wrong with the people; fields as ``members.0.name``."""
    if sum(member.is_head for member in members) != 1:
        yield Problem("members", "one_head", _("A household has exactly one head."))
    for place, member in enumerate(members):
        yield from check_member(place, member, today)


def check_member(place: int, member: NewMember, today: date) -> Iterator[Problem]:
    """Yield what is wrong with the person at ``place``."""
    if not member.name.strip():
        yield Problem(f"members.{place}.name", "name_missing", _("Write a name. One word is enough."))
    elif len(member.name) > LONGEST_NAME:
        yield Problem(f"members.{place}.name", "name_too_long", _("A name has at most 200 characters."))
    yield from _check_birth(f"members.{place}.birth_date", member.birth_date, today)


def _check_birth(name: str, born: date | None, today: date) -> Iterator[Problem]:
    if born is not None and born > today:
        yield Problem(name, "birth_in_future", _("A birth date cannot lie in the future."))
    elif born is not None and born < OLDEST_BIRTH:
        yield Problem(name, "birth_too_early", _("This birth date lies before 1900. Please check the year."))


def check_address(address: NewAddress | None) -> Iterator[Problem]:
    """Yield what is wrong with an address; none at all is no mistake."""
    if address is None:
        return
    if not address.fixed:
        if address.in_city is None:
            yield Problem("in_city", "in_city_missing", _("Say whether they stay in the city."))
        return
    if not address.line and not address.zip_code:
        yield Problem("line", "address_missing", _("Write the street address, or choose “no fixed address”."))
    if address.zip_code is not None and zip5(address.zip_code) is None:
        yield Problem("zip_code", "zip_shape", _("A ZIP code has five digits, for example 95113."))


def check_words(new: Words) -> Iterator[Problem]:
    """Yield what is not a word of the closed lists."""
    if new.safe_contact is not None and new.safe_contact not in SAFE_CONTACTS:
        yield Problem("safe_contact", "safe_contact_unknown", _("Choose a way of contact from the list."))
    if new.language is not None and new.language not in LANGUAGES:
        yield Problem("language", "language_unknown", _("Choose a language from the list."))
    unknown = set(new.populations or ()) - POPULATIONS.keys() - {DECLINED}
    if unknown:
        yield Problem("populations", "population_unknown", _("Choose groups from the list."))
    if new.populations and DECLINED in new.populations and len(set(new.populations)) > 1:
        yield Problem("populations", "population_declined_too", _("Choose groups, or “prefer not to say”, not both."))


def check_consent(consent: NewConsent | None, today: date) -> Iterator[Problem]:
    """Yield what is wrong with a consent; none at all is no mistake, it only does not count."""
    if consent is None:
        return
    yield from check_past("given_on", consent.given_on, today)
    if REQUIRED_PURPOSE not in consent.purposes:
        yield Problem("purposes", "consent_service", _("Without this consent we may not keep a record or count them."))
    if set(consent.purposes) - CONSENT_PURPOSES.keys():
        yield Problem("purposes", "purpose_unknown", _("Choose purposes from the list."))
    if consent.way not in CONSENT_WAYS:
        yield Problem("way", "consent_way_missing", _("Say how they agreed."))


def _check_deliveries(new: NewHousehold, today: date) -> Iterator[Problem]:
    for place, delivery in enumerate(new.deliveries):
        for problem in check_delivery(delivery, today):
            yield Problem(f"deliveries.{place}.{problem.field}", problem.code, problem.message, problem.params)
        index = delivery.member_index
        if index is not None and not 0 <= index < len(new.members):
            yield Problem(f"deliveries.{place}.member_index", "member_unknown", _("Choose a member of the household."))


__all__ = [
    "EARLIEST",
    "NewAddress",
    "NewConsent",
    "NewDelivery",
    "NewHousehold",
    "NewMember",
    "check_household",
    "is_adult",
]

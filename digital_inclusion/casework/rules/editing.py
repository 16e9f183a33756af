"""A household as edited, and what must be so before it can be saved. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import Problem
from .enrollment import NewMember, check_members, check_words


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedMember:
    """A person of the household as edited; ``id`` None: new."""

    id: int | None = None
    name: str
    birth_date: date | None = None
    is_head: bool = False
    left_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedHousehold:
    """Everything about a record that may simply be changed, because nothing of it is counted."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "phone", "phone_e164", "email", "safe_contact", "contact_note", "language", "needs_device",
        "needs_connection", "needs_skills", "populations",
    )  # fmt: skip

    members: Sequence[EditedMember] = field(default=())
    phone: str | None = None
    phone_e164: str | None = None
    email: str | None = None
    safe_contact: str | None = None
    contact_note: str | None = None
    language: str | None = None
    needs_device: bool | None = None
    needs_connection: bool | None = None
    needs_skills: bool | None = None
    populations: Sequence[str] | None = None


def check_edited(edited: EditedHousehold, known: Collection[int], today: date) -> list[Problem]:
    """Return everything that keeps the household from being saved; fields as ``members.0.name``, ``phone``, …"""
    return [*_check_members(edited.members, known, today), *check_words(edited), *_check_contact(edited)]


def _check_members(members: Sequence[EditedMember], known: Collection[int], today: date) -> Iterator[Problem]:
    people = [NewMember(one.name, one.birth_date, one.is_head and one.left_on is None) for one in members]
    yield from check_members(people, today)
    if {one.id for one in members if one.id is not None} != set(known):
        yield Problem("members", "member_lost", _("The people of this household have changed. Reload the page."))
    for place, one in enumerate(members):
        if one.left_on is not None and one.left_on > today:
            yield Problem(f"members.{place}.left_on", "day_in_future", _("This day lies in the future."))


def _check_contact(edited: EditedHousehold) -> Iterator[Problem]:
    if edited.phone and not edited.phone_e164:
        yield Problem("phone", "phone_shape", _("Write a telephone number with its area code, digits only."))

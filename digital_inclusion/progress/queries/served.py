"""The household a form records something for: its name, its members, the grant it is served under."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from ...foundation.database import session
from ...foundation.kernel.errors import Conflict, NotFound
from ...foundation.kernel.messages import _
from ...households.models import Enrollment, Household
from ..models import Standing


@dataclass(frozen=True, slots=True)
class Served:
    """A household as such a form needs it. ``members``: id and name of those who live there, the head first."""

    id: int
    code: str
    partner_id: int
    name: str
    language: str | None
    members: Sequence[tuple[int, str]]
    enrollments: Sequence[Enrollment]

    def grant_on(self, day: date) -> int | None:
        """Return the grant of the enrollment in force on ``day``: the latest up to it, else the first."""
        begun = [one for one in self.enrollments if one.enrolled_on <= day]
        if begun:
            return begun[-1].grant_id
        return self.enrollments[0].grant_id if self.enrollments else None


def get_served(code: str, *, even_undone: bool = False) -> Served:
    """Return the household; raise NotFound, or Conflict when nothing can be added to it any more.

    That is so when its data were erased, or when the import it came with was undone (but ``even_undone``).
    """
    statement = (
        select(Household, exists().where(Standing.record_id == Household.id))
        .where(Household.code == code)
        .options(selectinload(Household.members), selectinload(Household.enrollments))
    )
    row = session().execute(statement).first()
    if row is None:
        raise NotFound
    found, stands = row
    if found.erased_at is not None:
        raise Conflict(_("The personal data of this household were erased. Nothing more can be recorded for it."))
    if not stands and not even_undone:
        raise Conflict(_("The import this household came with was undone. Nothing more can be recorded for it."))
    members = sorted((one for one in found.members if one.left_on is None), key=lambda one: (not one.is_head, one.id))
    return Served(
        id=found.id,
        code=found.code,
        partner_id=found.partner_id,
        name=found.head_name or found.code,
        language=found.language,
        members=[(one.id, one.name) for one in members],
        enrollments=sorted(found.enrollments, key=lambda one: (one.enrolled_on, one.id)),
    )


def find_served(code: str) -> Served | None:
    """Return the household; None where there is none, or where nothing can be added to it any more."""
    try:
        return get_served(code)
    except (Conflict, NotFound):
        return None

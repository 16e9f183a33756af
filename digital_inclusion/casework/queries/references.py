"""What a partner already uses: its own reference numbers, its grants; and ids of rows just written."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from ...foundation.database import session
from ...funding.models import Grant
from ...households.models import Household, Member

_CHUNK = 500


def known_references(references: Collection[str], *, partner_id: int) -> set[str]:
    """Return those of the partner's own reference numbers that a household of theirs already has."""
    found: set[str] = set()
    ordered = sorted(references)
    for start in range(0, len(ordered), _CHUNK):
        chosen = Household.reference.in_(ordered[start : start + _CHUNK])
        rows = select(Household.reference).where(Household.partner_id == partner_id, chosen)
        found.update(one for one in session().scalars(rows.order_by(Household.reference)) if one)
    return found


def find_household_by_code(code: str) -> Household | None:
    """Return the household with the code, None for one that is not there or that one does not see."""
    return session().scalars(select(Household).where(Household.code == code)).first()


def known_grants(*, partner_id: int) -> set[int]:
    """Return the ids of the partner's grants."""
    return set(session().scalars(select(Grant.id).where(Grant.partner_id == partner_id).order_by(Grant.id)))


def last_household_id() -> int:
    """Return the highest id among the households one sees, 0 for none."""
    return session().scalar(select(func.max(Household.id))) or 0


def ids_of_codes(codes: Sequence[str], *, after: int) -> dict[str, int]:
    """Return the ids of new households by code. They lie above ``after``, so no database walks through all others."""
    found: dict[str, int] = {}
    for start in range(0, len(codes), _CHUNK):
        chosen = Household.code.in_(codes[start : start + _CHUNK])
        rows = session().execute(
            select(Household.code, Household.id).where(Household.id > after, chosen).order_by(Household.id)
        )
        found.update((code, household_id) for code, household_id in rows)
    return found


def member_ids_of(household_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the ids of the members of each household, in the order they were written."""
    found: dict[int, list[int]] = {household_id: [] for household_id in household_ids}
    for start in range(0, len(household_ids), _CHUNK):
        chosen = Member.household_id.in_(household_ids[start : start + _CHUNK])
        rows = session().execute(select(Member.household_id, Member.id).where(chosen).order_by(Member.id))
        for household_id, member_id in rows:
            found[household_id].append(member_id)
    return found

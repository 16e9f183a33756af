"""Write what households are found by: of one that was changed, and anew of all when there is more to be found by."""

from collections.abc import Sequence

from sqlalchemy import Table, delete

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.jobs import enqueue
from ...households.models import Household, Member, SearchTerm
from ...progress.actions.book import bulk_insert
from ..queries.indexing import list_lines, list_to_index
from ..rules.finding import search_terms

AT_ONCE = 500
INDEX = "casework.write_terms"


def write_terms(household: Household, living: Sequence[Member], line: str | None) -> None:
    """Write anew what one household is found by. ``line``: street and number, None without."""
    _write([(household, living, line)])


def write_terms_after(last: int, *, by: Actor) -> int:
    """Write anew what the next 500 households after the id ``last`` are found by, and ask for those after them.

    Returns how many that were. Safe to run any number of times.
    """
    policy.check(by, "household:correct")
    homes = list_to_index(after=last, most=AT_ONCE)
    lines = list_lines([one.id for one in homes])
    _write([(one, [member for member in one.members if member.left_on is None], lines.get(one.id)) for one in homes])
    if len(homes) == AT_ONCE:
        enqueue(INDEX, {"after": homes[-1].id})
    return len(homes)


def _write(homes: Sequence[tuple[Household, Sequence[Member], str | None]]) -> None:
    session().execute(
        delete(SearchTerm).where(SearchTerm.household_id.in_([household.id for household, _living, _line in homes]))
    )
    rows = [
        {"partner_id": household.partner_id, "household_id": household.id, "term": term}
        for household, living, line in homes
        for term in sorted(
            search_terms((one.name for one in living), phone_e164=household.phone_e164, line=line, code=household.code)
        )
    ]
    table: Table = SearchTerm.__table__  # type: ignore[assignment]
    bulk_insert(session(), table, rows)

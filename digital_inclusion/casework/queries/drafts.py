"""Half-finished forms, what became of them, and searches under way: each is its author's alone."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, func, select

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, NotFound
from ...foundation.kernel.messages import _
from ...households.models import Draft

ENROLLMENT = "enrollment"
ENROLLED = "enrolled"  # a draft that was sent: of what was typed nothing is left but the household's code
EMPTIED = "emptied"  # thrown away, but filled in from a request for help: typing on goes on in it
TAKEN_BACK = "taken_back"  # emptied for good: the resident took it back, or somebody else has it now
SEARCH = "search"
SEARCH_LASTS = timedelta(hours=1)
PAGE = 50


def find_begun(code: str | None, *, by: Actor, hold: bool = False) -> Draft | None:
    """Return what became of the author's own draft; None where nothing is known of it. ``hold``: until the commit.

    A form may stay open long after its draft is gone. Raises Conflict where it must not be written again.
    """
    kinds = ENROLLMENT, ENROLLED, EMPTIED, TAKEN_BACK
    own = select(Draft).where(Draft.code == code, Draft.user_id == by.user_id, Draft.kind.in_(kinds))
    if hold:
        own = own.with_for_update().execution_options(populate_existing=True)
    begun = session().scalars(own).first()
    if begun is not None:
        check_not_taken_back(begun)
    return begun


def check_not_taken_back(draft: Draft) -> None:
    """Raise Conflict for a draft whose people took back what they said, or whose request has become a household."""
    is_of_somebody = draft.referral_id is not None or draft.letter_id is not None
    if draft.kind == TAKEN_BACK or (draft.kind == ENROLLED and is_of_somebody):
        raise Conflict(_("What this form is about was taken back or has moved on. Nothing is kept."))


def find_enrolled(code: str | None, *, by: Actor) -> str | None:
    """Return the code of the household that the author's own draft became, or None."""
    draft = _find(code, ENROLLED, by)
    return None if draft is None else _first(draft, "household")


def find_search(code: str, *, by: Actor) -> str | None:
    """Return the words that the author looks for; None when the search is over or somebody else's."""
    search = _find(code, SEARCH, by)
    if search is None or search.updated_at < clock.now() - SEARCH_LASTS:
        return None
    return _first(search, "words")


def _find(code: str | None, kind: str, by: Actor) -> Draft | None:
    if not code:
        return None
    statement = select(Draft).where(Draft.code == code, Draft.user_id == by.user_id, Draft.kind == kind)
    return session().scalars(statement).first()


def _first(draft: Draft, name: str) -> str | None:
    given = draft.values.get(name)
    return str(given[0]) if isinstance(given, list) and given else None


def get_draft(code: str, *, by: Actor) -> Draft:
    """Return the author's own draft; NotFound for anybody else's, Conflict for one that was taken back."""
    draft = find_begun(code, by=by)
    if draft is None or draft.kind != ENROLLMENT:
        raise NotFound
    return draft


def list_drafts(*, by: Actor, before: int | None = None) -> Sequence[Draft]:
    """Return the author's drafts, the youngest first, one more than a page to tell whether there is a next."""
    statement = select(Draft).where(Draft.user_id == by.user_id, Draft.kind == ENROLLMENT)
    if before is not None:
        statement = statement.where(Draft.id < before)
    return session().scalars(statement.order_by(Draft.id.desc()).limit(PAGE + 1)).all()


def drafts_of(by: Actor) -> Select[Draft]:
    """Return the statement that finds the author's drafts, the oldest first."""
    own = select(Draft).where(Draft.user_id == by.user_id, Draft.kind == ENROLLMENT)
    return own.order_by(Draft.updated_at, Draft.id)


def count_drafts(*, by: Actor) -> int:
    """Return how many drafts the author has."""
    statement = select(func.count(Draft.id)).where(Draft.user_id == by.user_id, Draft.kind == ENROLLMENT)
    return session().scalar(statement) or 0

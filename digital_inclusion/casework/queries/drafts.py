"""Half-finished forms: each is its author's alone."""

from collections.abc import Sequence

from sqlalchemy import func, select

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...households.models import Draft

ENROLLMENT = "enrollment"
PAGE = 50


def find_draft(code: str | None, *, by: Actor) -> Draft | None:
    """Return the author's own draft, or None."""
    if not code:
        return None
    return session().scalars(select(Draft).where(Draft.code == code, Draft.user_id == by.user_id)).first()


def get_draft(code: str, *, by: Actor) -> Draft:
    """Return the author's own draft; NotFound for anybody else's."""
    draft = find_draft(code, by=by)
    if draft is None:
        raise NotFound
    return draft


def list_drafts(*, by: Actor, before: int | None = None) -> Sequence[Draft]:
    """Return the author's drafts, the youngest first, one more than a page to tell whether there is a next."""
    statement = select(Draft).where(Draft.user_id == by.user_id, Draft.kind == ENROLLMENT)
    if before is not None:
        statement = statement.where(Draft.id < before)
    return session().scalars(statement.order_by(Draft.id.desc()).limit(PAGE + 1)).all()


def count_drafts(*, by: Actor) -> int:
    """Return how many drafts the author has."""
    statement = select(func.count(Draft.id)).where(Draft.user_id == by.user_id, Draft.kind == ENROLLMENT)
    return session().scalar(statement) or 0

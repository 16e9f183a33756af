"""Keep half-finished forms and searches under way, and throw them away."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, or_

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotAllowed, TooLarge
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...households.models import Draft
from ...progress.queries.program import get_program
from ..queries.drafts import (
    EMPTIED,
    ENROLLED,
    ENROLLMENT,
    SEARCH,
    SEARCH_LASTS,
    TAKEN_BACK,
    count_drafts,
    find_begun,
    get_draft,
)

MOST_BYTES = 64 * 1024
MOST_DRAFTS = 200

Values = Mapping[str, Sequence[str]]


def keep_draft(
    values: Values, *, code: str | None, referral_id: int | None = None, letter_id: int | None = None, by: Actor
) -> str:
    """Keep what was typed as the author's draft ``code``, or as a new one; return its code.

    ``referral_id`` is the request for help that a new one is filled in from, ``letter_id`` the letter of a referral.
    Raises Conflict for a draft that was taken back: a form still open somewhere must not bring back what was erased.
    """
    policy.check(by, "household:enroll")
    if by.user_id is None or by.partner_id is None:
        raise NotAllowed
    kept: dict[str, object] = {name: list(given) for name, given in values.items()}
    if len(json.dumps(kept)) > MOST_BYTES:
        raise TooLarge(_("This is too long to keep as a draft."))
    draft = find_begun(code, by=by, hold=True)
    now = clock.now()
    if draft is None or draft.kind == ENROLLED:
        if count_drafts(by=by) >= MOST_DRAFTS:
            raise TooLarge(_("You have too many drafts. Finish some or throw them away."))
        draft = Draft(partner_id=by.partner_id, user_id=by.user_id, kind=ENROLLMENT, code=new_code(), created_at=now)
        draft.referral_id, draft.letter_id = referral_id, letter_id
        session().add(draft)
    draft.kind, draft.values, draft.updated_at = ENROLLMENT, kept, now
    session().flush()
    return draft.code


def discard_draft(code: str, *, by: Actor) -> None:
    """Throw one's own draft away; NotFound for anybody else's."""
    policy.check(by, "household:enroll")
    draft = get_draft(code, by=by)
    if draft.referral_id is None and draft.letter_id is None:
        session().delete(draft)
    else:  # what is typed on in another window still belongs to the request, and ends with it
        empty(draft, EMPTIED)


def empty(draft: Draft, kind: str = TAKEN_BACK) -> None:
    """Leave nothing of what was typed but the mark of what became of it."""
    draft.kind, draft.values, draft.updated_at = kind, {}, clock.now()


def keep_search(words: str, *, by: Actor) -> str:
    """Keep for an hour what ``by`` looks for and return its key: words about people never stand in an address."""
    policy.check(by, "household:find")
    if by.user_id is None or by.partner_id is None:
        raise NotAllowed
    now = clock.now()
    own = Draft.user_id == by.user_id, Draft.kind == SEARCH
    session().execute(delete(Draft).where(*own, Draft.updated_at < now - SEARCH_LASTS))
    search = Draft(
        partner_id=by.partner_id,
        user_id=by.user_id,
        kind=SEARCH,
        code=new_code(),
        values={"words": [words]},
        created_at=now,
        updated_at=now,
    )
    session().add(search)
    session().flush()
    return search.code


def discard_old_drafts(*, by: Actor) -> int:
    """Throw away drafts nobody touched for as long as the program settings keep them, and searches that are over.

    Returns how many.
    """
    policy.check(by, "household:enroll")
    now = clock.now()
    old = Draft.updated_at < now - timedelta(days=get_program().file.privacy.draft_days)
    over = (Draft.kind == SEARCH) & (Draft.updated_at < now - SEARCH_LASTS)
    gone = session().execute(delete(Draft).where(or_(old, over)))
    return int(gone.rowcount)  # type: ignore[attr-defined]

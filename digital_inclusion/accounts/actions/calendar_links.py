"""The link at which one's calendar reads one's appointments: make it (anew), stop it."""

from sqlalchemy import delete

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.ids import new_token, token_digest
from ...foundation.kernel.messages import _
from ..models import CalendarLink
from ..queries.calendar_links import find_calendar_link, hold_person


def make_calendar_link(*, by: Actor) -> str:
    """Make the link and return its token, which is kept nowhere; the one before opens nothing from now on."""
    policy.check(by, "appointment:plan")
    person = hold_person(by.user_id or 0)
    session().execute(delete(CalendarLink).where(CalendarLink.user_id == person.id))
    token = new_token()
    session().add(CalendarLink(user_id=person.id, token_digest=token_digest(token), made_at=clock.now()))
    record("calendar_link.made", by=by, subject=person)
    return token


def end_calendar_link(*, by: Actor) -> None:
    """Stop the link: it opens nothing from now on. Raises Conflict where there is none."""
    policy.check(by, "appointment:plan")
    person = hold_person(by.user_id or 0)
    found = find_calendar_link(person.id)
    if found is None:
        raise Conflict(_("The link is stopped already."))
    session().delete(found)
    record("calendar_link.ended", by=by, subject=person)

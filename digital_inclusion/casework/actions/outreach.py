"""Write outreach events down, change and strike them out. What was written before is kept; nothing is deleted."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import refuse
from ...households.rules import LANGUAGES
from ...progress.queries.program import get_program
from ..models import OutreachEvent, OutreachRevision
from ..queries.outreach import hold_event
from ..rules.outreach import FIELDS, NewEvent, check_event, said_by


class EventChangedMeanwhile(Conflict):
    """The event was saved from another page while it was being changed; nothing was written."""

    message = _("This event was changed on another page while you were writing.")


def write_event(*, new: NewEvent, by: Actor) -> OutreachEvent:
    """Write an event of one's own organization down."""
    policy.check(by, "outreach:work")
    _check(new)
    event = OutreachEvent(
        partner_id=by.partner_id or 0,
        code=new_code(),
        written_at=clock.now(),
        written_by=by.user_id or 0,
        **{name: getattr(new, name) for name in FIELDS},
    )
    session().add(event)
    record("outreach.written", by=by, subject=event)
    return event


def _check(new: NewEvent) -> None:
    today = clock.today()
    districts = {one.code for one in get_program().districts_on(today)}
    refuse(check_event(new, today, districts=districts, languages=LANGUAGES))


def change_event(*, code: str, version: int, new: NewEvent, by: Actor) -> OutreachEvent:
    """Say something else of an event; what was written before is kept beside it.

    Raises EventChangedMeanwhile past another save of it, Conflict for one that is struck out.
    """
    policy.check(by, "outreach:work")
    event = _hold(code, by)
    if event.version != version:
        raise EventChangedMeanwhile
    _check(new)
    changed = [name for name in FIELDS if getattr(event, name) != getattr(new, name)]
    if changed:
        now = clock.now()
        session().add(
            OutreachRevision(
                partner_id=event.partner_id,
                event_id=event.id,
                said=said_by(event),
                replaced_at=now,
                replaced_by=by.user_id or 0,
            )
        )
        for name in changed:
            setattr(event, name, getattr(new, name))
        event.changed_at = now
        record("outreach.changed", by=by, subject=event, fields=changed)
    return event


def _hold(code: str, by: Actor) -> OutreachEvent:
    event = hold_event(code)
    policy.check(by, "outreach:work", event)
    if event.struck_at is not None:
        raise Conflict(_("This event is struck out. Write a new one."))
    return event


def strike_event(*, code: str, by: Actor) -> OutreachEvent:
    """Strike an event out: it stays readable, says that it does not hold, and counts in no figure."""
    policy.check(by, "outreach:work")
    event = _hold(code, by)
    event.struck_at, event.struck_by = clock.now(), by.user_id
    record("outreach.struck", by=by, subject=event)
    return event

"""The audit trail with people's names, and whether its seals hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ...accounts.models import User
from ...foundation.audit.models import AuditEvent, AuditSeal
from ...foundation.audit.queries import find_broken_seal, list_events
from ...foundation.database import session

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One event: the event and who did it."""

    event: AuditEvent
    by: str


@dataclass(frozen=True, slots=True)
class Seals:
    """How much of the trail is sealed. ``holds`` None: not checked in this answer."""

    sealed: int
    last_at: datetime | None
    open_events: int
    holds: bool | None
    broken: int | None = None  # the first seal that no longer fits


def list_trail(*, name: str | None = None, before: int | None = None) -> tuple[list[Line], int | None]:
    """Return fifty events, newest first, and the id to go on from."""
    events: Sequence[AuditEvent] = list_events(name=name, before=before, limit=PAGE + 1)
    page = events[:PAGE]
    wanted = sorted({event.user_id for event in page if event.user_id is not None})
    rows = session().execute(select(User.id, User.name).where(User.id.in_(wanted)).order_by(User.id))
    names = {row[0]: row[1] for row in rows}
    lines = [Line(event, event.actor_name or names.get(event.user_id or 0, "")) for event in page]
    return lines, (page[-1].id if len(events) > PAGE else None)


def seals(*, check: bool) -> Seals:
    """Return the state of the seals; with ``check`` every digest is worked out again (about 20,000 events a second)."""
    newest = session().scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()
    last = newest.last_event_id if newest else 0
    left = session().scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.id > last)) or 0
    broken = find_broken_seal() if check else None
    return Seals(
        sealed=last,
        last_at=newest.sealed_at if newest else None,
        open_events=left,
        holds=broken is None if check else None,
        broken=broken.id if broken else None,
    )

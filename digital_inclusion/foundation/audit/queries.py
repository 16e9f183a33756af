"""Reading the audit trail."""

from collections.abc import Sequence

from sqlalchemy import select

from ..database import session
from .actions import digest_of
from .models import AuditEvent, AuditSeal


def list_events(*, name: str | None = None, before: int | None = None, limit: int = 50) -> Sequence[AuditEvent]:
    """Return events, newest first; ``before`` is the id to go on from."""
    statement = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(limit)
    if name:
        statement = statement.where(AuditEvent.name == name)
    if before:
        statement = statement.where(AuditEvent.id < before)
    return session().scalars(statement).all()


def list_events_about(subject_type: str, subject_id: int, *, limit: int = 50) -> Sequence[AuditEvent]:
    """Return what happened to one thing, newest first."""
    return (
        session()
        .scalars(
            select(AuditEvent)
            .where(AuditEvent.subject_type == subject_type, AuditEvent.subject_id == subject_id)
            .order_by(AuditEvent.id.desc())
            .limit(limit)
        )
        .all()
    )


def find_broken_seal() -> AuditSeal | None:
    """Return the first seal that the events no longer fit, or None when the chain holds."""
    digest, since = "", 0
    for made in session().scalars(select(AuditSeal).order_by(AuditSeal.id)):
        events = session().scalars(
            select(AuditEvent).where(AuditEvent.id > since, AuditEvent.id <= made.last_event_id).order_by(AuditEvent.id)
        )
        for event in events:
            digest = digest_of(digest, event)
        if digest != made.digest:
            return made
        since = made.last_event_id
    return None

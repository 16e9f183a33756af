"""Record what happened, and seal it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ..access.identity import Actor
from ..database import session
from ..kernel import clock
from .models import AuditEvent, AuditSeal
from .rules import NAMES


def record(
    name: str,
    *,
    by: Actor,
    subject: object | None = None,
    subject_type: str = "",
    subject_id: int | None = None,
    partner_id: int | None = None,
    posting: int | None = None,
    **details: str | int | bool | list[str] | list[int] | None,
) -> AuditEvent:
    """Record the event ``name`` (from the closed list). ``details`` are codes, counts and field names, never values."""
    if subject is not None:
        session().flush()
        subject_type = subject_type or getattr(subject, "__tablename__", "")
        subject_id = subject_id if subject_id is not None else getattr(subject, "id", None)
        partner_id = partner_id if partner_id is not None else getattr(subject, "partner_id", None)
    columns = _columns(name, by, subject_type, subject_id, partner_id, posting, **details)
    event = AuditEvent(**columns)
    session().add(event)
    session().info["audited"] = True
    return event


def record_many(events: Iterable[tuple[str, Actor, Mapping[str, Any]]]) -> None:
    """Record events at once, each (name, by, the other arguments of ``record`` but ``subject``)."""
    session().execute(insert(AuditEvent), [_columns(name, by, **details) for name, by, details in events])
    session().info["audited"] = True


def _columns(
    name: str,
    by: Actor,
    subject_type: str = "",
    subject_id: int | None = None,
    partner_id: int | None = None,
    posting: int | None = None,
    **details: Any,
) -> dict[str, Any]:
    if name not in NAMES:
        raise ValueError(f"unknown audit name {name}")
    return {
        "happened_at": clock.now(),
        "name": name,
        "user_id": by.user_id,
        "actor_name": "" if by.user_id is not None else by.name,
        "partner_id": partner_id if partner_id is not None else by.partner_id,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "posting": posting,
        "details": details,
    }


def digest_of(previous: str, event: AuditEvent) -> str:
    """Return the chain's next link: SHA-256 over the previous digest and every column of the event."""
    line = json.dumps(
        [
            previous,
            event.id,
            clock.as_utc(event.happened_at).isoformat(),
            event.name,
            event.user_id,
            event.actor_name,
            event.partner_id,
            event.subject_type,
            event.subject_id,
            event.posting,
            event.details,
        ],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(line.encode()).hexdigest()


def seal(target: Session | None = None) -> AuditSeal | None:
    """Seal all events since the last seal; None when there is nothing new. Called after batches and every hour."""
    target = target or session()
    last = target.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()
    since = last.last_event_id if last else 0
    events = target.scalars(select(AuditEvent).where(AuditEvent.id > since).order_by(AuditEvent.id)).all()
    if not events:
        return None
    digest = last.digest if last else ""
    for event in events:
        digest = digest_of(digest, event)
    made = AuditSeal(sealed_at=clock.now(), last_event_id=events[-1].id, events=len(events), digest=digest)
    target.add(made)
    return made


def count_events(target: Session | None = None) -> int:
    """Return how many events there are."""
    return (target or session()).scalar(select(func.count()).select_from(AuditEvent)) or 0

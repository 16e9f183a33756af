"""How often somebody may try something: counted in a table, so that all processes agree."""

import hmac
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .database import Base, db, session
from .kernel import clock
from .kernel.errors import Throttled


class Throttle(Base):
    """Tries in one window of time. ``bucket`` is a keyed fingerprint, never a name or an address."""

    __tablename__ = "throttles"
    __exempt__ = True
    __table_args__ = (Index("ix_throttles_expires_at", "expires_at"),)

    bucket: Mapped[str] = mapped_column(String(100), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int]
    expires_at: Mapped[datetime]


def fingerprint(*parts: str) -> str:
    """Return a keyed fingerprint of ``parts``: equal inputs meet, nobody can read them back."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(key, "\x1f".join(parts).encode(), "sha256").hex()[:32]


def key_check() -> str:
    """Return what tells whether two installations have the same secret key; it cannot be read back."""
    return fingerprint("backup")


def count_try(kind: str, who: str, *, limit: int, window: timedelta) -> int:
    """Count one try of ``kind`` by ``who``; raise Throttled past ``limit`` in the window. Returns tries so far.

    Counted in a transaction of its own, so that a refused or failed request counts too.
    """
    now = clock.now()
    seconds = int(window.total_seconds())
    start = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)
    bucket = f"{kind}:{fingerprint(kind, who)}"
    with Session(db.engine) as own:
        tries = _add_one(own, bucket, start, start + window)
        own.commit()
    if tries > limit:
        raise Throttled
    return tries


def is_within(kind: str, who: str, *, limit: int, window: timedelta) -> bool:
    """Count one try of ``kind`` by ``who`` inside the present transaction; tell whether ``limit`` still allows it."""
    now = clock.now()
    seconds = int(window.total_seconds())
    start = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)
    return _add_one(session(), f"{kind}:{fingerprint(kind, who)}", start, start + window) <= limit


def _add_one(own: Session, bucket: str, start: datetime, end: datetime) -> int:
    if own.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    statement = insert(Throttle).values(bucket=bucket, window_start=start, tries=1, expires_at=end)
    own.execute(
        statement.on_conflict_do_update(
            index_elements=[Throttle.bucket, Throttle.window_start], set_={"tries": Throttle.tries + 1}
        )
    )
    return own.scalars(select(Throttle.tries).where(Throttle.bucket == bucket, Throttle.window_start == start)).one()


def forget_old(target: Session) -> None:
    """Delete windows that have ended."""
    target.execute(delete(Throttle).where(Throttle.expires_at < clock.now()))

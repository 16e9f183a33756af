"""A posting is seen by everybody within 30 seconds of the instant it carries, or it never was (rule 17)."""

import time

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from ...foundation.kernel.errors import Unavailable
from ...foundation.kernel.messages import _

LONGEST = 30.0  # seconds from the instant in the heading to the commit; questions by time wait for twice as long


def start(target: Session) -> None:
    """Note that a heading got its instant just now; an earlier one of the same transaction keeps the clock."""
    target.info.setdefault("posting_since", time.monotonic())


@event.listens_for(Session, "before_commit")
def _refuse_the_late(target: Session) -> None:
    since = target.info.get("posting_since")
    if since is not None and time.monotonic() - since > LONGEST:
        raise Unavailable(_("This took longer than a posting may. Nothing was saved. Please try again."))


@event.listens_for(Session, "after_transaction_end")
def _forget(target: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        target.info.pop("posting_since", None)

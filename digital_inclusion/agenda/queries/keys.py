"""Whether those who asked us to stop are recognized: their addresses are known as fingerprints under one secret key."""

from collections.abc import Sequence

from sqlalchemy import func, select

from ...foundation.database import session
from ...foundation.throttle import key_check
from ...households.models import Household
from ..models import Message, MessageBlock, MessageKey
from ..rules.messages import WAITING


def find_key() -> MessageKey | None:
    """Return the key in force, None where none was ever needed."""
    return session().scalars(select(MessageKey).order_by(MessageKey.id.desc()).limit(1)).first()


def is_key_known() -> bool:
    """Return whether the installation has the key under which people's STOP was noted."""
    found = find_key()
    return found is None or found.key_check == key_check()


def list_all_open_blocks() -> Sequence[MessageBlock]:
    """Return every address that gets nothing, under whatever key, the oldest first."""
    return (
        session().scalars(select(MessageBlock).where(MessageBlock.ended_at.is_(None)).order_by(MessageBlock.id)).all()
    )


def count_open_blocks() -> int:
    """Return how many addresses get nothing."""
    return session().scalar(select(func.count(MessageBlock.id)).where(MessageBlock.ended_at.is_(None))) or 0


def list_homes_of(digest: str) -> Sequence[Household]:
    """Return the households that a message went to, or came from, by the address with the fingerprint."""
    met = select(Message.household_id).where(Message.address_digest == digest)
    known = select(Household).where(Household.id.in_(met), Household.erased_at.is_(None))
    return session().scalars(known.order_by(Household.id)).all()


def list_held_waiting() -> Sequence[Message]:
    """Return every message that waits, held until the commit."""
    return (
        session().scalars(select(Message).where(Message.state == WAITING).order_by(Message.id).with_for_update()).all()
    )

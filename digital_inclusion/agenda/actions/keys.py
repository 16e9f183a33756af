"""What a restored backup and another secret key mean for messages: who stopped us is known under one key alone."""

from dataclasses import dataclass

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from ...foundation.throttle import key_check
from ..models import MessageBlock, MessageKey
from ..queries.keys import find_key, is_key_known, list_all_open_blocks, list_held_waiting, list_homes_of
from ..queries.messages import digest_of, list_open_blocks
from ..rules.messages import SMS, UNKNOWN
from .messages import move


def note_restored(*, key: str | None, by: Actor) -> int:
    """Hold back what waited when the backup was made: it may have gone since. Return how many messages those were.

    ``key``: the check of the key under which the backup was made, where it tells.
    """
    policy.check(by, "message:send")
    if key is not None and find_key() is None:
        session().add(MessageKey(key_check=key, began_at=clock.now()))
    waiting = list_held_waiting()
    for message in waiting:
        move(message, UNKNOWN)
    record("messages.restored", by=by, subject_type="messages", messages=len(waiting))
    return len(waiting)


@dataclass(frozen=True, slots=True)
class Carried:
    """Addresses that get nothing: how many are recognized under the new key too, and how many are not any more."""

    kept: int
    lost: int


def accept_key(*, by: Actor) -> Carried:
    """Go on under the present secret key. Raises Conflict where it is the known one.

    Who stopped us is recognized again where a household is on record that wrote from that address, or got something
    there: it is its present address that gets nothing from now on.
    """
    policy.check(by, "message:send")
    if is_key_known():
        raise Conflict(_("This is the key under which people's STOP was noted. There is nothing to accept."))
    session().add(MessageKey(key_check=key_check(), began_at=clock.now()))
    blocks = list_all_open_blocks()
    kept = sum(_carry(block) for block in blocks)
    carried = Carried(kept, len(blocks) - kept)
    record("message_key.accepted", by=by, subject_type="messages", kept=carried.kept, lost=carried.lost)
    return carried


def _carry(block: MessageBlock) -> bool:
    """Block the present addresses of the households behind an old fingerprint; tell whether there were any."""
    homes = list_homes_of(block.address_digest)
    addresses = [home.phone_e164 if block.channel == SMS else home.email for home in homes]
    digests = {digest_of(block.channel, address) for address in addresses if address}
    for digest in sorted(digests):
        if all(one.cause != block.cause for one in list_open_blocks(block.channel, digest)):
            session().add(
                MessageBlock(channel=block.channel, address_digest=digest, cause=block.cause, began_at=block.began_at)
            )
            session().flush()
    return bool(digests)

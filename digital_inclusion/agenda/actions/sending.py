"""What the worker does with a message: check everything once more, take it, note what came of it. Sent once.

A message is taken in a transaction of its own before the gateway hears of it. Where the worker dies after that, the
message stays "being sent" and nobody sends it again by himself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...households.models import Household
from ...progress.actions.holding import hold_identity
from ..models import Message, MessageBlock
from ..queries.appointments import list_reminded_by
from ..queries.keys import is_key_known
from ..queries.messages import (
    find_message,
    hold_message,
    list_left_sending,
    list_open_blocks,
    list_reported,
    list_reported_since,
    reach,
    reminder_refusal,
)
from ..rules.messages import (
    BOUNCED,
    EMAIL,
    FAILED,
    GONE_OUT,
    LEASE,
    NOT_SENT,
    SENDING,
    SENT,
    UNKNOWN,
    WAITING,
    state_after,
)
from ..rules.tasks import NewTask
from ..rules.templates import LINK
from .messages import awake_at, move, send_later
from .tasks import open_tasks

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is handed to the gateway. ``reference``: by which an e-mail's bounce will call it."""

    channel: str
    to: str
    subject: str
    body: str
    reference: str


class LinkMaker(Protocol):
    """Whoever makes the link that a kind of message brings; its address is stored nowhere."""

    def __call__(self, *, message: Message, by: Actor) -> str | None:
        """Return the address, None where it would open nothing any more."""


def begin_sending(*, message_id: int, links: Mapping[str, LinkMaker], by: Actor) -> Outgoing | None:
    """Take the message to send it; return what goes out. None where nothing is to be sent, now or at all.

    ``links``: by kind of message, who makes the link in it.
    """
    policy.check(by, "message:send")
    known = find_message(message_id)
    if known is None:
        return None
    hold_identity(known.household_id)  # so that a withdrawal comes before or after, not between
    message = hold_message(message_id)
    if message.state != WAITING or _waits(message, by):
        return None
    household = session().get_one(Household, message.household_id, populate_existing=True)
    way = reach(household)
    changed = None if way.digest == message.address_digest else "changed"
    why = way.refusal or changed or reminder_refusal(message)
    link = links[message.kind](message=message, by=by) if why is None and message.kind in links else LINK
    if link is None:
        why = "link_over"
    if why is not None:
        move(message, NOT_SENT, reason=why)
        for appointment in list_reminded_by(message):  # nobody was reminded: it is due again if things change
            appointment.reminded_for = None
        record("message.withheld", by=by, subject=message, reason=why)
        return None
    move(message, SENDING)
    message.sending_at, message.tries = clock.now(), message.tries + 1
    if message.channel == EMAIL:
        message.reference = f"{message.code}.{message.tries}"
    record("message.sending", by=by, subject=message)
    return Outgoing(
        message.channel,
        way.address or "",
        message.subject or "",
        (message.body or "").replace(LINK, link or ""),
        message.reference or "",
    )


def _waits(message: Message, by: Actor) -> bool:
    """Tell whether its time has not come; where the quiet hours began meanwhile, another job is asked for.

    Nothing goes while nobody knows who asked us to stop: an hour later it is looked at again.
    """
    now = clock.now()
    if message.send_after is not None and clock.as_utc(message.send_after) > now:
        return True
    awake = awake_at(now if is_key_known() else now + timedelta(hours=1))
    if awake > now:
        message.send_after = awake
        send_later(message)
        record("message.put_off", by=by, subject=message)
    return awake > now


def note_sent(*, message_id: int, reference: str, by: Actor) -> None:
    """Note that the gateway took it, under its reference; what it reported meanwhile counts."""
    policy.check(by, "message:send")
    message = hold_message(message_id)
    message.reference, message.sent_at = reference[:120] or None, clock.now()
    if message.state in {SENDING, UNKNOWN}:
        move(message, SENT)
    record("message.sent", by=by, subject=message)
    session().flush()
    follow_reports(message, by=by)


def put_back(*, message_id: int, by: Actor) -> None:
    """Let it wait again: the gateway did not answer, and nothing went."""
    policy.check(by, "message:send")
    message = hold_message(message_id)
    if message.state == SENDING:
        move(message, WAITING)
        message.reference = None
        record("message.put_off", by=by, subject=message)


def note_refused(*, message_id: int, by: Actor) -> None:
    """Note that the gateway takes nothing for the address, ever."""
    policy.check(by, "message:send")
    message = hold_message(message_id)
    if message.state == SENDING:
        _settle(message, BOUNCED, by)


def give_up(*, message_id: int, by: Actor) -> None:
    """Note that it was tried often enough. Nothing went."""
    policy.check(by, "message:send")
    message = hold_message(message_id)
    if message.state == WAITING:
        move(message, FAILED, reason="unreachable")
        record("message.failed", by=by, subject=message, reason="unreachable")
        _open_task(message, by)


def note_unsure(*, message_id: int, by: Actor) -> None:
    """Say that nobody knows whether it went; a person decides what to do."""
    policy.check(by, "message:send")
    message = hold_message(message_id)
    if message.state == SENDING:
        move(message, UNKNOWN)
        record("message.failed", by=by, subject=message, reason="unknown")
        _open_task(message, by)


def watch_messages(*, by: Actor) -> int:
    """Look after messages that a dead worker left, and reports that came before the message was known here; return
    how many those were."""
    policy.check(by, "message:send")
    now, seen = clock.now(), 0
    for message_id in list_left_sending(now - LEASE, limit=MOST_AT_ONCE):
        note_unsure(message_id=message_id, by=by)
        seen += 1
    for message_id in list_reported_since(now - 10 * LEASE, limit=MOST_AT_ONCE):
        follow_reports(hold_message(message_id), by=by)
        seen += 1
    if seen:
        record("messages.watched", by=by, subject_type="messages", messages=seen)
    return seen


def follow_reports(message: Message, *, by: Actor) -> None:
    """Bring a held message to the state that all reports on it together mean."""
    policy.check(by, "message:send")
    if message.reference is None or message.state not in GONE_OUT:
        return
    state = state_after(message.state, list_reported(message.channel, message.reference))
    if state != message.state:
        _settle(message, state, by)


def _settle(message: Message, state: str, by: Actor) -> None:
    reason = {BOUNCED: "refused", FAILED: "undelivered"}.get(state)
    move(message, state, reason=reason)
    record("message.settled", by=by, subject=message, state=state)
    if state == BOUNCED:
        _block(message, by)
    if state in {BOUNCED, FAILED}:
        _open_task(message, by)


def _block(message: Message, by: Actor) -> None:
    """Send nothing more to the address: it does not work."""
    digest = message.address_digest
    if digest is None or any(one.cause == "bounce" for one in list_open_blocks(message.channel, digest)):
        return
    session().add(MessageBlock(channel=message.channel, address_digest=digest, cause="bounce", began_at=clock.now()))
    record("address.bounced", by=by, subject=message, channel=message.channel)


def _open_task(message: Message, by: Actor) -> None:
    """Tell whoever looks after the household that it was not reached."""
    home = session().get_one(Household, message.household_id)
    if home.erased_at is not None:
        return
    task = NewTask(
        kind="not_reached", thing=message.code, household_id=home.id, partner_id=home.partner_id,
        due_on=clock.today(), owner_id=home.navigator_id,
    )  # fmt: skip
    open_tasks(tasks=[task], by=by)

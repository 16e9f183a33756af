"""Write to a household; stop what waits; say what became of a message of which nobody knows; erase words."""

from dataclasses import replace
from datetime import datetime, time

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.jobs import enqueue
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...foundation.mail import can_send
from ...foundation.texting import can_text
from ...foundation.throttle import key_check
from ...households.models import Household
from ...progress.queries.program import get_program
from ..models import Message, MessageKey
from ..queries.keys import find_key, is_key_known
from ..queries.messages import Reach, get_message, hold_message, list_messages_of, reach
from ..rules.messages import MOVES, NOT_SENT, REFUSALS, SENT, SMS, UNKNOWN, WAITING, NewMessage, check_words, quiet_end
from ..rules.templates import LINK
from ..rules.texts import parts_of

SEND = "agenda.send_message"


class MayNotWrite(Conflict):
    """Nobody may write to this household now. ``code`` is one of REFUSALS."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(REFUSALS[code].why)


def ready_reach(household: Household) -> Reach:
    """Return how the household may be written to now, and whether this installation can."""
    found = reach(household)
    if found.refusal is not None:
        return found
    if not (can_text() if found.channel == SMS else can_send()):
        return replace(found, refusal="no_gateway")
    return found if is_key_known() else replace(found, refusal="key_changed")


def write_message(*, household: Household, new: NewMessage, goes_out: str, by: Actor) -> Message:
    """Have the household written to, now or when the quiet hours are over. ``goes_out``: the words with what is added.

    The caller holds the household. Raises MayNotWrite, Invalid with a sentence per field.
    """
    policy.check(by, "message:send", household)
    way = ready_reach(household)
    if way.refusal is not None:
        raise MayNotWrite(way.refusal)
    if way.channel != new.channel:
        raise Conflict(_("The safe way of reaching them was changed meanwhile. Look at the message again."))
    parts = parts_of(goes_out.replace(LINK, new.link or LINK)) if new.channel == SMS else None
    check_words(new, parts=parts or 0)
    now = clock.now()
    message = Message(
        partner_id=household.partner_id, code=new_code(), household_id=household.id, direction="out",
        channel=new.channel, kind=new.kind, language=new.language, subject=new.subject, body=goes_out,
        address_digest=way.digest, parts=parts, state=WAITING, written_at=now, written_by=by.user_id or 0,
        send_after=awake_at(now),
    )  # fmt: skip
    session().add(message)
    remember_key()
    record("message.written", by=by, subject=message, household=household.id, channel=new.channel, kind=new.kind)
    send_later(message)
    return message


def remember_key() -> None:
    """Note the key under which addresses are fingerprinted, when the first of them is."""
    if find_key() is None:
        session().add(MessageKey(key_check=key_check(), began_at=clock.now()))


def awake_at(now: datetime) -> datetime:
    """Return the instant itself, or when the quiet hours of the city's clock end in which it lies."""
    table = get_program().file.messages
    local = clock.local(now).replace(tzinfo=None)
    ends = quiet_end(
        local, quiet_from=time.fromisoformat(table.quiet_from), quiet_until=time.fromisoformat(table.quiet_until)
    )
    if ends is None:
        return now
    first = clock.from_local(ends)
    return first if first > now else clock.from_local(ends.replace(fold=1))  # an hour that the clock shows twice


def send_later(message: Message) -> None:
    """Ask the worker to send it when its time comes."""
    session().flush()
    due = message.send_after or clock.now()
    enqueue(SEND, {"message": message.id}, delay=max(due, clock.now()) - clock.now())


def cancel_message(*, code: str, by: Actor) -> Message:
    """Stop a message that still waits. Raises Conflict for one that went, or is going."""
    message = _held(code, by)
    if message.state != WAITING:
        raise Conflict(_("It is too late: this message does not wait any more."))
    move(message, NOT_SENT, reason="cancelled")
    record("message.withheld", by=by, subject=message, reason="cancelled")
    return message


def settle_message(*, code: str, went: bool, by: Actor) -> Message:
    """Say of a message of which nobody knows whether it went that it did, or have it sent again.

    Raises Conflict where it is known by now, MayNotWrite where the household may not be written to any more.
    """
    message = _held(code, by)
    if message.state != UNKNOWN:
        raise Conflict(_("It is known by now what became of this message."))
    if went:
        move(message, SENT)
        message.sent_at = message.sending_at or message.written_at
    else:
        way = ready_reach(session().get_one(Household, message.household_id))
        if way.refusal is not None:
            raise MayNotWrite(way.refusal)
        move(message, WAITING)
        message.reference, message.send_after = None, awake_at(clock.now())
        send_later(message)
    record("message.settled", by=by, subject=message, went=went)
    return message


def _held(code: str, by: Actor) -> Message:
    policy.check(by, "message:send")
    message = hold_message(get_message(code).id)
    policy.check(by, "message:send", message)
    return message


def move(message: Message, state: str, *, reason: str | None = None) -> None:
    """Put the message into a state that can follow its present one."""
    if state not in MOVES[message.state]:
        raise Invalid(_("A message cannot go from this state to that one."))
    message.state, message.reason, message.settled_at = state, reason, clock.now()


def forget_messages(*, household_id: int, by: Actor) -> None:
    """Blank what was written to a household and by it; days and states stay. What waits is not sent."""
    policy.check(by, "household:erase")
    for message in list_messages_of(household_id):
        if message.state == WAITING:
            move(message, NOT_SENT, reason="erased")
        message.subject = message.body = message.address_digest = message.language = None

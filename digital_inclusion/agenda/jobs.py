"""Background work of the agenda: messages leave, and what nobody heard of is looked after."""

from datetime import timedelta

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.jobs import Payload, every, handler
from ..foundation.kernel.errors import Unavailable
from ..foundation.mail import Refused, Unsure, mailer
from ..foundation.texting import texter
from ..progress.queries.program import find_program, get_program_in_zone
from .actions import sending
from .actions.messages import SEND
from .rules.messages import SMS

BY = system_actor("messages")
LINKS: dict[str, sending.LinkMaker] = {}  # by kind of message; the features that send links put themselves here
WATCH = "agenda.watch_messages"
every(timedelta(minutes=10), WATCH)


def _give_up(payload: Payload) -> None:
    use_scope(EVERYTHING)
    with write_transaction():
        sending.give_up(message_id=int(payload["message"]), by=BY)


@handler(SEND, given_up=_give_up)
def send_message(payload: Payload) -> None:
    """Send one message, once. A second run sends nothing: the first one has taken it."""
    message_id = int(payload["message"])
    use_scope(EVERYTHING)
    with write_transaction():
        get_program_in_zone()  # quiet hours are those of the city's clock
        leaving = sending.begin_sending(message_id=message_id, links=LINKS, by=BY)
    if leaving is not None:
        _hand_over(message_id, leaving)


def _hand_over(message_id: int, leaving: sending.Outgoing) -> None:
    """Give it to the gateway, and note what came of that. Whatever else goes wrong leaves it "being sent"."""
    try:
        reference = _send(leaving)
    except Refused:
        with write_transaction():
            sending.note_refused(message_id=message_id, by=BY)
    except Unsure:
        with write_transaction():
            sending.note_unsure(message_id=message_id, by=BY)
    except Unavailable:
        with write_transaction():
            sending.put_back(message_id=message_id, by=BY)
        raise  # the job is tried again, later each time
    else:
        with write_transaction():
            sending.note_sent(message_id=message_id, reference=reference, by=BY)


def _send(leaving: sending.Outgoing) -> str:
    if leaving.channel == SMS:
        return texter().send(to=leaving.to, body=leaving.body)
    mailer().send(to=leaving.to, subject=leaving.subject, body=leaving.body, reference=leaving.reference)
    return leaving.reference


@handler(WATCH)
def watch_messages(_payload: Payload) -> None:
    """Look after messages that a dead worker left half sent. Safe to run any number of times."""
    use_scope(EVERYTHING)
    with write_transaction():
        if find_program() is not None:
            get_program_in_zone()
            sending.watch_messages(by=BY)

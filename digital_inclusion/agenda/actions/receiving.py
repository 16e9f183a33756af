"""Take in what gateways tell: reports on messages, texts that people send. Told twice, it changes nothing."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.ids import new_code
from ...households.models import Household
from ..models import Message, MessageBlock, MessageReport
from ..queries.messages import (
    digest_of,
    is_reported,
    list_held_by_reference,
    list_households_at,
    list_open_blocks,
)
from ..rules.messages import RECEIVED, SMS
from ..rules.tasks import NewTask
from ..rules.texts import is_start, is_stop
from ..schemas import TEXT, Told
from .messages import remember_key
from .sending import follow_reports
from .tasks import open_tasks

NEW, REPEATED, UNKNOWN_NUMBER = "new", "repeated", "unknown_number"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many things were new, told before, or texts from numbers that nobody knows (they are kept nowhere)."""

    new: int = 0
    repeated: int = 0
    unknown_number: int = 0


def receive(*, told: list[Told], by: Actor) -> Counted:
    """Take in what a gateway tells, each thing once. At most 500 at a time."""
    policy.check(by, "message:send")
    came = [_take(one, by) for one in told]
    counted = Counted(came.count(NEW), came.count(REPEATED), came.count(UNKNOWN_NUMBER))
    record(
        "messages.received", by=by, subject_type="messages", new=counted.new, repeated=counted.repeated,
        unknown_numbers=counted.unknown_number,
    )  # fmt: skip
    return counted


def _take(one: Told, by: Actor) -> str:
    if not _is_first(one):
        return REPEATED
    if one.kind == TEXT:
        return _take_text(one, by)
    for message in list_held_by_reference(one.channel, one.reference):
        follow_reports(message, by=by)
    return NEW


def _is_first(one: Told) -> bool:
    """Write down that this was told; False where it was before, also in this very moment by somebody else."""
    if is_reported(one.channel, one.reference, one.kind):
        return False
    try:
        with session().begin_nested():
            session().add(
                MessageReport(channel=one.channel, reference=one.reference, kind=one.kind, received_at=clock.now())
            )
    except IntegrityError:
        return False
    return True


def _take_text(one: Told, by: Actor) -> str:
    """Take a text: a word that stops or starts holds for the number, whoever knows it; anything else is an answer.

    Whoever can write to us from a number can be written to: a bounce of it is over.
    """
    digest, kind = digest_of(SMS, one.number), "text"
    end_blocks(cause="bounce", channel=SMS, digest=digest, by=by)
    if is_stop(one.words):
        kind = "stop"
        _stop(digest, by)
    elif is_start(one.words) and end_blocks(cause="stop", channel=SMS, digest=digest, by=by):
        kind = "start"
    homes = list_households_at(one.number)
    for home in homes:
        _keep(home, kind, one, digest, by)
    return NEW if homes else UNKNOWN_NUMBER


def _stop(digest: str, by: Actor) -> None:
    if any(one.cause == "stop" for one in list_open_blocks(SMS, digest)):
        return
    try:
        with session().begin_nested():
            block = MessageBlock(channel=SMS, address_digest=digest, cause="stop", began_at=clock.now())
            session().add(block)
    except IntegrityError:  # the same person, in the same moment
        return
    remember_key()
    record("address.stopped", by=by, subject=block, channel=SMS)


def end_blocks(*, cause: str, channel: str, digest: str, by: Actor) -> bool:
    """End what the cause began, and nothing else; tell whether there was anything to end."""
    policy.check(by, "message:send")
    ended = [one for one in list_open_blocks(channel, digest) if one.cause == cause]
    for block in ended:
        block.ended_at = clock.now()
        record("address.resumed", by=by, subject=block, channel=channel, cause=cause)
    return bool(ended)


def _keep(home: Household, kind: str, one: Told, digest: str, by: Actor) -> None:
    """Put the text on the household's timeline; what is no stop or start is also something to do."""
    message = Message(
        partner_id=home.partner_id, code=new_code(), household_id=home.id, direction="in", channel=SMS, kind=kind,
        body=one.words, address_digest=digest, state=RECEIVED, reference=one.reference, written_at=clock.now(),
    )  # fmt: skip
    session().add(message)
    session().flush()
    if kind == TEXT:
        task = NewTask(
            kind="answered", thing=message.code, household_id=home.id, partner_id=home.partner_id,
            due_on=clock.today(), owner_id=home.navigator_id,
        )  # fmt: skip
        open_tasks(tasks=[task], by=by)

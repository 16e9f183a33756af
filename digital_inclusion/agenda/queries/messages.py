"""Messages: one, those that reports or people ask about, and whether a household may be written to as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from ...accounts.models import User
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...foundation.throttle import fingerprint
from ...households.models import Consent, Household
from ...partners.models import Partner
from ...progress.models import FactRow, PostingRow
from ...progress.rules.facts import Kind
from ..models import Appointment, Message, MessageBlock, MessageReport
from ..rules.appointments import State
from ..rules.messages import (
    PURPOSE,
    REMINDER,
    SAFE_CHANNELS,
    SENDING,
    SENT,
    SHOWN,
    SMS,
    Contact,
    lifts_stop,
    refusal,
)

PAGE = 50


def digest_of(channel: str, address: str) -> str:
    """Return the keyed fingerprint of a number or address: equal ones meet, nobody can read them back."""
    return fingerprint("message", channel, address.strip().casefold())


def find_message(message_id: int) -> Message | None:
    """Return the message with the number, None where there is none."""
    return session().get(Message, message_id)


def hold_message(message_id: int) -> Message:
    """Return the message as it stands, held until the commit."""
    held = select(Message).where(Message.id == message_id).with_for_update().execution_options(populate_existing=True)
    return session().scalars(held).one()


def get_message(code: str) -> Message:
    """Return the message with the code; NotFound for one that is not there or is another partner's."""
    found = session().scalars(select(Message).where(Message.code == code)).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A message with its household and its writer's name (None: the household wrote it)."""

    message: Message
    household: Household
    writer: str | None


def get_message_page(code: str) -> MessagePage:
    """Return the message for its page; NotFound as ``get_message``."""
    rows = (
        select(Message, Household, User.name)
        .join(Household, Household.id == Message.household_id)
        .outerjoin(User, User.id == Message.written_by)
        .where(Message.code == code)
    )
    row = session().execute(rows).first()
    if row is None:
        raise NotFound
    return MessagePage(*row)


def partner_name(partner_id: int) -> str:
    """Return what the organization calls itself in its messages."""
    return session().scalars(select(Partner.name).where(Partner.id == partner_id)).one()


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether and how a household may be written to. ``address`` and ``channel`` where a safe way is on record."""

    channel: str | None
    address: str | None
    refusal: str | None  # a code of REFUSALS
    stopped_at: datetime | None  # when the person stopped it

    @property
    def digest(self) -> str | None:
        """Return the fingerprint of the address."""
        return digest_of(self.channel, self.address) if self.channel and self.address else None


def reach(household: Household) -> Reach:
    """Return how the household may be written to now: its safe way, its consent, what stops it."""
    channel = SAFE_CHANNELS.get(household.safe_contact or "")
    address = (household.phone_e164 if channel == SMS else household.email) if channel else None
    blocks = _open_blocks(channel, address)
    consent = find_last_consent(household.id)
    stopped_at = blocks.get("stop")
    if stopped_at is not None and consent is not None and _is_lifted(consent, stopped_at):
        stopped_at = None
    contact = Contact(
        erased=household.erased_at is not None,
        safe=household.safe_contact,
        has_address=bool(address),
        agreed=consent is not None and PURPOSE in _purposes(consent),
        withdrawn=consent is not None and consent.withdrawn_on is not None and PURPOSE in consent.purposes,
        stopped=stopped_at is not None,
        bounced="bounce" in blocks,
    )
    return Reach(channel, address, refusal(contact), stopped_at)


def _open_blocks(channel: str | None, address: str | None) -> dict[str, datetime]:
    """Return since when the address gets nothing, by cause."""
    if not channel or not address:
        return {}
    return {one.cause: one.began_at for one in list_open_blocks(channel, digest_of(channel, address))}


def list_open_blocks(channel: str, digest: str) -> list[MessageBlock]:
    """Return what keeps the address from getting anything, the oldest first."""
    rows = select(MessageBlock).where(
        MessageBlock.address_digest == digest, MessageBlock.channel == channel, MessageBlock.ended_at.is_(None)
    )
    return list(session().scalars(rows.order_by(MessageBlock.id)))


def find_stop(household: Household) -> datetime | None:
    """Return when a household that texts are safe for asked us to stop them; None where it did not, or took it back."""
    return _open_blocks(SMS, household.phone_e164).get("stop") if household.safe_contact == "text" else None


def find_last_consent(household_id: int) -> Consent | None:
    """Return the consent given last, withdrawn or not, that was not taken back as a mistake."""
    gone = exists().where(FactRow.refers_to == Consent.fact_number, FactRow.kind == Kind.VOID.value)
    given = select(Consent).where(Consent.household_id == household_id, ~gone)
    return session().scalars(given.order_by(Consent.given_on.desc(), Consent.id.desc()).limit(1)).first()


def _purposes(consent: Consent) -> frozenset[str]:
    is_over = consent.expires_on is not None and consent.expires_on < clock.today()
    return frozenset() if is_over else consent.standing_purposes


def _is_lifted(consent: Consent, stopped_at: datetime) -> bool:
    if PURPOSE not in _purposes(consent):
        return False
    noted = select(PostingRow.recorded_at).join(FactRow, FactRow.posting == PostingRow.number)
    recorded_at = session().scalar(noted.where(FactRow.number == consent.fact_number))
    return lifts_stop(
        way=consent.way, given_on=consent.given_on, recorded_at=recorded_at, stopped_at=stopped_at,
        stopped_on=clock.local(stopped_at).date(),
    )  # fmt: skip


def list_held_by_reference(channel: str, reference: str) -> list[Message]:
    """Return the messages that the gateway knows by the reference, held until the commit."""
    known = select(Message).where(Message.channel == channel, Message.reference == reference)
    return list(session().scalars(known.where(Message.direction == "out").order_by(Message.id).with_for_update()))


def list_reported(channel: str, reference: str) -> list[str]:
    """Return what was reported of the reference, the first report first."""
    told = select(MessageReport.kind).where(
        MessageReport.channel == channel, MessageReport.reference == reference, MessageReport.kind != "text"
    )
    return list(session().scalars(told.order_by(MessageReport.id)))


def is_reported(channel: str, reference: str, kind: str) -> bool:
    """Return whether exactly this was reported before."""
    one = MessageReport
    known = exists().where(one.channel == channel, one.reference == reference, one.kind == kind)
    return bool(session().scalar(select(known)))


def list_households_at(number: str) -> list[Household]:
    """Return whose number it is, of every partner: those that we wrote to by text, else all that have it."""
    having = select(Household).where(Household.phone_e164 == number, Household.erased_at.is_(None))
    written = exists().where(
        Message.household_id == Household.id, Message.direction == "out", Message.channel == SMS,
        Message.address_digest == digest_of(SMS, number),
    )  # fmt: skip
    ordered = having.order_by(Household.id)
    return list(session().scalars(ordered.where(written))) or list(session().scalars(ordered))


def reminder_refusal(message: Message) -> str | None:
    """Return the code of why a message that the program wrote to remind of an appointment must not go any more.

    None where it may, and of messages that people wrote.
    """
    if message.kind != REMINDER or message.written_by:
        return None
    one = Appointment
    told = select(one.state, one.starts_at, one.reminded_for).where(
        one.household_id == message.household_id, one.reminder_id == message.id
    )
    found = session().execute(told.order_by(one.id)).first()
    if found is None or found.state != State.PLANNED or found.reminded_for != found.starts_at:
        return "outdated"
    return "too_late" if clock.as_utc(found.starts_at) <= clock.now() else None


def list_messages_of(household_id: int) -> list[Message]:
    """Return all messages of a household, the oldest first."""
    rows = select(Message).where(Message.household_id == household_id)
    return list(session().scalars(rows.order_by(Message.id)))


def list_left_sending(before: datetime, *, limit: int) -> Sequence[int]:
    """Return the numbers of messages of which nobody heard since: they were being sent then."""
    rows = select(Message.id).where(Message.state == SENDING, Message.sending_at < before)
    return session().scalars(rows.order_by(Message.id).limit(limit)).all()


def list_reported_since(since: datetime, *, limit: int) -> Sequence[int]:
    """Return the numbers of messages that were reported on since then but still stand as sent."""
    told = exists().where(
        MessageReport.channel == Message.channel, MessageReport.reference == Message.reference,
        MessageReport.kind != "text", MessageReport.received_at >= since,
    )  # fmt: skip
    return (
        session().scalars(select(Message.id).where(Message.state == SENT, told).order_by(Message.id).limit(limit)).all()
    )


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message in the list, with its household and its writer's name (None: the household wrote it)."""

    message: Message
    household: Household
    writer: str | None


def list_messages(*, show: str | None, after: str | None) -> list[MessageRow]:
    """Return a page of messages and one more, the latest first: those of a kind of SHOWN, or all.

    ``after``: the code of the last one of the page before.
    """
    rows = (
        select(Message, Household, User.name)
        .join(Household, Household.id == Message.household_id)
        .outerjoin(User, User.id == Message.written_by)
        .order_by(Message.id.desc())
        .limit(PAGE + 1)
    )
    if show in SHOWN:
        rows = rows.where(Message.state.in_(SHOWN[show][1]))
    last = session().scalar(select(Message.id).where(Message.code == after)) if after else None
    if last is not None:
        rows = rows.where(Message.id < last)
    return [MessageRow(*row) for row in session().execute(rows)]

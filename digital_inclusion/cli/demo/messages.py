"""The demo's messages: what navigators wrote to some of their households, and what came back. Invented."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from ...agenda.actions.messages import MayNotWrite, write_message
from ...agenda.actions.receiving import receive
from ...agenda.actions.sending import begin_sending, note_sent
from ...agenda.models import Message
from ...agenda.rules.messages import SAFE_CHANNELS, SMS, NewMessage
from ...agenda.schemas import Told
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...households.models import Household
from .doing import Desk
from .world import BY

_HOUSEHOLDS = 6  # of each of two organizations
_WORDS = (
    "Hello, this is your digital navigator. Could you bring the letter about your internet when we meet on Tuesday?"
)
_ENDS = ("delivered", "bounced", "delivered", None, "failed", "delivered")
_ANSWER = "Yes, I will bring it. Can my sister come too?"


def fill_messages(desk: Desk) -> None:
    """Write to a few households that may be written to; most messages arrived, one is answered, one waits."""
    for staff in [staff for staff in desk.world.staff.values() if staff][:2]:
        by = staff[0]
        for place, household in enumerate(_reachable(by.partner_id or 0)):
            day = desk.plan.until - timedelta(days=12 - place)
            with desk.at(day):
                _exchange(household, place, by)


def _reachable(partner_id: int) -> Sequence[Household]:
    having = select(Household).where(
        Household.partner_id == partner_id, Household.safe_contact.in_(list(SAFE_CHANNELS)),
        Household.erased_at.is_(None),
    )  # fmt: skip
    return session().scalars(having.order_by(Household.id.desc()).limit(_HOUSEHOLDS)).all()


def _exchange(household: Household, place: int, by: Actor) -> None:
    """Write to the household and take in what the gateway says; the first ones answer."""
    channel = SAFE_CHANNELS[household.safe_contact or ""]
    subject = "Before we meet" if channel != SMS else None
    new = NewMessage(kind="papers", channel=channel, language="en", words=_WORDS, subject=subject)
    try:
        message = write_message(household=household, new=new, goes_out=_WORDS, by=by)
    except MayNotWrite:
        return
    if _ENDS[place] is None:  # the worker sends it
        return
    _goes(message, f"demo-{message.code}", _ENDS[place] or "")
    if place < 2 and channel == SMS:
        receive(told=[Told("text", SMS, f"demo-in-{message.code}", household.phone_e164 or "", _ANSWER)], by=BY)


def _goes(message: Message, reference: str, end: str) -> None:
    if begin_sending(message_id=message.id, links={}, by=BY) is not None:
        note_sent(message_id=message.id, reference=reference, by=BY)
        receive(told=[Told(end, message.channel, reference)], by=BY)

"""Links of surveys by message: who has none yet, whom a message belongs to, how many went and when the last one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from ...agenda.models import Message
from ...agenda.rules.messages import BOUNCED, DELIVERED, FAILED, NOT_SENT, SENDING, SENT
from ...agenda.rules.messages import WAITING as ON_ITS_WAY
from ...foundation.database import session
from ...foundation.kernel import clock
from ...households.models import Household
from ..models import SurveyInvitation
from ..rules.survey_answers import WAITING
from .surveys import Invited, invited_to_ask

LOOKED_AT = 400  # of those that no message has reached, at a time


def list_unsent(survey_id: int, *, ids: Collection[int] | None = None) -> list[Invited]:
    """Return who waits to be asked, may be, and chose a message, and has got no link by one: 400, by invitation.

    ``ids``: of these alone, as they stand now.
    """
    by_text = and_(Household.safe_contact == "text", Household.phone_e164.is_not(None))
    by_mail = and_(Household.safe_contact == "email", Household.email.is_not(None))
    unsent = or_(SurveyInvitation.message_id.is_(None), Message.state.in_((NOT_SENT, FAILED, BOUNCED)))
    statement = (
        invited_to_ask(clock.today())
        .outerjoin(Message, Message.id == SurveyInvitation.message_id)
        .where(SurveyInvitation.survey_id == survey_id, or_(by_text, by_mail), unsent)
    )
    if ids is not None:
        statement = statement.where(SurveyInvitation.id.in_(sorted(ids)))
    rows = session().execute(
        statement.order_by(SurveyInvitation.id).limit(LOOKED_AT).execution_options(populate_existing=True)
    )
    return [Invited(*row) for row in rows]


def find_invited_by_message(message: Message) -> SurveyInvitation | None:
    """Return whom the message brings a link; None where a later message does."""
    one = SurveyInvitation
    found = select(one).where(one.household_id == message.household_id, one.message_id == message.id)
    return session().scalars(found.order_by(one.id).limit(1)).first()


def find_sent(invitation: SurveyInvitation) -> Message | None:
    """Return the last message that was to bring them a link."""
    return session().get(Message, invitation.message_id) if invitation.message_id is not None else None


def is_on_its_way(invitation: SurveyInvitation) -> bool:
    """Return whether a message with a link waits or is being sent."""
    message = find_sent(invitation)
    return message is not None and message.state in {ON_ITS_WAY, SENDING}


@dataclass(frozen=True, slots=True)
class SentLinks:
    """Of a survey's households that the reader sees: to how many a link went, when the last one, how many wait and
    have got none by message."""

    sent: int
    last_at: datetime | None
    left: int


def count_sent(survey_id: int) -> SentLinks:
    """Return to how many of a survey's households a message brought a link."""
    went = (
        select(func.count(SurveyInvitation.id), func.max(Message.sent_at))
        .join(Message, Message.id == SurveyInvitation.message_id)
        .where(SurveyInvitation.survey_id == survey_id, Message.state.in_((SENT, DELIVERED)))
    )
    waits = select(func.count(SurveyInvitation.id)).where(
        SurveyInvitation.survey_id == survey_id, SurveyInvitation.state == WAITING,
        SurveyInvitation.message_id.is_(None),
    )  # fmt: skip
    sent, last_at = session().execute(went).one()
    return SentLinks(sent, last_at, session().scalar(waits) or 0)

"""Send households the link of a survey as a message: to one, or to all that can be reached. Who answered gets none.

What is stored says where the link stands. The link itself is made while the message goes, and stored as a digest.
"""

from collections.abc import Callable
from itertools import islice

from ...agenda.actions.messages import ready_reach, write_message
from ...agenda.models import Message
from ...agenda.rules.messages import SAFE_CHANNELS, NewMessage
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import scope_of
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from ...foundation.mail import link_to
from ...households.rules import written_in
from ...progress.actions.holding import hold_identities
from ..queries.survey_sending import (
    find_invited_by_message,
    is_on_its_way,
    list_unsent,
)
from ..queries.surveys import Invited, get_invited, get_survey
from ..rules.survey_answers import WAITING
from .correcting import hold_household
from .survey_answers import hold_to_answer, issue_link

AT_ONCE = 100
Compose = Callable[[str, str, str], tuple[NewMessage, str]]  # (channel, language, partner) -> it, all that goes out


def send_survey(*, code: str, seen: int, compose: Compose, by: Actor) -> Message:
    """Write to an invited household, with a link of its own, in its language; again only where it is not on its way.

    ``seen``: the number of the message that was on the page as the last one, 0 for none. Raises Conflict where
    somebody was faster, they have answered, or may not be asked any more; MayNotWrite where nobody may write to them.
    """
    policy.check(by, "survey:ask")
    invitation = get_invited(code).invitation
    hold_household(invitation.household_id, "message:send", by)
    held = hold_to_answer(invitation.id)
    if held is None or held.invitation.state != WAITING:
        raise Conflict(_("They have answered already, or may not be asked any more. Nothing was sent."))
    if (held.invitation.message_id or 0) != seen or is_on_its_way(held.invitation):
        raise Conflict(_("Somebody has sent it meanwhile. Nothing was sent twice."))
    return _send(held, compose, by)


def send_survey_to_all(*, survey: str, compose: Compose, by: Actor) -> int:
    """Write to the next hundred households of one's organization that no message has brought a link, and that may be
    written to; return how many those were."""
    policy.check(by, "survey:ask")
    found = get_survey(survey, by=by)
    chosen = [one.invitation.id for one in list_reachable(survey_id=found.id, by=by)]
    hold_identities({one.household.id for one in list_unsent(found.id, ids=chosen)})
    held = [hold_to_answer(one.invitation.id) for one in list_unsent(found.id, ids=chosen)]
    sent = [_send(one, compose, by) for one in held if one is not None and _may(one, by)]
    if sent:
        record("survey.sent", by=by, subject=found, messages=len(sent))
    return len(sent)


def list_reachable(*, survey_id: int, by: Actor) -> list[Invited]:
    """Return the next hundred that no message has brought a link, and that may be written to now."""
    policy.check(by, "survey:ask")
    return list(islice((one for one in list_unsent(survey_id) if _may(one, by)), AT_ONCE))


def _may(one: Invited, by: Actor) -> bool:
    allowed = policy.allows(by, "message:send", one.household)
    return allowed and one.invitation.state == WAITING and ready_reach(one.household).refusal is None


def _send(invited: Invited, compose: Compose, by: Actor) -> Message:
    household = invited.household
    channel = SAFE_CHANNELS.get(household.safe_contact or "", "")  # write_message refuses where there is none
    new, goes_out = compose(channel, written_in(household.language), invited.partner)
    message = write_message(household=household, new=new, goes_out=goes_out, by=by)
    invited.invitation.message_id = message.id
    return message


def make_sent_link(*, message: Message, by: Actor) -> str | None:
    """Return the address of a new link for the household to which the message goes, None where there is nothing to
    answer any more. The message is held."""
    policy.check(by, "survey:ask")
    with scope_of(message.partner_id):
        found = find_invited_by_message(message)
        held = hold_to_answer(found.id) if found is not None else None
        if held is None or held.invitation.state != WAITING:
            return None
        return link_to("residents.answer_survey", token=issue_link(invited=held, by=by))

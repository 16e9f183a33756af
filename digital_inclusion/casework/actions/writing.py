"""Write to a household. Messages themselves live in the agenda; here the household is held and asked about."""

from ...agenda.actions.messages import write_message
from ...agenda.models import Message
from ...agenda.rules.messages import NewMessage
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from .correcting import hold_household


def write_to_household(*, household_id: int, new: NewMessage, goes_out: str, by: Actor) -> Message:
    """Have the household written to, now or when the quiet hours are over.

    Raises NotFound for another partner's, MayNotWrite where nobody may write to it, Invalid with a sentence per field.
    """
    policy.check(by, "message:send")
    household = hold_household(household_id, "message:send", by)
    return write_message(household=household, new=new, goes_out=goes_out, by=by)

"""Write to a household, or to a list of them. Messages themselves live in the agenda; here households are held."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from ...agenda.actions.messages import ready_reach, write_message
from ...agenda.actions.receiving import end_blocks
from ...agenda.models import Message
from ...agenda.queries.messages import reach
from ...agenda.rules.messages import NewMessage
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.kernel.errors import Conflict, TooLarge
from ...foundation.kernel.messages import _
from ...households.rules import written_in
from ...progress.actions.holding import hold_identities
from .correcting import hold_household

MOST_AT_ONCE = 200


def write_to_household(*, household_id: int, new: NewMessage, goes_out: str, by: Actor) -> Message:
    """Have the household written to, now or when the quiet hours are over.

    Raises NotFound for another partner's, MayNotWrite where nobody may write to it, Invalid with a sentence per field.
    """
    policy.check(by, "message:send")
    household = hold_household(household_id, "message:send", by)
    return write_message(household=household, new=new, goes_out=goes_out, by=by)


def trust_address(*, household_id: int, by: Actor) -> None:
    """Note that the household says its number or address works, so that it is written to again. A stop stays.

    Raises Conflict where it is not marked as not working.
    """
    policy.check(by, "message:send")
    way = reach(hold_household(household_id, "message:send", by))
    if way.channel is None or not end_blocks(cause="bounce", channel=way.channel, digest=way.digest or "", by=by):
        raise Conflict(_("This number or address is not marked as not working. Nothing was changed."))


@dataclass(frozen=True, slots=True)
class Recipient:
    """A household on a list, and whether it gets the message: ``refusal`` is a code of REFUSALS, None where it does."""

    name: str
    code: str
    channel: str | None
    language: str
    refusal: str | None


Compose = Callable[[str, str], tuple[NewMessage, str]]  # (channel, language) -> the message, and all that goes out


def write_to_many(*, household_ids: Collection[int], compose: Compose, by: Actor) -> list[Recipient]:
    """Write to each household of a list that may be written to, in its language; return all of them, by name.

    Each is asked about alone. Raises TooLarge past 200 of them, NotFound for another partner's.
    """
    policy.check(by, "message:send")
    if len(household_ids) > MOST_AT_ONCE:
        raise TooLarge
    hold_identities(household_ids)
    found = [_write_to_one(household_id, compose, by) for household_id in sorted(household_ids)]
    return sorted(found, key=lambda one: (one.refusal is not None, one.name, one.code))


def _write_to_one(household_id: int, compose: Compose, by: Actor) -> Recipient:
    try:
        household = hold_household(household_id, "message:send", by)
    except Conflict:
        return Recipient("", "", None, "", "erased")
    way, language = ready_reach(household), written_in(household.language)
    if way.refusal is None:
        new, goes_out = compose(way.channel or "", language)
        write_message(household=household, new=new, goes_out=goes_out, by=by)
    return Recipient(household.head_name or household.code, household.code, way.channel, language, way.refusal)

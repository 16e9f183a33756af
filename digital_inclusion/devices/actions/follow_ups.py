"""Note whether a device is still used: an answer, or one more try without."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from ...progress.actions.holding import hold_identity
from ...progress.queries.program import get_program
from ..models import FollowUp, RepairRequest
from ..queries import follow_ups as queries
from ..rules import follow_ups as rules
from .repairs import note_repair


def note_follow_up(*, household_code: str, number: int, answer: str | None, by: Actor) -> RepairRequest | None:
    """Note the answer to the question that is open today; "it does not work" opens a request for repair, returned.

    What was given back or lost is ended by whoever notes it, on the household's page.
    """
    policy.check(by, "delivery:record")
    fact, household, device = queries.get_asked(number, code=household_code)
    policy.check(by, "delivery:record", household)
    hold_identity(household.id)  # two who ask the same household at once follow each other
    today = clock.today()
    term = rules.term_of(fact.occurred_on, today, get_program().file.devices.follow_up_days)
    if term is None:
        raise Conflict(_("Nothing is to be asked about this device today."))
    told = queries.list_tries(number, term)
    rules.check_answer(
        answer, told=[one.answer for one in told], last_asked=told[-1].asked_on if told else None, today=today
    )
    tried = FollowUp(
        partner_id=household.partner_id, household_id=household.id, fact_number=number, term_days=term,
        try_number=len(told) + 1, answer=answer, asked_on=today, asked_at=clock.now(), asked_by=by.user_id,
    )  # fmt: skip
    session().add(tried)
    record("follow_up.answered", by=by, subject=tried, fact=number, term=term, tries=len(told) + 1)
    if answer != "broken":
        return None
    words = _("Said when we asked whether it is still used.")
    tag = device.code if device is not None else None
    return note_repair(household=household, trouble="other", words=words, tag=tag, source="follow_up", by=by)

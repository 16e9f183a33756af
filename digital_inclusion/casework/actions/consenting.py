"""Note that a household agreed anew: later than what it agreed to before, and in place of it."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import refuse
from ...households.models import Consent, Household
from ...progress.actions.facts import NewFact
from ...progress.actions.posting import Posting, post
from ...progress.rules.facts import Kind
from ..rules.enrollment import NewConsent, check_consent
from .correcting import hold_household


def give_consent(*, household_id: int, new: NewConsent, by: Actor) -> Posting:
    """Note a new consent: from its day on it is what they agree to. Nothing said before is changed or lost.

    Raises Invalid with a sentence per field, also for a day before that of the consent on record.
    """
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    refuse(check_consent(new, clock.today()))
    last = max((one.given_on for one in household.consents), default=None)
    if last is not None and new.given_on < last:
        raise Invalid(fields={"given_on": _("A later consent is on record already. Choose that day or a later one.")})
    fact = NewFact(kind=Kind.CONSENT, record_id=household.id, partner_id=household.partner_id, occurred_on=new.given_on)
    posting = post([fact], cause="consent.given", by=by)
    session().add(_row(household, new, fact.number))
    record(
        "consent.given", by=by, subject=household, posting=posting.number, purposes=sorted(new.purposes), way=new.way
    )
    return posting


def _row(household: Household, new: NewConsent, number: int | None) -> Consent:
    return Consent(
        partner_id=household.partner_id, household_id=household.id, purposes=list(new.purposes),
        text_version=new.text_version, language=new.language, way=new.way, given_on=new.given_on, fact_number=number,
    )  # fmt: skip

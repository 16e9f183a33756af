"""Why something just recorded does not count, in words: it happened, so it is kept, and whoever entered it hears so."""

from dataclasses import dataclass
from datetime import date

from ...foundation.database import session
from ...foundation.kernel.messages import _
from ..rules.codes import Code
from ..rules.facts import Kind
from ..rules.household import Household
from ..rules.obstacles import obstacle
from .ledger import facts_of
from .program import get_program

_SENTENCES = {
    Code.BEFORE_PROGRAM: _("It is recorded, but it does not count: on this day the program had not begun."),
    Code.DEVICE_KIND_NOT_COUNTED: _("It is recorded, but it does not count: the program counts other kinds of device."),
    Code.BELOW_STANDARD: _("It is recorded, but it does not count: the line is slower than the program asks."),
    Code.OUTSIDE_AREA: _("It is recorded, but it does not count: on this day they lived outside the service area."),
    Code.NOT_ELIGIBLE: _("It is recorded, but it does not count: the eligibility decision of this day says no."),
    Code.NOT_ENROLLED: _("It is recorded, but it does not count: the household is not enrolled."),
    Code.BEFORE_ENROLLMENT: _(
        "It is recorded, but it does not count: the household was enrolled only later, on %(day)s."
        " If you typed a wrong day, correct it."
    ),
    Code.NO_CONSENT: _("It is recorded, but it does not count: there was no consent yet on this day."),
    Code.CONSENT_WITHDRAWN: _("It is recorded, but it does not count: the consent was withdrawn before this day."),
    Code.NO_ADDRESS: _("It is recorded, but it does not count: no address is on record for this day."),
    Code.ELIGIBILITY_MISSING: _("It is recorded, but it does not count yet: an eligibility decision is missing."),
    Code.PASSPORT_MISSING: _("It is recorded, but it does not count yet: the device passport is not complete."),
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a delivery does not count. ``sentence`` is a template for ``day``, their first enrollment's."""

    code: Code
    day: date | None

    @property
    def sentence(self) -> str:
        """Return the sentence for who recorded it."""
        return _SENTENCES[self.code]


def find_obstacle(number: int, *, record_id: int) -> Obstacle | None:
    """Return what keeps a delivery of the record from counting; None: nothing does once it is verified."""
    facts = facts_of(session(), [record_id])
    household = Household(facts)
    code = next(
        (obstacle(one, household, get_program().counting) for one in household.deliveries() if one.number == number),
        None,
    )
    if code is None:
        return None
    enrolled = (fact.occurred_on for fact in household.of(Kind.ENROLLED) if fact.record_id == record_id)
    return Obstacle(code, min(enrolled, default=None))

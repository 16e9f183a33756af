"""How the rules say why a household is not counted: codes and typed parameters, no sentences."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from digital_inclusion.progress.rules.facts import Item


class Code(StrEnum):
    """Why a household is not counted. In order: what no paper can mend, what a paper can, what only waits."""

    # this thing, or this household, does not count
    BEFORE_PROGRAM = "before_program"
    DEVICE_KIND_NOT_COUNTED = "device_kind_not_counted"
    BELOW_STANDARD = "below_standard"
    OUTSIDE_AREA = "outside_area"
    NOT_ELIGIBLE = "not_eligible"
    # something is not on record
    NOT_ENROLLED = "not_enrolled"
    BEFORE_ENROLLMENT = "before_enrollment"
    NO_CONSENT = "no_consent"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NO_ADDRESS = "no_address"
    ELIGIBILITY_MISSING = "eligibility_missing"
    PASSPORT_MISSING = "passport_missing"
    # something has not been given
    ENDED = "ended"
    NOTHING_FROM_PROGRAM = "nothing_from_program"
    RETURNED_BEFORE_LINE = "returned_before_line"
    NO_DEVICE = "no_device"
    NO_LINE = "no_line"
    # everything is there and has to be looked at
    QUESTIONED = "questioned"
    NOT_VERIFIED = "not_verified"
    # what a partner is told when the reason lies with another partner of the same household (P10); no rule says it
    ELSEWHERE = "elsewhere"


RANK = {code: rank for rank, code in enumerate(Code)}  # the higher, the nearer to being counted


class Owner(StrEnum):
    """Who can do the next thing."""

    PARTNER = "partner"
    VERIFIER = "verifier"
    CITY = "city"
    HOUSEHOLD = "household"


OWNERS = dict.fromkeys(Code, Owner.PARTNER) | {
    Code.BEFORE_PROGRAM: Owner.CITY,
    Code.OUTSIDE_AREA: Owner.HOUSEHOLD,
    Code.NOT_ELIGIBLE: Owner.HOUSEHOLD,
    Code.CONSENT_WITHDRAWN: Owner.HOUSEHOLD,
    Code.ENDED: Owner.HOUSEHOLD,
    Code.NOT_VERIFIED: Owner.VERIFIER,
    Code.ELSEWHERE: Owner.CITY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The next missing proof. Parameters that its code does not speak of are None."""

    code: Code
    since: date | None  # None: from the beginning
    record_id: int | None
    partner_id: int | None  # whose record or fact it is
    fact: int | None = None  # number of the fact in question
    other_fact: int | None = None  # returned_before_line: what came too late
    item: Item | None = None
    device_kind: str | None = None
    down_kbps: int | None = None
    up_kbps: int | None = None
    needed_down_kbps: int | None = None
    needed_up_kbps: int | None = None
    required_from: date | None = None  # the setting's day; before_enrollment: the enrollment's

    @property
    def owed_by(self) -> Owner:
        """Return who can do the next thing."""
        return OWNERS[self.code]

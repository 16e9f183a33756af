"""Enroll one household in one sitting: warn of one's own like records, tell the city of others', drop the draft."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import Problem
from ...foundation.normalize import normalize_address
from ...foundation.throttle import is_within
from ...households.models import Household
from ...matching.actions.candidates import note_candidates
from ...progress.queries.program import get_program
from ..queries.drafts import ENROLLED, find_begun
from ..queries.finding import list_likely
from ..queries.lists import rows_of
from ..rules.likeness import Typed
from .answering import finish_with_household
from .enrolling import EnrolledHousehold, NewHousehold, enroll_households
from .taking_on import enroll_referred

ONE_DAY = timedelta(days=1)


class Refused(Invalid):
    """The household cannot be enrolled as typed; ``problems`` name every reason with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(fields={problem.field: problem.sentence for problem in problems})


class AlreadyKnown(Conflict):
    """The partner may already know this household: ``codes`` of like records nobody has ruled out yet."""

    message = _("You may already know this household.")

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = list(codes)
        super().__init__()


@dataclass(frozen=True, slots=True)
class Sat:
    """The end of a sitting: the household, and whether another partner's record looks like it."""

    household: EnrolledHousehold
    possibly_known: bool


def likely_known(typed: Typed, *, by: Actor) -> list[Household]:
    """Return the own partner's households that may be the one being typed. Other partners' are never looked at."""
    policy.check(by, "household:enroll")
    return [] if by.partner_id is None else list_likely(typed, partner_id=by.partner_id)


def enroll_in_sitting(new: NewHousehold, *, others: Collection[str] = (), draft: str | None = None, by: Actor) -> Sat:
    """Enroll ``new``. ``others`` are codes of like records that are known to be other households.

    Raises Refused with every problem, AlreadyKnown when a like record was not ruled out, Conflict when the request
    that the draft was filled in from has ended; nothing is written then.
    """
    policy.check(by, "household:enroll")
    if by.partner_id is None:
        raise NotAllowed
    begun = find_begun(draft, by=by)
    likely = {known.code for known in likely_known(typed_of(new), by=by)}
    if likely - set(others):
        raise AlreadyKnown(sorted(likely - set(others)))
    made = enroll_households([new], partner_id=by.partner_id, cause="household.enrolled", by=by)
    household = made.households[0]
    if household is None:
        raise Refused(made.problems[0])
    # compared again after posting, which lets one enrollment in at a time: of two at once the second sees the first
    noted = note_candidates([household.id], by=by)
    own = [row.code for row in rows_of(noted.own.get(household.id, [])) if not row.erased]
    if set(own) - set(others):
        raise AlreadyKnown(sorted(set(own) - set(others)))
    if begun is not None and begun.kind != ENROLLED:
        finish_with_household(draft=begun, household_id=household.id, by=by)
        enroll_referred(draft=begun, household_id=household.id, by=by)
        begun.kind, begun.values = ENROLLED, {"household": [household.code]}  # "back" leads there instead of nowhere
    return Sat(household, household.id in noted.elsewhere and _may_hear(household.id, by))


def typed_of(new: NewHousehold) -> Typed:
    """Return what is compared while typing."""
    head, address = new.head, new.address
    line = normalize_address(address.line, address.unit or "") if address is not None and address.line else None
    return Typed(head.name, head.birth_date, new.phone_e164, line)


def _may_hear(household_id: int, by: Actor) -> bool:
    """Tell whether ``by`` may be told once more today that a household is possibly known; the telling is logged."""
    limit = get_program().file.imports.possibly_known_per_day
    if not is_within("possibly_known", str(by.user_id), limit=limit, window=ONE_DAY):
        return False
    record("household.possibly_known", by=by, subject_type="households", subject_id=household_id)
    return True

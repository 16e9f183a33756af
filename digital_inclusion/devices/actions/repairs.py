"""Take a household's request for repair through its states; the device itself moves by hand-over and return alone."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...households.models import Household
from ..models import Device, RepairRequest
from ..queries import repairs as queries
from ..rules import repairs as rules
from ..rules.repairs import RepairState


def note_repair(
    *, household: Household, trouble: str, words: str | None = None, tag: str | None = None, contact: str | None = None,
    language: str | None = None, source: str = "household", by: Actor,
) -> RepairRequest | None:  # fmt: skip
    """Note that a device of the household does not work; None when it waits for very many already.

    The tag tells which device; without one it is the only one that they have. One that is not theirs stays as typed.
    """
    policy.check(by, "repair:work")
    rules.check_trouble(trouble, words)
    if queries.count_open_repairs(household.id) >= rules.MOST_OPEN:
        return None
    here = queries.find_at_home(household.id, tag)
    request = RepairRequest(
        partner_id=household.partner_id,
        code=new_code(),
        household_id=household.id,
        device_id=here[0].id if here else None,
        fact_number=here[1].number if here else None,
        tag=None if here else tag,
        trouble=trouble,
        words=words,
        contact=contact,
        language=language,
        source=source,
        state=RepairState.SENT,
        sent_at=clock.now(),
    )
    session().add(request)
    record("repair.sent", by=by, subject=request, trouble=trouble)
    return request


def accept_repair(*, code: str, by: Actor) -> None:
    """Say that somebody looks after it."""
    policy.check(by, "repair:work")
    request = _held(code, by)
    rules.check_repair_move(request.state, RepairState.ACCEPTED)
    request.state, request.accepted_at, request.accepted_by = RepairState.ACCEPTED, clock.now(), by.user_id
    record("repair.accepted", by=by, subject=request)


def choose_device(*, code: str, tag: str, by: Actor) -> None:
    """Say which of the household's devices it is about, where the household did not."""
    policy.check(by, "repair:work")
    request = _held(code, by)
    here = queries.find_at_home(request.household_id, tag)
    if here is None or not tag:
        raise Invalid(fields={"tag": _("The household does not have this device now.")})
    if request.state not in rules.OPEN:
        raise Invalid(fields={"tag": _("This request is closed.")})
    request.device_id, request.fact_number = here[0].id, here[1].number
    record("repair.accepted", by=by, subject=request, fields=["device"])


def follow_return(*, device: Device, by: Actor) -> None:
    """Note on the open requests about a unit that it came back to us."""
    policy.check(by, "household:correct")
    for request in queries.list_waiting_for(device.id):
        if RepairState.WORKSHOP in rules.repair_moves(request.state):
            request.state, request.workshop_at = RepairState.WORKSHOP, clock.now()
            record("repair.came_in", by=by, subject=request)


def close_repair(*, code: str, outcome: str | None, by: Actor) -> RepairState:
    """Close the request with what became of it; how to reach the household is forgotten with it."""
    policy.check(by, "repair:work")
    request, state = _held(code, by), rules.closing_state(outcome)
    rules.check_repair_move(request.state, state)
    request.state, request.outcome, request.contact = state, outcome, None
    request.closed_at, request.closed_by = clock.now(), by.user_id
    record("repair.closed", by=by, subject=request, outcome=outcome)
    return state


def erase_repairs(*, household_id: int, by: Actor) -> None:
    """Erase what a household wrote and how to reach it; that something was wrong stays."""
    policy.check(by, "household:erase")
    told = queries.list_repairs_with_words(household_id)
    for request in told:
        request.tag = request.words = request.contact = request.language = None
    if told:
        record("repair.erased", by=by, subject_type="households", subject_id=household_id, requests=len(told))


def _held(code: str, by: Actor) -> RepairRequest:
    request = queries.hold_repair(code)
    policy.check(by, "repair:work", request)
    return request

"""Work at the bench: take units, give them back, hand them on; do the next step of one."""

from collections.abc import Callable, Mapping, Sequence

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ..models import Device
from ..queries.bench import find_name, list_technicians, step_of
from ..queries.media import hold_device
from ..queries.units import unit_of
from ..rules.bench import BY_KEY, Next, check_free, check_on_bench
from ..rules.specs import Value
from ..rules.states import COSMETIC, FUNCTIONAL, check_move
from .describing import check_here, describe_empty
from .moving import Outcome, Place, check_holder, each_scanned, give_grade, step


def assign_devices(
    *, scanned: Sequence[str], to: int | None, instead_of: int | None = None, despite: bool = True, by: Actor
) -> Outcome:
    """Put scanned units on the table of ``to``, one's own or a colleague's, or on nobody's (None).

    Whoever has one keeps it, unless it is taken over ``instead_of`` exactly them. Without ``despite`` nothing is
    written when one is refused.
    """
    policy.check(by, "device:work")
    if to is not None and to not in {one.id for one in list_technicians(by=by)}:
        raise Invalid(fields={"to": _("Please choose a technician of your organization.")})
    return _all_or(despite, scanned, lambda device: _assign(device, to, instead_of, by), by)


def _assign(device: Device, to: int | None, instead_of: int | None, by: Actor) -> None:
    check_on_bench(device.state)
    _check_free(device, by, instead_of)
    if device.assigned_to == to:
        return
    device.assigned_to, device.assigned_at = to, clock.now() if to is not None else None
    device.updated_at = clock.now()
    record("device.assigned", by=by, subject=device, partner_id=device.holder_id, to=to)


def _check_free(device: Device, by: Actor, instead_of: int | None = None) -> None:
    check_free(device.assigned_to, find_name(device.assigned_to) or "", me=by.user_id, instead_of=instead_of)


def go_on(*, code: str, shown: str, by: Actor) -> tuple[Device, Next]:
    """Do the unit's next step, which was shown as ``shown``, if it can be done at once; return the unit and the step.

    Whoever goes on with a unit that nobody has, has it. Raises Conflict when the unit has moved on, or somebody has it.
    """
    policy.check(by, "device:work")
    device = hold_device(code, by=by)
    check_holder(device, by)
    _check_free(device, by)
    here = step_of(device)
    if here is None or here != shown:
        raise Conflict(_("This device has moved on meanwhile. Look at what comes next now."))
    if device.assigned_to is None:
        _assign(device, by.user_id, None, by)
    if here in BY_KEY:
        check_move(unit_of(device), BY_KEY[here])
        step(device, BY_KEY[here], Place(), by)
    return device, here


def specify_devices(
    *, scanned: Sequence[str], values: Mapping[str, Value], attested: bool, despite: bool, by: Actor
) -> Outcome:
    """Note the same specifications on all scanned units; never over what is noted already."""
    policy.check(by, "device:work")
    if not values:
        raise Invalid(_("Write at least one specification."))

    def one(device: Device) -> None:
        check_here(device)
        describe_empty(device, values, attested=attested, by=by)

    return _all_or(despite, scanned, one, by)


def grade_devices(
    *, scanned: Sequence[str], functional: str, cosmetic: str, reason: str | None, despite: bool, by: Actor
) -> Outcome:
    """Grade all scanned units alike."""
    policy.check(by, "device:work")
    missing = {"functional": functional not in FUNCTIONAL, "cosmetic": cosmetic not in COSMETIC}
    if any(missing.values()):
        raise Invalid(fields={name: _("Please choose one.") for name, empty in missing.items() if empty})

    def one(device: Device) -> None:
        give_grade(device, functional=functional, cosmetic=cosmetic, reason=reason, by=by)

    return _all_or(despite, scanned, one, by)


def _all_or(despite: bool, scanned: Sequence[str], act: Callable[[Device], None], by: Actor) -> Outcome:
    """Do ``act`` with every scanned unit; unless ``despite``, with all of them or with none."""
    with session().begin_nested() as together:
        outcome = each_scanned(scanned, act, by)
        if outcome.refused and not despite:
            together.rollback()
    return outcome

"""What happens to units later: weighed, in a home, in a recycler's batch."""

from datetime import date
from typing import Any

from digital_inclusion.devices.actions import recycling
from digital_inclusion.devices.actions.handing_over import Signed, hand_over_scanned
from digital_inclusion.devices.models import DevicePart
from digital_inclusion.devices.rules.handing_over import OneMore
from digital_inclusion.devices.rules.recycling import Recycler
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import new_code
from tests.factories.devices import STROKES, device, goes, is_ready, takes_in
from tests.factories.served import serve
from tests.factories.world import World

LATER = date(2040, 1, 1)


def does(world: World, action: Any, *, who: str = "technician_a", **arguments: Any) -> Any:
    """Let somebody do it, and commit."""
    by = world.actor(who)
    use_scope(EVERYTHING if by.city_wide else Scope(partner_id=by.partner_id))
    try:
        with write_transaction():
            return action(by=by, **arguments)
    finally:
        use_scope(EVERYTHING)


def weighs(world: World, code: str, grams: int, *parts: int | None) -> None:
    """Weigh a unit, and take parts out of it."""
    with write_transaction():
        one = device(code)
        one.weight_g = grams
        for weight in parts:
            part = DevicePart(device_id=one.id, kind="memory", weight_g=weight, taken_at=clock.now(), taken_by=1)
            part.code, part.holder_id = new_code(), one.holder_id
            session().add(part)
        record("device.changed", by=world.actor("technician_a"), subject=one, fields=["weight_g"])


def goes_home(
    world: World, code: str, *, household: int | None = None, how: str = "screen", on: date | None = None,
    who: str = "navigator_a",
) -> tuple[int, int]:  # fmt: skip
    """Hand a ready unit over; return the household's id and the fact's number."""
    home = household or serve(world, who[-1], deliveries=()).id
    number = does(
        world, hand_over_scanned, who=who, household_id=home, scanned=code, on=on or clock.today(),
        signed=Signed(how=how, seen_by="N", strokes=STROKES), loan_due_on=None, grant_id=None,
        one_more=OneMore("two people study"),
    )  # fmt: skip
    return home, number


def begun(world: World, *, until: date = LATER, who: str = "technician_a") -> str:
    """Begin a batch; return its code."""
    recycler = Recycler(name="Bay Recycling", certification="r2", number="C-1", until=until)
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        code = recycling.begin_batch(recycler=recycler, by=by).code
    use_scope(EVERYTHING)
    return code


def waste(world: World, serial: str, *, who: str = "technician_a", kind: str = "laptop") -> str:
    """Return a unit without data media that may be recycled."""
    code = is_ready(world, takes_in(world, serial, who=who, kind=kind), who=who)
    goes(world, code, "testing", who=who)
    return code

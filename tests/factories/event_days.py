"""Event days to look at: prepared as a navigator does it, and taps as a computer sends them."""

import random
import uuid
from datetime import date
from typing import Any

from sqlalchemy import select

from digital_inclusion.casework.actions.event_days import prepare_event_day, take_taps
from digital_inclusion.casework.models import EventDayItem
from digital_inclusion.casework.rules.event_days import HAND_OVER, PRESENT, Tap
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from tests.factories.aftercare import does
from tests.factories.devices import is_ready, takes_in
from tests.factories.requests import asks_for, reserves
from tests.factories.served import serve
from tests.factories.world import World


def waits(world: World, number: int, *, partner: str = "a", name: str | None = None) -> tuple[str, str]:
    """Reserve a device for a new household; return the household's code and the device's tag."""
    navigator, technician = f"navigator_{partner}", f"technician_{partner}"
    home = serve(world, partner, name=name or f"Linh Tran{number}", deliveries=()).code
    unit = is_ready(world, takes_in(world, f"7CD{number:04}QX", who=technician), who=technician)
    reserves(world, asks_for(world, home, who=navigator), unit, reason="as agreed", who=navigator)
    return home, unit


def prepares(
    world: World, *tags: str, lesson: str | None = None, on: date | None = None, who: str = "navigator_a"
) -> str:
    """Prepare an event day with these devices and this class session; return its code."""
    day = does(world, prepare_event_day, who=who, happens_on=on or clock.today(), lesson=lesson, tags=set(tags))
    use_scope(EVERYTHING)
    code: str = day.code
    return code


def hands_over(home: str, tag: str, **changes: Any) -> Tap:
    """Return the tap of a hand-over, signed on paper."""
    values = {"key": str(uuid.uuid4()), "kind": HAND_OVER, "home": home, "on": clock.today(), "scanned": tag,
              "signed": "paper"}  # fmt: skip
    return Tap(**values | changes)


def ticks(home: str, member: int, **changes: Any) -> Tap:
    """Return the tap that a person is here."""
    values = {"key": str(uuid.uuid4()), "kind": PRESENT, "home": home, "on": clock.today(), "member_id": member}
    return Tap(**values | changes)


def sends(world: World, day: str, *taps: Tap, who: str = "navigator_a") -> list[tuple[str, str | None]]:
    """Send taps; return result and reason of each."""
    made = does(world, take_taps, who=who, code=day, taps=taps)
    return [(one.result, one.reason) for one in made]


def outcomes() -> list[EventDayItem]:
    """Return what became of all taps, in the order of their keys."""
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(EventDayItem).order_by(EventDayItem.key)))


def as_sent(tap: Tap) -> dict[str, Any]:
    """Return a tap as a computer writes it."""
    return {
        "key": tap.key, "kind": tap.kind, "home": tap.home, "on": tap.on.isoformat() if tap.on else None,
        "member": tap.member_id, "scanned": tap.scanned, "signed": tap.signed, "strokes": tap.strokes,
        "loan_due_on": tap.loan_due_on.isoformat() if tap.loan_due_on else None,
    }  # fmt: skip


def in_batches(taps: list[Tap], chance: random.Random) -> list[list[Tap]]:
    """Return the taps cut anywhere."""
    cuts = sorted(chance.sample(range(1, len(taps)), chance.randrange(len(taps)))) if len(taps) > 1 else []
    return [taps[start:end] for start, end in zip([0, *cuts], [*cuts, len(taps)], strict=True)]

"""Outreach events to look at."""

from datetime import date
from typing import Any

from digital_inclusion.casework.actions.outreach import write_event
from digital_inclusion.casework.rules.outreach import NewEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, use_scope, write_transaction
from tests.factories.world import World


def new_event(**changes: Any) -> NewEvent:
    """Return a table at a fair, with 40 heads counted of whom 6 asked for help, unless ``changes`` say else."""
    values: dict[str, Any] = {
        "name": "Spring fair", "kind": "tabling", "happened_on": date(2026, 3, 14), "place": "Branch library",
        "zip_code": "95113", "district": "3", "languages": ["en", "es"], "reached": 40, "counted_by": "heads",
        "asked_help": 6, "notes": None,
    }  # fmt: skip
    return NewEvent(**values | changes)


def holds(world: World, *, who: str = "navigator_a", **changes: Any) -> str:
    """Write an event down as somebody; return its code."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        code = write_event(new=new_event(**changes), by=by).code
    use_scope(EVERYTHING)
    return code

"""Whom to ask whether they still use what they learned."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ...progress.queries.program import get_program
from ..queries import sustaining
from . import bp


@bp.get("/skills/still-used")
@requires("class:work")
def list_still_used() -> ResponseReturnValue:
    """Show households whose skills are old enough to be asked about."""
    today = clock.today()
    standard = get_program().counting.standard_on(today)
    days = standard.sustained_days if standard is not None else 0
    rows = sustaining.list_to_ask(today, days, after=request.args.get("after", type=int)) if standard else []
    shown = rows[: sustaining.PAGE]
    note_households(len(shown), by=current_actor())
    return render_template(
        "skills/list_still_used.html",
        rows=shown,
        next=shown[-1].household.id if len(rows) > sustaining.PAGE else None,
        total=sustaining.count_to_ask(today, days) if standard else 0,
        days=days,
    )

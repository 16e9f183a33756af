"""Devices on loan, by the day they are due."""

from flask import render_template, request

from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ...progress.rules.deliveries import DEVICE_KINDS
from ..queries import loans
from . import bp


@bp.get("/devices/loans")
@requires("household:read")
def list_loans() -> str:
    """Show what has to come back, the longest overdue first."""
    by, today = current_actor(), clock.today()
    rows = loans.list_loans(after=request.args.get("after", type=int))
    shown = rows[: loans.PAGE]
    note_households(len(shown), by=by)
    total, overdue = loans.count_loans(today)
    return render_template(
        "devices/list_loans.html",
        rows=shown,
        next=shown[-1].fact.number if len(rows) > loans.PAGE else None,
        total=total,
        overdue=overdue,
        today=today,
        kinds=DEVICE_KINDS,
        every_partner=sees_every_partner(by.roles),
    )

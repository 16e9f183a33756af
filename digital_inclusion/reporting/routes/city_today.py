"""The day of people of the city: what waits for them, with how much of each."""

from flask import render_template

from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...progress.queries.program import get_program
from ..queries.city_today import read_city_today
from ..rules.city_today import KINDS, QUIET
from . import bp


@bp.get("/today/city")
@requires("city_day:read")
def city_today() -> str:
    """Show what waits: what is late first, each with its list."""
    page = read_city_today(program=get_program().file, by=current_actor())
    return render_template(
        "reporting/city_today.html", page=page, kinds=KINDS, today=clock.today(), quiet_days=QUIET.days
    )

"""A navigator's day: what waits, the most urgent first."""

from collections import Counter
from itertools import groupby

from flask import render_template, request

from ...agenda.queries import find_done
from ...agenda.rules import KINDS as TASK_KINDS
from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ..queries.today import ALL, MINE, TEAM, list_today
from ..rules.today import HEADINGS, KINDS
from . import bp


@bp.get("/today")
@requires("household:enroll")
def today() -> str:
    """Show what is to be done: in one's own caseload, the team's, or everybody's."""
    by, asked, day = current_actor(), request.args.get("whose", MINE), clock.today()
    whose = asked if asked in (MINE, ALL) or (asked == TEAM and by.team_ids) else MINE
    items = list_today(whose, by=by, today=day)
    note_households(len({item.household_code for item in items if item.household_code}), by=by)
    return render_template(
        "casework/today.html",
        groups=[(urgency, list(some)) for urgency, some in groupby(items, key=lambda item: item.urgency)],
        totals={item.kind: item.of_kind for item in items},
        shown=Counter(item.kind for item in items),
        whose=whose,
        has_team=bool(by.team_ids),
        headings=HEADINGS,
        kinds=KINDS,
        task_kinds=TASK_KINDS,
        today=day,
        done=find_done(request.args.get("done", ""), by_id=by.user_id),
    )

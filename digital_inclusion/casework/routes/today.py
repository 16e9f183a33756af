"""The day of whoever has a caseload: what now, in one list."""

from datetime import timedelta

from flask import current_app, render_template, request

from ...agenda.queries.tasks import list_done
from ...agenda.rules.tasks import KINDS as TASKS
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ...households.rules import LANGUAGES
from ...progress.queries.program import get_program
from ...progress.schemas import LoadedProgram, ProgramFile
from ..queries.today import read_today
from ..rules.today import KINDS, WHENS
from . import bp


@bp.get("/today")
@requires("task:work")
def today() -> str:
    """Show what is to be done, the most urgent first: one's own, the team's, or (who leads) everybody's."""
    by, day = current_actor(), clock.today()
    may_see = _whose(by)
    whose = request.args.get("whose", "")
    whose = whose if whose in may_see else "mine"
    page = read_today(program=_program(), whose=whose, by=by)
    note_households(sum(one.name is not None for some in page.groups.values() for one in some), by=by)
    done = list_done(by_id=by.user_id, since=clock.end_of_day(day - timedelta(days=1)))
    just_done = next((one for one in done if one.task.code == request.args.get("done")), None)
    return render_template(
        "casework/today.html", page=page, whose=whose, may_see=may_see, today=day, kinds=KINDS, whens=WHENS,
        tasks=TASKS, done=done, just_done=just_done, spoken=LANGUAGES,
    )  # fmt: skip


def _program() -> ProgramFile:
    """Return the settings in force, as what stands around the page has asked for them already."""
    found: LoadedProgram | None = current_app.extensions["program_in_force"]()
    return (found or get_program()).file


def _whose(by: Actor) -> list[str]:
    team = ["team"] if by.team_ids else []
    return ["mine", *team, *(["all"] if policy.allows(by, "household:hand_over") else [])]

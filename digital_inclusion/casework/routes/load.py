"""Who has how much to do, and handing several tasks over at once: the load is balanced here."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ...agenda.queries.tasks import list_owned
from ...agenda.rules.tasks import KINDS as TASKS
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ..actions.caseload import hand_over_tasks
from ..queries.people import list_load
from . import bp

NOBODY = "nobody"


@bp.get("/today/load")
@requires("household:hand_over")
def show_load() -> str:
    """Show who has how much to do, and of the person that the address names what."""
    by, today = current_actor(), clock.today()
    load, of = list_load(by.partner_id, today), request.args.get("of", "")
    chosen = next((one for one in load if str(one.user_id or NOBODY) == of), None)
    rows = list_owned(chosen.user_id) if chosen is not None else []
    note_households(len(rows), by=by)
    return render_template(
        "casework/show_load.html", load=load, chosen=chosen, rows=rows, today=today, tasks=TASKS, nobody=NOBODY
    )


@bp.post("/today/load")
@requires("household:hand_over")
def hand_over_some() -> ResponseReturnValue:
    """Give the chosen tasks to a colleague."""
    to = request.form.get("to", 0, type=int)
    try:
        count = hand_over_tasks(request.form.getlist("code"), to_user_id=to, by=current_actor())
    except Invalid as error:
        flash(sentence_of(error), "error")
    else:
        flash(ngettext("%(num)s task is handed over.", "%(num)s tasks are handed over.", count), "success")
    return redirect(url_for("casework.show_load", of=request.form.get("of") or None), code=303)

"""Pages of what is to be done."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ..actions import tasks
from ..queries import tasks as queries
from ..rules.tasks import KINDS
from . import bp


@bp.get("/tasks")
@requires("household:read")
def list_tasks() -> str:
    """Show what is to be done, due first: one's own and nobody's, or everybody's."""
    by, everybody = current_actor(), request.args.get("show") == "all"
    owner = None if everybody or by.partner_id is None else by.user_id
    rows, today = queries.list_tasks(owner_id=owner, after=request.args.get("after")), clock.today()
    shown = rows[: queries.PAGE]
    note_households(len(shown), by=by)
    return render_template(
        "agenda/list_tasks.html", rows=shown, next=shown[-1].task.code if len(rows) > queries.PAGE else None,
        counted=queries.count_tasks(today, owner_id=owner), everybody=everybody, today=today, kinds=KINDS,
        done=queries.find_done(request.args.get("done", ""), by_id=by.user_id),
    )  # fmt: skip


@bp.post("/tasks/<code:task>/finish")
@requires("task:work")
def finish_task(task: str) -> ResponseReturnValue:
    """Take a task off the list; the next view of the list offers to put it back."""
    try:
        done = tasks.finish_task(code=task, by=current_actor()).code
    except Conflict as error:
        done = None
        flash(sentence_of(error), "info")
    return redirect(_list_url(done=done), code=303)


@bp.post("/tasks/<code:task>/reopen")
@requires("task:work")
def reopen_task(task: str) -> ResponseReturnValue:
    """Put a task back on the list."""
    try:
        tasks.reopen_task(code=task, by=current_actor())
    except Conflict as error:
        flash(sentence_of(error), "info")
    else:
        flash(_("It is on the list again."), "success")
    return redirect(_list_url(), code=303)


def _list_url(*, done: str | None = None) -> str:
    """Return the list from which the button was pressed: that of the day, or that of tasks alone."""
    if request.form.get("from") == "today":
        whose = request.form.get("whose")
        return url_for(
            "casework.today", whose=whose if whose in {"team", "all"} else None, done=done,
            _anchor=place if (place := request.form.get("at", "")).isalpha() else None,
        )  # fmt: skip
    return url_for("agenda.list_tasks", show="all" if request.form.get("show") == "all" else None, done=done)

"""Pages of tasks that people make by hand for a household."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...agenda.queries.tasks import get_own_task
from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.kernel.errors import DomainError
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.viewing import note_household
from ...progress.queries.served import get_served
from ..actions import tasks as actions
from ..forms.tasks import NOBODY, TaskForm, typed
from ..queries.people import list_colleagues
from . import bp


@bp.route("/households/<code:code>/tasks/new", methods=["GET", "POST"])
@requires("task:work")
def make_task(code: str) -> ResponseReturnValue:
    """Put a task for the household on the list."""
    by, household = current_actor(), get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=by)
    form = TaskForm(data={"due_on": clock.today(), "owner": str(by.user_id)}).offer(list_colleagues(by.partner_id))
    if form.validate_on_submit():
        try:
            actions.make_task(household_id=household.id, new=form.task(), by=by)
        except DomainError as error:
            form.take(error)
        else:
            flash(_said(form, by), "success")
            return redirect(way_back(url_for("casework.household", code=code)), code=303)
    page = render_template("casework/make_task.html", form=form, name=household.name, code=code, task=None)
    return page, 400 if form.is_submitted() else 200


def _said(form: TaskForm, by: Actor) -> str:
    """Return on whose list the task stands: who gives it to a colleague does not find it on her own."""
    owner = form.owner.data
    if owner in (NOBODY, str(by.user_id)):
        return str(_("The task is on the list."))
    return str(_("The task is on the list of %(name)s.", name=dict(form.owner.choices)[owner]))


@bp.route("/tasks/<code:task>/change", methods=["GET", "POST"])
@requires("task:work")
def change_task(task: str) -> ResponseReturnValue:
    """Write a task anew, or hand it over."""
    by, (one, home) = current_actor(), get_own_task(task)
    note_household(home.id, partner_id=home.partner_id, by=by)
    form = TaskForm(data=typed(one)).offer(list_colleagues(by.partner_id))
    if form.validate_on_submit():
        try:
            actions.change_task(code=task, new=form.task(), by=by)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The task is changed."), "success")
            return redirect(way_back(url_for("casework.today")), code=303)
    page = render_template("casework/make_task.html", form=form, name=home.head_name, code=home.code, task=one)
    return page, 400 if form.is_submitted() else 200


@bp.post("/tasks/<code:task>/cancel")
@requires("task:work")
def cancel_task(task: str) -> ResponseReturnValue:
    """Take a task off the list without doing it."""
    done = actions.cancel_task(code=task, by=current_actor())
    return redirect(url_for("casework.today", done=done.code), code=303)

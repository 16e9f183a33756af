"""Classes: the list, one class, a new one, changes, sessions."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...agenda.forms.slots import told_time
from ...foundation.access import policy
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ...households.rules import LANGUAGES
from ..actions import classes as actions
from ..forms.classes import ClassForm, NewClassForm, SessionForm, SureForm
from ..models import TrainingClass
from ..queries import attendance, classes, places, requests
from ..rules.classes import in_turn
from . import bp

URL = "/skills/classes"
ONE = f"{URL}/<code:course>"


@bp.get(URL)
@requires("class:read")
def list_classes() -> str:
    """Show the classes that come, or those that are over."""
    past = request.args.get("show") == "past"
    rows = classes.list_classes(now=clock.now(), past=past, after=request.args.get("after"))
    return render_template(
        "skills/list_classes.html",
        rows=rows[: classes.PAGE],
        next=rows[classes.PAGE - 1].course.code if len(rows) > classes.PAGE else None,
        past=past,
        spoken=LANGUAGES,
    )


@bp.route(f"{URL}/new", methods=["GET", "POST"])
@requires("class:work")
def new_class() -> ResponseReturnValue:
    """Plan a class with its first sessions."""
    form = NewClassForm()
    form.offer()
    if form.validate_on_submit():
        try:
            made = actions.create_class(new=form.written(), sessions=form.sessions(), by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(_("The class is planned. Enroll people now."), "success")
            return _shown(made)
    return render_template("skills/new_class.html", form=form), 400 if form.is_submitted() else 200


def _shown(course: TrainingClass) -> ResponseReturnValue:
    return redirect(url_for("skills.show_class", course=course.code), code=303)


@bp.get(ONE)
@requires("class:read")
def show_class(course: str) -> str:
    """Show who is in a class, who waits, and its sessions."""
    found, by = classes.get_class(course), current_actor()
    seated, waiting = places.list_places(found.id)
    sessions = classes.list_sessions(found.id)
    asked = requests.list_requests(found.id) if policy.allows(by, "class:work", found) else []
    note_households(len({one.household_id for one in [*seated, *waiting]}) + len(asked), by=by)
    return render_template(
        "skills/show_class.html",
        course=found,
        seated=seated,
        waiting=waiting,
        turns=in_turn(sessions, clock.now()),
        asked=asked,
        certified=attendance.list_certified(found.id),
        came=attendance.count_came([one.id for one in sessions]),
        now=clock.now(),
        as_utc=clock.as_utc,
        told_time=told_time,
        spoken=LANGUAGES,
    )


@bp.route(f"{ONE}/change", methods=["GET", "POST"])
@requires("class:work")
def change_class(course: str) -> ResponseReturnValue:
    """Change what is written about a class."""
    found = classes.get_class(course)
    form = ClassForm(obj=found).offer()
    if form.validate_on_submit():
        try:
            moved = actions.change_class(course=found, new=form.written(), by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(_("Your changes are saved.") + _moved_up(moved), "success")
            return _shown(found)
    return render_template("skills/change_class.html", form=form, course=found), 400 if form.is_submitted() else 200


def _moved_up(moved: int) -> str:
    """Return the sentence that tells who of the waiting list got a seat; nothing where nobody did."""
    told = ngettext("%(num)s person who waited has a seat now.", "%(num)s people who waited have a seat now.", moved)
    return f" {told}" if moved else ""


@bp.route(f"{ONE}/sessions/new", methods=["GET", "POST"])
@requires("class:work")
def add_sessions(course: str) -> ResponseReturnValue:
    """Add a session to a class, once or in some weeks in a row."""
    found, form = classes.get_class(course), SessionForm()
    if form.validate_on_submit():
        try:
            made = actions.add_sessions(course=found, new=form.sessions(), by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(ngettext("%(num)s session is planned.", "%(num)s sessions are planned.", len(made)), "success")
            return _shown(found)
    return render_template("skills/add_sessions.html", form=form, course=found), 400 if form.is_submitted() else 200


@bp.route("/skills/sessions/<code:lesson>/cancel", methods=["GET", "POST"])
@requires("class:work")
def cancel_session(lesson: str) -> ResponseReturnValue:
    """Say that a session does not take place."""
    one, form = classes.get_session(lesson), SureForm()
    if form.validate_on_submit():
        actions.cancel_session(one=one, by=current_actor())
        flash(_("The session is canceled. Tell the people who are in the class."), "success")
        return _shown(one.course)
    seated, _waiting = places.list_places(one.class_id)
    return render_template("skills/cancel_session.html", lesson=one, seated=len(seated), when=told_time(one), form=form)

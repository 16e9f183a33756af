"""Places in classes: a household's member joins one, and gives the place up."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.ids import read_code
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_household
from ...progress.queries.served import Served, get_served
from ..actions import places as actions
from ..actions.asking import finish_request
from ..forms.classes import PlaceForm, SureForm
from ..queries.classes import ClassRow, get_class, list_joinable
from ..queries.places import Joined, get_place, list_of_household
from ..queries.requests import get_request
from . import bp


@bp.route("/households/<code:code>/classes", methods=["GET", "POST"])
@requires("class:work")
def join_class(code: str) -> ResponseReturnValue:
    """Give a member of a household a seat in a class."""
    household, by = get_served(code), current_actor()
    note_household(household.id, partner_id=household.partner_id, by=by)
    rows = list_joinable(partner_id=household.partner_id, now=clock.now())
    form = _offered(household, rows)
    if form.validate_on_submit():
        course = get_class(form.course.data)
        try:
            joined = actions.join_class(course=course, household=household, member_id=form.member_id.data, by=by)
            if form.asked.data and (code_asked := read_code(form.asked.data)):
                finish_request(request=get_request(code_asked), place=joined.place, by=by)
        except Invalid as error:
            form.take(error)
        else:
            flash(*_said(joined, dict(household.members)[form.member_id.data]))
            return redirect(url_for("skills.show_class", course=course.code), code=303)
    page = render_template(
        "skills/join_class.html", form=form, household=household, rows=rows, had=list_of_household(household.id)
    )
    return page, 400 if form.is_submitted() else 200


def _offered(household: Served, rows: list[ClassRow]) -> PlaceForm:
    """Return the form with who and what may be chosen; what there is only one of is chosen."""
    form = PlaceForm()
    form.member_id.choices = list(household.members)
    form.course.choices = [(row.course.code, _told(row)) for row in rows]
    if not form.is_submitted():
        asked = read_code(request.args.get("class", ""))
        form.asked.data = read_code(request.args.get("asked", ""))
        form.course.data = asked if asked in dict(form.course.choices) else None
        form.member_id.data = household.members[0][0] if len(household.members) == 1 else None
    return form


def _told(row: ClassRow) -> str:
    """Return a class to choose: its name, when it meets next, and what somebody who joins gets."""
    when = (
        format_datetime(clock.local(row.at).replace(tzinfo=None), "EEE MMM d, h:mm a", rebase=False) if row.at else ""
    )
    room = ngettext("%(num)s seat free", "%(num)s seats free", row.free)
    if not row.free:
        room = _("full: place %(place)s on the waiting list", place=row.waiting + 1)
    return " · ".join(part for part in (row.course.title, when, room) if part)


def _said(joined: Joined, name: str) -> tuple[str, str]:
    if joined.waits_as is None:
        return _("%(name)s has a seat.", name=name), "success"
    return _(
        "The class is full. %(name)s is number %(place)s on the waiting list.", name=name, place=joined.waits_as
    ), "warning"


@bp.route("/skills/places/<int:place_id>/give-up", methods=["GET", "POST"])
@requires("class:work")
def give_up_place(place_id: int) -> ResponseReturnValue:
    """Take a seat or a place on the waiting list back."""
    place, form = get_place(place_id), SureForm()
    if form.validate_on_submit():
        moved = actions.give_up_place(place=place, by=current_actor())
        flash(
            _("The place is given up.") if not moved else _("The seat is given up. The first who waited has it now."),
            "success",
        )
        return redirect(url_for("skills.show_class", course=place.course.code), code=303)
    note_household(place.household_id, partner_id=place.partner_id, by=current_actor())
    return render_template("skills/give_up_place.html", place=place, form=form)

"""Who came to a session: the list, and the door where a code is typed or scanned."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...agenda.forms.slots import told_time
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import read_code
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_household, note_households
from ...progress.queries.served import Served, find_served, get_served
from ..actions import attendance as actions
from ..actions.attendance import Noted
from ..forms.attendance import DoorForm, Sheet, SheetForm, WhoForm, read_sheet
from ..models import ClassSession
from ..queries.attendance import list_people
from ..queries.classes import get_session
from ..rules.attendance import session_minutes
from . import bp

URL = "/skills/sessions/<code:lesson>"


@bp.route(f"{URL}/attendance", methods=["GET", "POST"])
@requires("class:work")
def take_attendance(lesson: str) -> ResponseReturnValue:
    """Note who came to a session, all at once."""
    one, form = get_session(lesson), SheetForm()
    if not form.is_submitted() or not form.validate():
        return _sheet(one, form)
    sheet = read_sheet(request.form, whole=session_minutes(one.starts_at, one.ends_at))
    if sheet.errors:
        return _sheet(one, form, sheet)
    try:
        noted = actions.note_attendance(one=one, marks=sheet.marks, seen=form.revision(), by=current_actor())
    except Invalid as error:
        sheet.take(error)
        form.take(error)
        return _sheet(one, form, sheet)
    flash(*_said(noted))
    return redirect(url_for("skills.show_class", course=one.course.code), code=303)


def _sheet(
    one: ClassSession, form: SheetForm, sheet: Sheet | None = None, door: DoorForm | None = None
) -> ResponseReturnValue:
    people = list_people(one)
    note_households(len({person.household_id for person in people}), by=current_actor())
    if sheet is None:
        form.seen.data = str(one.revision)
    page = render_template(
        "skills/take_attendance.html",
        lesson=one,
        people=people,
        form=form,
        sheet=sheet,
        door=door or DoorForm(formdata=None),
        when=told_time(one),
        whole=session_minutes(one.starts_at, one.ends_at),
        by_code=door is not None or not people or request.args.get("by") == "code",
        begun=clock.as_utc(one.starts_at) <= clock.now(),
    )
    return page, 400 if sheet is not None or door is not None else 200


def _said(noted: Noted) -> tuple[str, str]:
    """Return what saving a list has done."""
    told = ngettext("%(num)s person came.", "%(num)s people came.", noted.present)
    if not noted.uncounted:
        return f"{told} " + _("Their hours count when a verifier has confirmed the list."), "success"
    without = ngettext(
        "%(num)s of them has not agreed to be counted: the hours are on this list alone.",
        "%(num)s of them have not agreed to be counted: their hours are on this list alone.",
        noted.uncounted,
    )
    return f"{told} {without}", "warning"


@bp.post(f"{URL}/check-in")
@requires("class:work")
def find_at_door(lesson: str) -> ResponseReturnValue:
    """Take a household's code, typed or scanned: mark who came, or ask which of them."""
    one, form = get_session(lesson), DoorForm()
    household = _find(form)
    if household is None:
        return _sheet(one, SheetForm(formdata=None, data={"seen": str(one.revision)}), door=form)
    seated = [person for person in list_people(one) if person.household_id == household.id and person.enrolled]
    if len(seated) != 1:
        return redirect(url_for("skills.check_in", lesson=lesson, code=household.code), code=303)
    return _mark(one, household, seated[0].member_id)


def _find(form: DoorForm) -> Served | None:
    """Return the household whose code was typed; None, with what is wrong said, where there is none."""
    if not form.validate():
        return None
    code = read_code(form.scanned.data)
    found = find_served(code) if code is not None else None
    if code is None:
        form.scanned.errors = [_("This is no code of a household: it has eight letters and digits, such as 7KQM-2R9X.")]
    elif found is None:
        form.scanned.errors = [_("We have no household with this code. Check it, or find the household by name.")]
    return found


@bp.route(f"{URL}/check-in/<code:code>", methods=["GET", "POST"])
@requires("class:work")
def check_in(lesson: str, code: str) -> ResponseReturnValue:
    """Say which member of a household came; who is not in the class is a walk-in."""
    one, household = get_session(lesson), get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    seated = {person.member_id: person.enrolled for person in list_people(one)}
    form = WhoForm().offer(household.members, seated)
    if form.validate_on_submit():
        return _mark(one, household, form.member_id.data)
    page = render_template("skills/check_in.html", form=form, lesson=one, household=household, when=told_time(one))
    return page, 400 if form.is_submitted() else 200


def _mark(one: ClassSession, household: Served, member_id: int) -> ResponseReturnValue:
    name = dict(household.members)[member_id]
    try:
        noted = actions.mark_present(one=one, household=household, member_id=member_id, by=current_actor())
    except Conflict as error:
        flash(_(error.message), "warning")
    else:
        without = _("%(name)s is here, but the household has not agreed to be counted.", name=name)
        flash(
            without if noted.uncounted else _("%(name)s is here.", name=name),
            "warning" if noted.uncounted else "success",
        )
    return redirect(url_for("skills.take_attendance", lesson=one.code, by="code"), code=303)

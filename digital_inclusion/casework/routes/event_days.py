"""Event days: prepare one, see what came of it, and the two addresses that a computer talks to."""

from datetime import date
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from ...agenda.forms.slots import told_time
from ...devices.queries.allowances import get_loan_due
from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ...progress.queries.program import get_program
from ...progress.rules.deliveries import DEVICE_KINDS
from ...skills.queries.attendance import Listed
from ..actions import event_days as actions
from ..forms.event_days import PrepareForm, read_taps, reason_of
from ..models import EventDay, EventDayHome
from ..queries.event_days import (
    count_open,
    get_event_day,
    homes_kept,
    list_held_back,
    list_items,
    list_lessons,
    people_kept,
)
from ..queries.event_days import list_event_days as list_own
from ..rules import event_days as rules
from . import bp

URL = "/event-days/<code:event_day>"


@bp.get("/event-days")
@requires("event_day:work")
def list_event_days() -> str:
    """Show the event days that one has prepared."""
    rows = list_own(user_id=current_actor().user_id)
    return render_template("casework/list_event_days.html", rows=rows, told_time=told_time)


@bp.route("/event-days/new", methods=["GET", "POST"])
@requires("event_day:work")
def prepare_event_day() -> ResponseReturnValue:
    """Choose the day, the class and the households; what will be kept on the computer is shown next."""
    by = current_actor()
    lessons = list_lessons(partner_id=by.partner_id, today=clock.today())
    held = list_held_back(partner_id=by.partner_id)
    note_households(len(held), by=by)
    form = PrepareForm().offer(
        [(one.code, f"{one.course.title}: {told_time(one)}") for one in lessons],
        [(one.device.code, f"{one.household.head_name or one.household.code}, {one.device.code}") for one in held],
    )
    if form.validate_on_submit() and (day := _prepare(form, by)):
        flash(_told_prepared(day, form.happens_on.data), "success")
        return redirect(url_for("casework.show_event_day", event_day=day.code), code=303)
    page = render_template("casework/prepare_event_day.html", form=form, held=held, kinds=DEVICE_KINDS, rules=rules)
    return page, 400 if form.is_submitted() else 200


def _prepare(form: PrepareForm, by: Actor) -> EventDay | None:
    try:
        return actions.prepare_event_day(
            happens_on=form.happens_on.data, lesson=form.lesson.data or None, tags=set(form.homes.data or []), by=by
        )
    except Invalid as error:
        form.take(error)
        return None


def _told_prepared(day: EventDay, wanted: date | None) -> str:
    since = rules.loadable_from(day.happens_on)
    load = _("Now load it onto the computer that you take along.")
    if since > clock.today():
        load = _("Load it onto the computer that you take along on %(day)s at the earliest.", day=format_date(since))
    if day.happens_on == wanted:
        return f"{_('The event day is prepared.')} {load}"
    on = format_date(day.happens_on)
    return f"{_('The event day is prepared for %(day)s, the day of the class.', day=on)} {load}"


@bp.get(URL)
@requires("event_day:work")
def show_event_day(event_day: str) -> str:
    """Show exactly what goes onto the computer, and what came back from there."""
    day, by = get_event_day(event_day), current_actor()
    homes, people, items = homes_kept(day), people_kept(day), list_items(day.id)
    note_households(len(homes) + len(people) + len(items), by=by)
    return render_template(
        "casework/show_event_day.html", day=day, homes=homes, people=people, items=items, names=_names(people),
        open=count_open(day.id), is_own=day.prepared_by == by.user_id, rules=rules, reason_of=reason_of,
        kinds=DEVICE_KINDS, told_time=told_time,
    )  # fmt: skip


def _names(people: list[Listed]) -> dict[int, str]:
    return {one.member_id: rules.short_name(one.name, one.household_code) for one in people}


@bp.get(f"{URL}/list")
@requires("event_day:work")
def print_event_day(event_day: str) -> str:
    """Show the list on paper: for where no computer comes along, or none works."""
    day = get_event_day(event_day)
    homes, people = homes_kept(day), people_kept(day)
    note_households(len(homes) + len(people), by=current_actor())
    return render_template(
        "casework/print_event_day.html", day=day, homes=homes, people=people, names=_names(people), rules=rules,
        kinds=DEVICE_KINDS, told_time=told_time,
    )  # fmt: skip


@bp.post(f"{URL}/load")
@requires("event_day:work")
def load_event_day(event_day: str) -> Response:
    """Give the list to the page that encrypts and keeps it (JSON); nobody but who prepared it gets it."""
    by = current_actor()
    day = actions.load_event_day(code=event_day, by=by)
    homes, people = homes_kept(day), people_kept(day)
    note_households(len(homes) + len(people), by=by)
    return jsonify(_kept(day, homes, people))


def _kept(day: EventDay, homes: list[EventDayHome], people: list[Listed]) -> dict[str, Any]:
    """Return what a computer keeps of an event day; the page that shows it beforehand says the same."""
    names = _names(people)
    return {
        "code": day.code,
        "day": day.happens_on.isoformat(),
        "title": f"{day.lesson.course.title}, {told_time(day.lesson)}" if day.lesson else "",
        "zone": get_program().file.city.time_zone,
        "loan_due": get_loan_due(day.happens_on).isoformat(),
        "homes": [
            {"home": one.household.code, "name": rules.short_name(one.household.head_name, one.household.code),
             "tag": one.device.code, "kind": _(DEVICE_KINDS[one.device.kind])}
            for one in homes
        ],
        "people": [
            {"id": one.member_id, "name": names[one.member_id], "home": one.household_code, "here": one.present}
            for one in people
        ],
    }  # fmt: skip


@bp.post(f"{URL}/items")
@requires("event_day:work")
def take_items(event_day: str) -> Response:
    """Take in what was done without network (JSON); answer with the outcome of each item, in their order."""
    get_event_day(event_day)  # another organization's is not there, whatever is sent
    taken = actions.take_taps(code=event_day, taps=read_taps(request.get_json(silent=True)), by=current_actor())
    return jsonify(items=[{"key": one.key, "result": one.result, "reason": reason_of(one)} for one in taken])


@bp.post(f"{URL}/items/<int:item_id>/settle")
@requires("event_day:work")
def settle_item(event_day: str, item_id: int) -> ResponseReturnValue:
    """Say that a conflict was dealt with by hand."""
    actions.settle_item(code=event_day, item_id=item_id, by=current_actor())
    left = count_open(get_event_day(event_day).id)
    said = ngettext("Settled. %(num)s entry still needs you.", "Settled. %(num)s entries still need you.", left)
    flash(said if left else _("Settled. Nothing of this event day needs you any more."), "success")
    return redirect(url_for("casework.show_event_day", event_day=event_day), code=303)

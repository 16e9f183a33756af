"""Pages of hand-over appointments: book a time for a request, and who comes on a day."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...agenda.forms.slots import told_time
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import appointments
from ..forms.requesting import SlotForm
from ..queries.appointments import find_next_day, list_hand_overs
from ..queries.requests import get_request
from . import bp
from .requests import URL, free_slots, show


@bp.post(f"{URL}/appointment")
@requires("device:request")
def book_appointment(code: str) -> ResponseReturnValue:
    """Book a time at which the household gets its device."""
    by, asked = current_actor(), get_request(code)
    form = SlotForm().offer(free_slots(asked))
    if form.validate_on_submit():
        try:
            made = appointments.book_hand_over(code=code, slot=form.slot.data, by=by)
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            flash(_("Booked: %(when)s.", when=told_time(made.slot)), "success")
            return redirect(url_for("devices.show_request", code=code), code=303)
    return show(get_request(code), by, slot_form=form), 400


@bp.post(f"{URL}/appointment/cancel")
@requires("device:request")
def cancel_appointment(code: str) -> ResponseReturnValue:
    """Give the time back."""
    appointments.cancel_hand_over(code=code, by=current_actor())
    flash(_("The appointment is cancelled. The device stays reserved."), "success")
    return redirect(url_for("devices.show_request", code=code), code=303)


@bp.get("/devices/appointments")
@requires("device:request")
def list_appointments() -> str:
    """Show who comes on a day, by the hour."""
    by, day = current_actor(), _day(request.args.get("day", ""))
    rows = list_hand_overs(day)
    note_households(len(rows), by=by)
    return render_template(
        "devices/list_appointments.html",
        rows=rows,
        day=day,
        today=clock.today(),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        next=find_next_day(day),
        told_time=told_time,
        kinds=DEVICE_KINDS,
    )


def _day(text: str) -> date:
    """Return the day of the address; today for none, and for one that is no day or too far away to be meant."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return clock.today()
    return day if abs((day - clock.today()).days) < 3660 else clock.today()

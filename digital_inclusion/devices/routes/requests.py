"""Pages of requests: ask for a device for a household, see who is next in line, hold a unit back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from ...agenda.forms.slots import told_time
from ...agenda.queries.slots import find_booking, list_free
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_household, note_households
from ...progress.queries.deliveries import list_held
from ...progress.queries.served import get_served
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import requesting, reserving
from ..forms.requesting import AskForm, ReserveForm, SlotForm, WithdrawForm
from ..models import DeviceRequest
from ..queries import proposals, requests
from ..queries.allowances import get_allowed
from ..queries.appointments import HAND_OVER
from ..rules.requests import (
    ENDINGS,
    LINE,
    NEEDS,
    REQUEST_STATES,
    WITHDRAW_REASONS,
    RequestState,
    keyboard_for,
)
from ..rules.specs import KEYBOARDS
from . import bp

URL = "/devices/requests/<code:code>"
_WORDS = {
    "kinds": DEVICE_KINDS, "needs": NEEDS, "keyboards": KEYBOARDS, "states": REQUEST_STATES, "endings": ENDINGS,
    "why_withdrawn": WITHDRAW_REASONS, "line": LINE,
}  # fmt: skip


@bp.route("/households/<code:code>/device-requests/new", methods=["GET", "POST"])
@requires("device:request")
def ask_for_device(code: str) -> ResponseReturnValue:
    """Ask for a device for a household."""
    household, by = get_served(code), current_actor()
    note_household(household.id, partner_id=household.partner_id, by=by)
    form = AskForm(data={"kind": "laptop", "keyboard": keyboard_for(household.language)}).offer()
    if form.validate_on_submit():
        try:
            made = requesting.ask_for_device(household=household, wanted=form.wanted(), by=by)
        except Invalid as error:
            form.take(error)
        else:
            flash(_("They are in line. Below is what fits now."), "success")
            return redirect(url_for("devices.show_request", code=made.code), code=303)
    page = render_template(
        "devices/ask_for_device.html", form=form, household=household, allowed=get_allowed(),
        held=list_held(household.id), asked=requests.list_asked(household.id), kinds=DEVICE_KINDS,
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


@bp.get("/devices/requests")
@requires("device:read")
def list_requests() -> str:
    """Show who waits for a device, the first in line first."""
    by = current_actor()
    kind = request.args.get("kind", "")
    wanted = kind if kind in DEVICE_KINDS else None
    rows = requests.list_line(kind=wanted, after=request.args.get("after", 0, type=int))
    shown = rows[: requests.PAGE]
    if policy.allows(by, "household:read"):
        note_households(len(shown), by=by)
    return render_template(
        "devices/list_requests.html",
        rows=shown,
        next=shown[-1].number if len(rows) > requests.PAGE else None,
        waiting=requests.count_waiting(),
        kind=wanted,
        every_partner=sees_every_partner(by.roles),
        **_WORDS,
    )


@bp.get(URL)
@requires("device:read")
def show_request(code: str) -> str:
    """Show a request: how far it is, its place in line, and the units that suit it."""
    return show(requests.get_request(code), current_actor())


def show(asked: DeviceRequest, by: Actor, *, form: ReserveForm | None = None, slot_form: SlotForm | None = None) -> str:
    """Return the page of a request; a form that was refused keeps what was typed."""
    if policy.allows(by, "household:read"):
        note_household(asked.household_id, partner_id=asked.partner_id, by=by)
    waits = asked.state == RequestState.WAITING
    live = requests.find_live(request_id=asked.id) if asked.state == RequestState.RESERVED else None
    slots = free_slots(asked) if live is not None else []
    return render_template(
        "devices/show_request.html",
        request_=asked,
        form=form or ReserveForm(formdata=None),
        live=live,
        booking=find_booking(asked.code) if live is not None else None,
        slots=slots,
        slot_form=slot_form or SlotForm(formdata=None).offer(slots),
        told_time=told_time,
        place=requests.place_of(asked) if waits else None,
        proposals=proposals.list_proposals(asked) if waits else [],
        reservations=requests.list_reservations(asked.id),
        is_own=asked.partner_id == by.partner_id,
        **_WORDS,
    )


def free_slots(asked: DeviceRequest) -> list[tuple[str, str]]:
    """Return the times at which the household can get its device, as codes and what people read."""
    found = list_free(partner_id=asked.partner_id, purpose=HAND_OVER, now=clock.now())
    return [(slot.code, f"{told_time(slot)}, {slot.place}") for slot in found]


@bp.post(f"{URL}/reserve")
@requires("device:request")
def reserve_device(code: str) -> ResponseReturnValue:
    """Hold a unit back for the request."""
    form, by = ReserveForm(), current_actor()
    if form.validate_on_submit():
        try:
            made = reserving.reserve_device(code=code, scanned=form.scanned.data, reason=form.reason.data, by=by)
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            flash(_("Reserved until %(day)s.", day=format_date(made.until_on)), "success")
            return redirect(url_for("devices.show_request", code=code), code=303)
    return show(requests.get_request(code), by, form=form), 400


@bp.post(f"{URL}/release")
@requires("device:request")
def release_device(code: str) -> ResponseReturnValue:
    """Set the unit free again that is held back for the request."""
    reserving.release_device(code=code, by=current_actor())
    flash(_("The device is in stock again. The household keeps its day in line."), "success")
    return redirect(url_for("devices.show_request", code=code), code=303)


@bp.route(f"{URL}/withdraw", methods=["GET", "POST"])
@requires("device:request")
def withdraw_request(code: str) -> ResponseReturnValue:
    """Take a request back."""
    by, asked, form = current_actor(), requests.get_request(code), WithdrawForm().offer()
    if form.validate_on_submit():
        try:
            requesting.withdraw_request(code=code, reason=form.reason.data, by=by)
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            flash(_("The request is withdrawn."), "success")
            return redirect(url_for("devices.show_request", code=code), code=303)
    page = render_template("devices/withdraw_request.html", form=form, request_=asked, kinds=DEVICE_KINDS)
    return page, 400 if form.is_submitted() else 200

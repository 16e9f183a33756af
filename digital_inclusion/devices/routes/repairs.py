"""Pages of requests for repair: the list, one with what to do next, closing it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.kernel.errors import DomainError
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_household, note_households
from ...households.rules import LANGUAGES
from ...progress.queries.program import get_program
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import repairs
from ..forms.aftercare import OutcomeForm, WhichDeviceForm
from ..queries import repairs as queries
from ..rules import repairs as rules
from ..rules.states import STATES
from . import bp

_WORDS: dict[str, Any] = {
    "repair_states": rules.REPAIR_STATES,
    "troubles": rules.TROUBLES,
    "outcomes": rules.OUTCOMES,
    "states": STATES,
    "kinds": DEVICE_KINDS,
}


@bp.get("/devices/repairs")
@requires("repair:work")
def list_repairs() -> str:
    """Show what households wait for, the oldest first, or what is closed."""
    shown = request.args.get("show", "open")
    shown = shown if shown in queries.SHOWN else "open"
    rows = queries.list_repairs(shown, after=request.args.get("after", type=int))
    note_households(len(rows), by=current_actor())
    following = rows[queries.PAGE - 1].request.id if len(rows) > queries.PAGE else None
    return render_template(
        "devices/list_repairs.html", rows=rows[: queries.PAGE], shown=shown, next=following,
        warranty_end=_warranty_end, **_WORDS,
    )  # fmt: skip


def _warranty_end(fact: Any) -> Any:
    """Return the last day of warranty of a hand-over, None where nobody knows the hand-over."""
    return rules.warranty_ends(fact.occurred_on, get_program().file.devices.warranty_days) if fact else None


@bp.get("/devices/repairs/<code:code>")
@requires("repair:work")
def show_repair(code: str) -> str:
    """Show what is wrong, whether it is in warranty, and what can be done next."""
    found = queries.get_repair(code)
    return _repair_page(found, _which(found))


def _which(found: queries.Repair) -> WhichDeviceForm:
    here = [
        (one.code, " ".join(part for part in (one.code, one.maker, one.model) if part))
        for one, _fact in queries.list_at_home(found.household.id)
    ]
    return WhichDeviceForm().offer(here)


def _repair_page(found: queries.Repair, which: WhichDeviceForm) -> str:
    note_household(found.household.id, partner_id=found.household.partner_id, by=current_actor())
    return render_template(
        "devices/show_repair.html",
        found=found,
        which=which,
        moves=rules.repair_moves(found.request.state),
        warranty_end=_warranty_end(found.fact),
        here=queries.list_at_home(found.household.id),
        languages_spoken=LANGUAGES,
        **_WORDS,
    )


@bp.post("/devices/repairs/<code:code>/accept")
@requires("repair:work")
def accept_repair(code: str) -> ResponseReturnValue:
    """Say that somebody looks after it."""
    repairs.accept_repair(code=code, by=current_actor())
    flash(_("Accepted. Call them next."), "success")
    return redirect(url_for("devices.show_repair", code=code), code=303)


@bp.post("/devices/repairs/<code:code>/device")
@requires("repair:work")
def choose_device(code: str) -> ResponseReturnValue:
    """Say which device it is about."""
    found = queries.get_repair(code)
    which = _which(found)
    if which.validate():
        try:
            repairs.choose_device(code=code, tag=which.tag.data, by=current_actor())
        except DomainError as error:
            which.take(error)
        else:
            flash(_("Noted."), "success")
            return redirect(url_for("devices.show_repair", code=code), code=303)
    return _repair_page(found, which), 400


@bp.route("/devices/repairs/<code:code>/close", methods=["GET", "POST"])
@requires("repair:work")
def close_repair(code: str) -> ResponseReturnValue:
    """Close the request with what became of it."""
    found = queries.get_repair(code)
    moves = rules.repair_moves(found.request.state)
    form = OutcomeForm().offer(rules.OUTCOMES if rules.RepairState.DECLINED in moves else rules.DONE_OUTCOMES)
    if form.validate_on_submit():
        try:
            repairs.close_repair(code=code, outcome=form.outcome.data, by=current_actor())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The request is closed."), "success")
            return redirect(url_for("devices.list_repairs"), code=303)
    note_household(found.household.id, partner_id=found.household.partner_id, by=current_actor())
    page = render_template("devices/close_repair.html", form=form, found=found, **_WORDS)
    return page, 400 if form.is_submitted() else 200

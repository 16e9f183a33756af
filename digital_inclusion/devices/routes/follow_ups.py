"""Pages of "Still in use?": whom to ask today, and what they said."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import DomainError
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import came_from, way_back
from ...foundation.web.viewing import note_household, note_households
from ...progress.queries.program import get_program
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions.follow_ups import note_follow_up
from ..forms.aftercare import FollowUpForm
from ..queries import follow_ups as queries
from ..rules.follow_ups import ANSWERS, MOST_TRIES, term_of
from . import bp


@bp.get("/devices/follow-ups")
@requires("delivery:record")
def list_follow_ups() -> str:
    """Show whom to ask today whether a device is still used."""
    terms, today = get_program().file.devices.follow_up_days, clock.today()
    rows = queries.list_due(today, terms, after=request.args.get("after", type=int))
    note_households(len(rows), by=current_actor())
    return render_template(
        "devices/list_follow_ups.html",
        rows=rows[: queries.PAGE],
        next=rows[queries.PAGE - 1].fact.number if len(rows) > queries.PAGE else None,
        total=queries.count_due(today, terms),
        told=queries.count_answers(),
        terms=terms,
        answers=ANSWERS,
        most=MOST_TRIES,
        kinds=DEVICE_KINDS,
    )


@bp.route("/households/<code:code>/devices/<int:number>/follow-up", methods=["GET", "POST"])
@requires("delivery:record")
def note_answer(code: str, number: int) -> ResponseReturnValue:
    """Note what they said about one device."""
    fact, household, device = queries.get_asked(number, code=code)
    form = FollowUpForm().offer()
    if form.validate_on_submit():
        try:
            repair = note_follow_up(household_code=code, number=number, answer=form.answer.data, by=current_actor())
        except DomainError as error:
            form.take(error)
        else:
            return _next(form.answer.data, code, number, repair.code if repair is not None else None)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    term = term_of(fact.occurred_on, clock.today(), get_program().file.devices.follow_up_days)
    tries = queries.list_tries(number, term) if term is not None else []
    page = render_template(
        "devices/note_answer.html", form=form, fact=fact, household=household, device=device, term=term, tries=tries,
        answers=ANSWERS, kinds=DEVICE_KINDS,
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


def _next(answer: str, code: str, number: int, repair: str | None) -> ResponseReturnValue:
    """Lead to what follows from the answer."""
    if answer in ("given_back", "lost"):
        flash(_("Noted. Now say here when and how it ended."), "success")
        return redirect(url_for("casework.end_delivery", code=code, number=number, back=came_from()), code=303)
    if repair is not None:
        flash(_("Noted, and a request for repair is open."), "success")
        return redirect(url_for("devices.show_repair", code=repair, back=came_from()), code=303)
    flash(_("Noted."), "success")
    return redirect(way_back(url_for("devices.list_follow_ups")), code=303)

"""Pages of applications: prepare one, see where it stands and by when, note the next step, see what is due."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_household, note_households
from ...progress.queries.served import get_served
from ..actions import applying
from ..forms.applying import MoveForm, PrepareForm, RenewForm
from ..models import Application
from ..queries import applications as queries
from ..queries.conflicts import find_conflict, needs_worksheet
from ..queries.programs import list_choices, titles
from ..rules import applications as rules
from ..rules.applications import State
from ..rules.deadlines import RULES
from . import bp

URL = "/applications/<code:code>"
WHOSE = ("all", "mine", "team")
_WORDS = {
    "states": rules.STATES, "verbs": rules.VERBS, "problems": rules.PROBLEMS, "end_reasons": rules.END_REASONS,
    "next_step": rules.next_step, "rules": RULES,
}  # fmt: skip


@bp.route("/households/<code:code>/applications/new", methods=["GET", "POST"])
@requires("application:work")
def prepare_application(code: str) -> ResponseReturnValue:
    """Begin an application of a household to a program."""
    household, by = get_served(code), current_actor()
    note_household(household.id, partner_id=household.partner_id, by=by)
    choices = list_choices(household.id, today=clock.today())
    offer = queries.find_offer(request.args.get("offer"))
    chosen = {"offer": offer.code, "program": offer.program} if offer is not None else {}
    form = PrepareForm(data=chosen).choose_from([(one.program, one.title) for one in choices])
    if form.validate_on_submit() and (made := _prepare(form, code)):
        flash(_("It is prepared. Below is what to do next."), "success")
        return redirect(url_for("connectivity.show_application", code=made.code), code=303)
    page = render_template(
        "connectivity/prepare_application.html", form=form, household=household, choices=choices, offer=offer,
        known=queries.list_applications_of(household.id), titles=titles(), **_WORDS,
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


def _prepare(form: PrepareForm, code: str) -> Application | None:
    try:
        return applying.prepare_application(
            household=get_served(code), program=form.program.data, offer_code=form.offer.data or None,
            note=form.note.data, by=current_actor(),
        )  # fmt: skip
    except Invalid as error:
        form.take(error)
        return None


@bp.get("/applications")
@requires("household:read")
def list_applications() -> str:
    """Show applications, due first."""
    by, state, whose = current_actor(), request.args.get("state", ""), request.args.get("whose", "")
    wanted = queries.Wanted(whose=whose if whose in WHOSE else "all", state=state if state in set(State) else None)
    rows = queries.list_applications(wanted, by=by, after=request.args.get("after"))
    shown = rows[: queries.PAGE]
    note_households(len(shown), by=by)
    return render_template(
        "connectivity/list_applications.html", rows=shown, wanted=wanted, titles=titles(), today=clock.today(),
        next=shown[-1].code if len(rows) > queries.PAGE else None, has_team=bool(by.team_ids),
        total=queries.count_applications(wanted, by=by), **_WORDS,
    )  # fmt: skip


@bp.get(URL)
@requires("household:read")
def show_application(code: str) -> str:
    """Show where an application stands, what to do next and by when, and every move of it."""
    return show(queries.get_application(code))


def show(application: Application, *, tried: dict[str, MoveForm | RenewForm] | None = None) -> str:
    """Return the page of an application; a form that was refused keeps what was typed."""
    note_household(application.household_id, partner_id=application.partner_id, by=current_actor())
    ways = rules.ways_from(application.state, has_line=application.fact_number is not None)
    forms: dict[str, MoveForm | RenewForm] = {to.value: _form(application, to) for to in ways}
    forms |= (
        {"renewal": _renewal()} if application.state == State.ACTIVE and application.program in rules.YEARLY else {}
    )
    kept = tried or {}
    return render_template(
        "connectivity/show_application.html", application=application, titles=titles(), today=clock.today(),
        forms=forms | {name: form for name, form in kept.items() if name in forms}, tried=kept,
        moves=queries.list_moves(application.id), subsidies=queries.list_subsidies_of(application.id),
        conflict=find_conflict(application, clock.today()), **_WORDS,
    )  # fmt: skip


def _form(application: Application, to: State) -> MoveForm:
    """Return the form of a step; its fields' names begin with the step, so that several fit on one page."""
    lines = queries.list_lines(application.household_id, on=clock.today()) if to is State.ACTIVE else []
    told = [
        (str(one.fact_number), _("%(name)s, since %(day)s", name=" ".join(filter(None, (one.provider, one.plan))),
                                 day=format_date(one.starts_on)))
        for one in lines
    ]  # fmt: skip
    worksheet = to is State.SUBMITTED and needs_worksheet(application, clock.today())
    sent = request.method == "POST" and (request.view_args or {}).get("to") == to.value
    form = MoveForm(prefix=to.value, formdata=request.form if sent else None)
    return form.offer(to, told, worksheet=worksheet, sent=sent)


def _renewal() -> RenewForm:
    sent = request.method == "POST" and request.endpoint == "connectivity.note_renewal"
    return RenewForm(prefix="renewal", formdata=request.form if sent else None).offer(sent=sent)


@bp.post(f"{URL}/<any(submitted, approved, problem, active, ending, ended):to>")
@requires("application:work")
def move_application(code: str, to: str) -> ResponseReturnValue:
    """Note the next step of an application."""
    step, form = State(to), _form(queries.get_application(code), State(to))
    if form.validate():
        try:
            applying.move_application(
                code=code, version=form.seen(), move=form.move(step), worksheet=form.worksheet(), by=current_actor()
            )
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            flash(_("It is noted."), "success")
            return redirect(url_for("connectivity.show_application", code=code), code=303)
    return show(queries.get_application(code), tried={to: form}), 400


@bp.post(f"{URL}/renewal")
@requires("application:work")
def note_renewal(code: str) -> ResponseReturnValue:
    """Note that the program asked for the recertification, or has its answer."""
    form = _renewal()
    if form.validate():
        is_done, on, note = form.done.data == "done", form.on.data, form.note.data
        try:
            applying.note_renewal(code=code, version=form.seen(), is_done=is_done, on=on, note=note, by=current_actor())
        except (Conflict, Invalid) as error:
            form.take(error)
        else:
            flash(_("It is noted."), "success")
            return redirect(url_for("connectivity.show_application", code=code), code=303)
    return show(queries.get_application(code), tried={"renewal": form}), 400

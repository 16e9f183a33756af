"""Complaints, appeals and corrections: the list, one of them, looking at it, asking, answering; noting one down."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.access import policy
from ...foundation.access.roles import sees_every_partner
from ...foundation.credentials import pin_of
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound
from ...foundation.kernel.ids import new_token, token_digest
from ...foundation.mail import link_to
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import came_from, way_back
from ...foundation.web.viewing import note_household, note_view
from ...households.rules import LANGUAGES
from ...progress.queries.program import get_program
from ...progress.queries.served import get_served
from ..actions import grieving, judging
from ..forms import grievances as forms
from ..queries import grievance_list as lists
from ..queries import grievances as queries
from ..rules.grievances import CHANGES, KINDS, OUTCOMES, STATES, Step, can_do, figures_of
from . import bp

URL = "/grievances/<code:grievance>"
WORDS = {"kinds": KINDS, "states": STATES, "outcomes": OUTCOMES, "changes": CHANGES, "spoken": LANGUAGES}
YEAR = timedelta(days=365)
FEW = 10  # of what is late, before the list begins
SHOWN_WITHIN = timedelta(minutes=10)
_TOKEN = "noted_token"  # noqa: S105 - the name of what the browser keeps


def _wanted() -> lists.GrievanceFilter:
    """Return what the address asks for; what it asks wrongly is left out."""
    args = request.args
    return lists.GrievanceFilter(
        state=args["state"] if args.get("state") in {"answered", "closed"} else "open",
        kind=args["kind"] if args.get("kind") in KINDS else None,
        late=args.get("late") == "1",
        mine=args.get("whose") == "mine",
    )


@bp.get("/grievances")
@requires("grievance:read")
def list_grievances() -> str:
    """Show grievances, due first, with what is late and how quickly they are answered."""
    by, wanted, today = current_actor(), _wanted(), clock.today()
    rows, late = lists.list_grievances(wanted, by=by, after=request.args.get("after")), lists.GrievanceFilter(late=True)
    answered = lists.list_answered(since=today - YEAR, by=by)
    settings = get_program().file.grievances
    return render_template(
        "casework/list_grievances.html",
        rows=rows[: queries.PAGE],
        next=rows[queries.PAGE - 1].grievance.reference if len(rows) > queries.PAGE else None,
        total=lists.count_grievances(wanted, by=by),
        late=lists.list_grievances(late, by=by)[:FEW],
        late_count=lists.count_grievances(late, by=by),
        sides=queries.list_open_sides(by.partner_id) if policy.allows(by, "grievance:work") else [],
        figures=figures_of(answered, answer_days=settings.answer_days, today=today),
        settings=settings,
        wanted=wanted,
        form=forms.ListForm(request.args).offer(),
        every_partner=sees_every_partner(by.roles),
        words=WORDS,
    )


def _page(reference: str) -> queries.GrievancePage:
    """Return the grievance with everything that may be seen of it; that its words were read is recorded."""
    by = current_actor()
    found = queries.get_grievance(reference, by=by)
    page = queries.read_page(found, by=by)
    if page.words is not None:
        note_view("grievance.viewed", by=by, subject_type=queries.SUBJECT, subject_id=found.id)
    return page


@bp.get(URL)
@requires("grievance:read")
def show_grievance(grievance: str) -> str:
    """Show where it stands; what was written to those who answer it alone."""
    page, by = _page(grievance), current_actor()
    state = page.grievance.state
    return render_template(
        "casework/show_grievance.html",
        page=page,
        steps={step.value for step in Step if can_do(step, state)},
        is_mine=page.grievance.owner_id is not None and page.grievance.owner_id == by.user_id,
        due=lists.due_on(page.grievance),
        today=clock.today(),
        words=WORDS,
    )


def _back(reference: str) -> ResponseReturnValue:
    """Go back to the grievance, or to the list where another organization has it now."""
    try:
        queries.get_grievance(reference, by=current_actor())
    except NotFound:
        return redirect(way_back(url_for("casework.list_grievances")), code=303)
    return redirect(url_for("casework.show_grievance", grievance=reference, back=came_from()), code=303)


@bp.post(f"{URL}/take")
@requires("grievance:work")
def take_grievance(grievance: str) -> ResponseReturnValue:
    """Begin to look at it."""
    judging.take_grievance(reference=grievance, by=current_actor())
    flash(_("You look at it now. They see that somebody does."), "success")
    return _back(grievance)


@bp.post(f"{URL}/release")
@requires("grievance:work")
def release_grievance(grievance: str) -> ResponseReturnValue:
    """Give it back."""
    judging.release_grievance(reference=grievance, by=current_actor())
    flash(_("It waits for somebody else now. It is still due on the same day."), "success")
    return _back(grievance)


def _send(form: Any, page: queries.GrievancePage, template: str, said: str, **arguments: Any) -> ResponseReturnValue:
    """Do what the form asks; show it again with what was wrong."""
    action = arguments.pop("action")
    reference = page.grievance.reference
    if form.validate_on_submit():
        try:
            action(reference=reference, by=current_actor(), **{name: read() for name, read in arguments.items()})
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            flash(said, "success")
            return _back(reference)
    return render_template(template, form=form, page=page, words=WORDS), 400 if form.is_submitted() else 200


@bp.route(f"{URL}/ask", methods=["GET", "POST"])
@requires("grievance:work")
def ask_side(grievance: str) -> ResponseReturnValue:
    """Ask the organization for its side."""
    page, form = _page(grievance), forms.AskForm()
    return _send(
        form, page, "casework/ask_side.html", _("They were asked. Their answer will stand on this page."),
        action=judging.ask_side, question=lambda: form.question.data,
    )  # fmt: skip


@bp.route(f"{URL}/answer", methods=["GET", "POST"])
@requires("grievance:work")
def answer_grievance(grievance: str) -> ResponseReturnValue:
    """Answer it."""
    page = _page(grievance)
    form = forms.AnswerForm().offer(page.changes)
    return _send(
        form, page, "casework/answer_grievance.html", _("The answer is saved. They read it with code and PIN."),
        action=judging.answer_grievance, answer=form.new,
    )  # fmt: skip


@bp.route(f"{URL}/place", methods=["GET", "POST"])
@requires("grievance:work")
def place_grievance(grievance: str) -> ResponseReturnValue:
    """Say which organization and household it is about; a partner gives a correction back to the city."""
    page = _page(grievance)
    every = sees_every_partner(current_actor().roles)
    form = forms.PlaceForm(data={"about": str(page.grievance.about_id or "") if every else ""})
    form.offer(queries.organizations() if every else [])
    return _send(
        form, page, "casework/place_grievance.html", _("Noted. It is with whoever answers it now."),
        action=judging.place_grievance, about=lambda: forms.organization_of(form.about), code=lambda: form.code.data,
    )  # fmt: skip


@bp.route("/grievances/sides/<code:side>", methods=["GET", "POST"])
@requires("grievance:work")
def say_side(side: str) -> ResponseReturnValue:
    """Say one's organization's side; it reads the question and nothing else."""
    by, asked, form = current_actor(), queries.get_side(side), forms.SideForm()
    if asked.partner_id != by.partner_id:
        raise NotFound
    if form.validate_on_submit():
        try:
            judging.say_side(code=side, answer=form.answer.data, by=by)
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            flash(_("Your side is sent. Thank you."), "success")
            return redirect(url_for("casework.say_side", side=side, back=came_from()), code=303)
    page = render_template("casework/say_side.html", form=form, asked=asked, is_wanted=queries.is_still_asked(asked))
    return page, 400 if form.is_submitted() else 200


@bp.route("/households/<code:code>/complaints/new", methods=["GET", "POST"])
@requires("grievance:note")
def note_grievance(code: str) -> ResponseReturnValue:
    """Write down what somebody of the household says."""
    by, household = current_actor(), get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=by)
    begun = {"about": str(household.partner_id), "language": household.language or "en"}
    form = forms.NoteForm(data=begun).offer(queries.organizations())
    if not form.is_submitted():
        browser[_TOKEN] = new_token()
    if form.validate_on_submit() and _note(form, household):
        return redirect(url_for("casework.grievance_noted", code=code), code=303)
    page = render_template("casework/note_grievance.html", form=form, household=household)
    return page, 400 if form.is_submitted() else 200


def _note(form: forms.NoteForm, household: Any) -> bool:
    token = browser.setdefault(_TOKEN, new_token())
    try:
        grieving.note_grievance(
            household_id=household.id, new=form.new(household.code), way=form.way.data, token=token, by=current_actor()
        )
    except (Invalid, Conflict) as error:
        form.general_error = sentence_of(error)
        form.take(error)
        return False
    return True


@bp.get("/households/<code:code>/complaints/noted")
@requires("grievance:note")
def grievance_noted(code: str) -> str:
    """Show code and PIN to hand over, once."""
    household, token = get_served(code), browser.pop(_TOKEN, None)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    sent = queries.find_sent(token_digest(token), since=clock.now() - SHOWN_WITHIN) if token else None
    return render_template(
        "casework/grievance_noted.html",
        household=household,
        sent=sent,
        pin=pin_of(token, sent.reference) if sent is not None and token else None,
        address=link_to("residents.follow_complaint"),
    )

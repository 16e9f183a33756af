"""The inbox of requests for help: the list, one request, the answers, and what an organization takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import N_
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import came_from, way_back
from ...foundation.web.viewing import note_view
from ...households.rules import LANGUAGES
from ...partners.queries import get_partner
from ...progress.queries.program import get_program
from ..actions import answering
from ..actions.referring import contact_of
from ..forms.requests import AnswerForm, IntakeForm, values_of
from ..queries import requests as asking
from ..rules.requests import DECLINE_REASONS, OUTCOMES, WAITS_FOR, Step, possible_steps
from . import bp

URL = "/requests/<code:reference>"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that needs a word: its page, the words to choose from, what is said afterwards."""

    step: Step
    title: str
    lead: str
    question: str
    verb: str
    said: str
    words: Mapping[str, str] | None  # None: organizations
    do: Callable[..., None]
    argument: str


ANSWERS = {
    "decline": Answer(
        Step.DECLINE,
        N_("Decline this request"),
        N_("It goes to the next organization that fits, or to the city. The resident sees the reason."),
        N_("Why can you not take it?"),
        N_("Decline request"),
        N_("The request is declined. It has moved on."),
        DECLINE_REASONS,
        answering.decline_request,
        "reason",
    ),
    "pass-on": Answer(
        Step.PASS_ON,
        N_("Pass this request on"),
        N_("The other organization gets name and contact. Here they are erased."),
        N_("Who gets it?"),
        N_("Pass request on"),
        N_("The request is passed on."),
        None,
        answering.pass_on_request,
        "to",
    ),
    "wait": Answer(
        Step.ASK,
        N_("Wait for the resident"),
        N_("They read it in their own language when they follow their request."),
        N_("What do you wait for?"),
        N_("Tell the resident"),
        N_("The resident sees what you wait for."),
        WAITS_FOR,
        answering.ask_resident,
        "waits_for",
    ),
    "close": Answer(
        Step.FINISH,
        N_("Close this request"),
        N_("Name and contact are erased here. If you enroll the household instead, the request closes by itself."),
        N_("How did it end?"),
        N_("Close request"),
        N_("The request is closed."),
        OUTCOMES,
        answering.finish_request,
        "outcome",
    ),
}


@bp.get("/requests")
@requires("request:answer")
def list_requests() -> str:
    """Show requests, oldest first, without names."""
    by, program = current_actor(), get_program()
    wanted = asking.InboxFilter(
        whose="all" if request.args.get("whose") == "all" and sees_every_partner(by.roles) else "own",
        closed=request.args.get("state") == "closed",
        after=request.args.get("after", type=int),
    )
    rows = asking.list_requests(wanted, by=by)
    return render_template(
        "casework/list_requests.html",
        rows=rows[: asking.PAGE],
        next=rows[asking.PAGE - 1].request.id if len(rows) > asking.PAGE else None,
        total=asking.count_requests(wanted, by=by),
        wanted=wanted,
        every_partner=sees_every_partner(by.roles),
        own_partner=by.partner_id,
        districts={one.code: one.name for one in program.districts_on(clock.today())},
        spoken=LANGUAGES,
        answer_days=program.file.help.answer_days,
    )


@bp.get(URL)
@requires("request:answer")
def show_request(reference: str) -> str:
    """Show who asks for what, and what happened; that the organization has opened it is told to the resident."""
    by = current_actor()
    found = asking.get_request(reference, by=by)
    note_view("request.viewed", by=by, subject_type=asking.SUBJECT, subject_id=found.id)
    record, ours = asking.read_record(found), found.partner_id == asking.home_of(by)
    return render_template(
        "casework/show_request.html",
        record=record,
        who=contact_of(record.referral) if ours else None,  # the resident agreed to one organization
        ours=ours,
        steps=possible_steps(found.state, ours=ours),
        spoken=LANGUAGES,
        words={**DECLINE_REASONS, **WAITS_FOR, **OUTCOMES},
    )


@bp.post(f"{URL}/accept")
@requires("request:answer")
def accept_request(reference: str) -> ResponseReturnValue:
    """Accept, and go on to the enrollment that is filled in already."""
    draft = answering.accept_request(reference=reference, by=current_actor())
    if draft is None:
        flash(_("The request is accepted."), "success")
        return redirect(url_for("casework.show_request", reference=reference, back=came_from()), code=303)
    flash(_("The request is accepted. What the resident wrote is filled in. It is kept as your draft."), "success")
    return redirect(url_for("casework.enroll", draft=draft), code=303)


@bp.post(f"{URL}/enroll")
@requires("household:enroll")
def enroll_from_request(reference: str) -> ResponseReturnValue:
    """Go to the enrollment of an accepted request."""
    draft = answering.start_enrollment(reference=reference, by=current_actor())
    return redirect(url_for("casework.enroll", draft=draft), code=303)


@bp.post(f"{URL}/go-on")
@requires("request:answer")
def go_on_with_request(reference: str) -> ResponseReturnValue:
    """Note that the resident did what the request waited for."""
    answering.go_on(reference=reference, by=current_actor())
    flash(_("Noted. The resident sees that you go on."), "success")
    return redirect(url_for("casework.show_request", reference=reference, back=came_from()), code=303)


@bp.route(f"{URL}/<any('decline','pass-on','wait','close'):answer>", methods=["GET", "POST"])
@requires("request:answer")
def answer_request(reference: str, answer: str) -> ResponseReturnValue:
    """Decline, pass on, wait or close, each with a word from a list."""
    by, asked = current_actor(), ANSWERS[answer]
    found = asking.get_request(reference, by=by)
    words = asked.words
    if words is None:
        words = {str(one): name for one, name in asking.list_receivers(besides=found.partner_id)}
    form = AnswerForm().offer(_(asked.question), words)
    if form.validate_on_submit():
        word = int(form.word.data) if asked.words is None else form.word.data
        try:
            asked.do(reference=reference, by=by, **{asked.argument: word})
        except Invalid as error:
            form.take(error)
        else:
            flash(_(asked.said), "success")
            return _after(reference, by)
    page = render_template("casework/answer_request.html", form=form, asked=asked, answer=answer, found=found)
    return page, 400 if form.is_submitted() else 200


def _after(reference: str, by: Actor) -> ResponseReturnValue:
    """Go back to the request, or to the list once another organization has it."""
    found = asking.find_request(reference)
    if found is not None and found.partner_id == asking.home_of(by):
        return redirect(url_for("casework.show_request", reference=reference, back=came_from()), code=303)
    return redirect(way_back(url_for("casework.list_requests")), code=303)


@bp.route("/partners/<int:partner_id>/requests", methods=["GET", "POST"])
@requires("intake:manage")
def change_intake(partner_id: int) -> ResponseReturnValue:
    """Say which requests an organization takes."""
    by = current_actor()
    partner = get_partner(partner_id, by=by)
    districts = [(one.code, one.name) for one in get_program().districts_on(clock.today())]
    form = IntakeForm(data=values_of(asking.find_intake(partner_id))).offer(districts)
    if form.validate_on_submit():
        try:
            answering.change_intake(
                partner_id=partner_id,
                takes_requests=form.takes_requests.data,
                languages=form.languages.data or [],
                districts=form.districts.data or [],
                most_open=form.most_open.data,
                phone=form.phone.data,
                by=by,
            )
        except Invalid as error:
            form.take(error)
        else:
            flash(_("Saved. New requests go by this from now on."), "success")
            return redirect(url_for("funding.partner", partner_id=partner_id), code=303)
    page = render_template("casework/change_intake.html", form=form, partner=partner)
    return page, 400 if form.is_submitted() else 200

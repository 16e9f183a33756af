"""Pages of referrals of households: send one, the lists, one as each side sees it, the answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...agenda.queries.messages import find_last_consent
from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.kernel.errors import DomainError
from ...foundation.kernel.messages import N_
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import came_from
from ...foundation.web.viewing import note_household, note_view
from ...households.rules import CONSENT_WAYS, LANGUAGES
from ...progress.queries.served import get_served
from ..actions import handing_on, taking_on
from ..forms.handing_on import ReferralForm
from ..forms.requests import AnswerForm
from ..queries import handing_on as queries
from ..queries.household import get_household
from ..rules.handing_on import CONTACTS, DECLINE_REASONS, NEEDS, OUTCOMES, STATES, TAKEN_BACK_WHY, State
from . import bp

URL = "/referrals/<code:code>"
WORDS = {
    "needs": NEEDS, "contacts": CONTACTS, "states": STATES, "outcomes": OUTCOMES, "ways": CONSENT_WAYS,
    "reasons": DECLINE_REASONS | TAKEN_BACK_WHY, "languages": LANGUAGES,
}  # fmt: skip


@bp.route("/households/<code:code>/referrals/new", methods=["GET", "POST"])
@requires("referral:work")
def refer_household(code: str) -> ResponseReturnValue:
    """Refer the household to another organization, with the least that it needs."""
    by, served, home = current_actor(), get_served(code), get_household(code)
    note_household(home.id, partner_id=home.partner_id, by=by)
    form = _form(home)
    if form.validate_on_submit():
        try:
            sent = handing_on.send_referral(household_id=home.id, new=form.referral(), by=by)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The referral is sent. You see here how it goes."), "success")
            return redirect(url_for("casework.show_referral", code=sent.code, back=came_from()), code=303)
    consent = find_last_consent(home.id)
    page = render_template(
        "casework/refer_household.html", form=form, home=home, name=served.name, consent=consent, words=WORDS,
        others=len(form.to.choices) - 1,
    )  # fmt: skip
    return page, 400 if form.is_submitted() else 200


def _form(home: Any) -> ReferralForm:
    """Return the form; what the household's record says of its needs and its safe contact is chosen already."""
    has = [name for name in ("phone", "email") if getattr(home, name) and home.safe_contact != "none"]
    needs = [need for need in ("device", "connection", "skills") if getattr(home, f"needs_{need}")]
    safe = {"phone": "phone", "text": "phone", "email": "email"}.get(home.safe_contact or "", "none")
    begun = {"needs": needs, "contact": safe if safe in has else None}
    return ReferralForm(data=begun).offer(queries.list_grantees(besides=home.partner_id), has=has)


@bp.get("/referrals")
@requires("referral:read")
def list_referrals() -> str:
    """Show what others referred to us, what we referred, or (the city) all of it: nobody waits unseen."""
    by, asked = current_actor(), request.args.get("show")
    wanted = queries.ReferralFilter(
        show="sent" if asked == "sent" else "received", closed=request.args.get("state") == "closed",
        after=request.args.get("after", type=int),
    )  # fmt: skip
    rows = queries.list_household_referrals(wanted, by=by)
    shown = rows[: queries.PAGE]
    return render_template(
        "casework/list_referrals.html", rows=shown, wanted=wanted, words=WORDS, today=clock.today(),
        next=shown[-1].referral.id if len(rows) > queries.PAGE else None,
        total=queries.count_household_referrals(wanted, by=by), every_partner=sees_every_partner(by.roles),
    )  # fmt: skip


@bp.get(URL)
@requires("referral:read")
def show_referral(code: str) -> str:
    """Show a referral as its side may see it; that the receiver has opened it is told to the sender."""
    by = current_actor()
    page = queries.get_referral_page(code, by=by)
    _note(page, by)
    return render_template(
        "casework/show_referral.html", page=page, one=page.row.referral, words=WORDS, today=clock.today()
    )


def _note(page: queries.ReferralPage, by: Actor) -> None:
    """Note that the receiver opened it, and that somebody saw the own record's name."""
    if page.side == queries.RECEIVER:
        about = {"subject_type": queries.SUBJECT, "subject_id": page.row.referral.id, "partner_id": by.partner_id}
        note_view(queries.VIEWED, by=by, **about)
    if page.home is not None:
        note_household(page.home.id, partner_id=page.home.partner_id, by=by)


@bp.post(f"{URL}/accept")
@requires("referral:work")
def accept_referral(code: str) -> ResponseReturnValue:
    """Accept, and go on to the enrollment that is filled in already."""
    draft = taking_on.accept_referral(code=code, by=current_actor())
    if draft is None:
        flash(_("The referral is accepted."), "success")
        return redirect(url_for("casework.show_referral", code=code, back=came_from()), code=303)
    flash(
        _("The referral is accepted. What the other organization sent is filled in. It is kept as your draft."),
        "success",
    )
    return redirect(url_for("casework.enroll", draft=draft), code=303)


@bp.post(f"{URL}/enroll")
@requires("referral:work")
def enroll_referred(code: str) -> ResponseReturnValue:
    """Go to the enrollment of an accepted referral."""
    draft = taking_on.start_referred_enrollment(code=code, by=current_actor())
    return redirect(url_for("casework.enroll", draft=draft), code=303)


@bp.post(f"{URL}/take-back")
@requires("referral:work")
def take_back_referral(code: str) -> ResponseReturnValue:
    """Take a referral back that nobody has accepted."""
    handing_on.take_back_referral(code=code, by=current_actor())
    flash(_("The referral is taken back. The other organization keeps nothing of it."), "success")
    return redirect(url_for("casework.show_referral", code=code, back=came_from()), code=303)


@dataclass(frozen=True, slots=True)
class ReferralAnswer:
    """An answer that needs a word: when it is possible, its page, the words to choose from, what is said afterwards."""

    state: State
    title: str
    lead: str
    question: str
    verb: str
    said: str
    words: Mapping[str, str]
    do: Callable[..., object]
    argument: str


ANSWERS = {
    "decline": ReferralAnswer(
        State.SENT, N_("Decline this referral"),
        N_("Who sent it reads the reason and gets a task. Name, contact and words are erased here."),
        N_("Why can you not take it?"), N_("Decline referral"),
        N_("The referral is declined. Who sent it has a task now."), DECLINE_REASONS, taking_on.decline_referral,
        "reason",
    ),
    "close": ReferralAnswer(
        State.ACCEPTED, N_("Say how it ended"),
        N_("Who sent it reads this. A household that you enrolled keeps its own record with you."),
        N_("How did it end?"), N_("Close referral"), N_("The referral is closed."), OUTCOMES,
        taking_on.finish_referral, "outcome",
    ),
}  # fmt: skip


@bp.route(f"{URL}/<any('decline','close'):answer>", methods=["GET", "POST"])
@requires("referral:work")
def answer_referral(code: str, answer: str) -> ResponseReturnValue:
    """Decline, or say how it ended, each with a word from a list."""
    by, asked = current_actor(), ANSWERS[answer]
    page = queries.get_referral_page(code, by=by)
    form = AnswerForm().offer(_(asked.question), asked.words)
    if form.validate_on_submit():
        try:
            asked.do(code=code, by=by, **{asked.argument: form.word.data})
        except DomainError as error:
            form.take(error)
        else:
            flash(_(asked.said), "success")
            return redirect(url_for("casework.show_referral", code=code, back=came_from()), code=303)
    shown = render_template("casework/answer_referral.html", form=form, asked=asked, answer=answer, page=page)
    return shown, 400 if form.is_submitted() else 200

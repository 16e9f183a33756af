"""The list, finding, the household page, and handing a caseload over."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ...agenda.queries.messages import find_stop
from ...agenda.rules.appointments import PURPOSES
from ...agenda.rules.appointments import STATES as APPOINTMENTS
from ...agenda.rules.messages import ANSWERS_OF, CHANNELS, STATES
from ...agenda.rules.tasks import KINDS as TASKS
from ...agenda.rules.tasks import OUTCOMES
from ...connectivity.queries.programs import titles
from ...connectivity.rules.applications import STATES as MOVES
from ...connectivity.rules.checks import ANSWERS
from ...devices.rules.repairs import REPAIR_STATES, TROUBLES
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.viewing import note_household, note_households, note_view
from ...households.rules import LANGUAGES
from ..actions.caseload import hand_over_caseload
from ..actions.drafting import keep_search
from ..forms.enrollment import FindForm
from ..queries.drafts import find_search
from ..queries.eligibility import find_told
from ..queries.finding import MOST_CANDIDATES, find_households
from ..queries.household import HouseholdPage, get_page
from ..queries.lists import PAGE, SORTS, ListFilter, rows_of
from ..queries.lists import list_households as read_list
from ..queries.people import list_colleagues
from ..queries.timeline import get_timeline
from ..rules.grievances import CHANGES
from ..rules.handing_on import OUTCOMES as REFERRED
from ..rules.handing_on import STATES as REFERRALS
from ..rules.notes import CALLS, KINDS, TEMPLATES
from ..rules.status import Status
from ..rules.timeline import HELP_ENDINGS, SHOWN
from . import bp

WORDS = {
    "kinds": KINDS, "calls": {code: TEMPLATES[code].label for code in CALLS}, "shown": SHOWN, "moves": MOVES,
    "answers": ANSWERS, "tasks": TASKS, "outcomes": OUTCOMES, "requests": HELP_ENDINGS, "repairs": REPAIR_STATES,
    "troubles": TROUBLES, "changes": CHANGES, "channels": CHANNELS, "states": STATES, "came": ANSWERS_OF,
    "purposes": PURPOSES, "appointments": APPOINTMENTS, "referrals": REFERRALS, "referred": REFERRED,
}  # fmt: skip


@bp.get("/households")
@requires("household:read")
def list_households() -> str:
    """Show households: one's own caseload, the team's, or all; fifty at a time."""
    by = current_actor()
    wanted = _filter(by)
    page = read_list(wanted, by=by)
    note_households(len(page.rows), by=by)
    may_hand_over = policy.allows(by, "household:hand_over") and not sees_every_partner(by.roles)
    return render_template(
        "casework/list_households.html",
        page=page,
        wanted=wanted,
        statuses=list(Status),
        every_partner=sees_every_partner(by.roles),
        has_team=bool(by.team_ids),
        colleagues=list_colleagues(by.partner_id) if may_hand_over else [],
        today=clock.today(),
    )


def _filter(by: Actor) -> ListFilter:
    """Return what the address asks for; what it asks wrongly is left out."""
    args = request.args
    mine = not sees_every_partner(by.roles) and not policy.allows(by, "household:hand_over")
    whose, status, sort = args.get("whose", ""), args.get("status"), args.get("sort", "")
    return ListFilter(
        whose=whose if whose in {"mine", "team", "all"} else ("mine" if mine else "all"),
        navigator=args.get("navigator", type=int) if policy.allows(by, "household:hand_over") else None,
        status=status if status in set(Status) else None,
        reason=args.get("reason") or None,
        sort=sort if sort in SORTS else "-enrolled",
        after=args.get("after", type=int),
        before=args.get("before", type=int),
    )


@bp.route("/households/find", methods=["GET", "POST"])
@requires("household:find")
def find() -> ResponseReturnValue:
    """Ask what to look for. The words travel in the body; the address of what was found holds a key to them."""
    form = FindForm()
    if form.validate_on_submit():
        return redirect(url_for("casework.found", code=keep_search(form.words.data, by=current_actor())), code=303)
    page = render_template("casework/find.html", form=form, found=None)
    return page, 400 if form.is_submitted() else 200


@bp.get("/households/find/<code:code>")
@requires("household:find")
def found(code: str) -> ResponseReturnValue:
    """Show what fits the words kept under the key, as often as the page is opened while they last."""
    by = current_actor()
    words = find_search(code, by=by)
    if words is None:
        return render_template("casework/find.html", form=FindForm(formdata=None), found=None, is_over=True), 404
    fits = find_households(words, by=by)
    ids = [*fits.exact, *fits.similar]
    note_view("household.searched", by=by, found=len(ids))
    return render_template(
        "casework/find.html",
        form=FindForm(formdata=None, data={"words": words}),
        found=fits,
        rows=rows_of(ids[:PAGE]),
        most=PAGE,
        capped=len(ids) >= MOST_CANDIDATES,
        every_partner=sees_every_partner(by.roles),
        today=clock.today(),
    )


@bp.get("/households/<code:code>")
@requires("household:read")
def household(code: str) -> str:
    """Show where the household stands, what comes next, and all that happened."""
    page, today, asked = _seen(code), clock.today(), request.args
    told = find_told(page.household.id, rows=page.facts, today=today)
    timeline = get_timeline(
        page.household.id, page.events, show=asked.get("show"), older=asked.get("older"), by=current_actor()
    )
    return render_template(
        "casework/household.html", page=page, told=told, today=today, languages_spoken=LANGUAGES, timeline=timeline,
        words=WORDS | {"programs": titles()},
        repairs=timeline.repairs, repair_states=REPAIR_STATES, troubles=TROUBLES,
        stopped_at=find_stop(page.household),
    )  # fmt: skip


@bp.get("/households/<code:code>/next")
@requires("household:enroll")
def next_steps(code: str) -> str:
    """Show what next for this family, right after enrolling it."""
    return render_template("casework/next_steps.html", page=_seen(code))


def _seen(code: str) -> HouseholdPage:
    """Return everything about the household and note that it was seen."""
    page = get_page(code, today=clock.today())
    seen = page.household
    note_household(seen.id, partner_id=seen.partner_id, by=current_actor())
    return page


@bp.post("/households/hand-over")
@requires("household:hand_over")
def hand_over() -> ResponseReturnValue:
    """Give the chosen households to a colleague."""
    to = request.form.get("to", 0, type=int)
    count = hand_over_caseload(request.form.getlist("code"), to_user_id=to, by=current_actor())
    flash(
        ngettext("%(num)s household is in the new caseload.", "%(num)s households are in the new caseload.", count),
        "success",
    )
    return redirect(way_back(url_for("casework.list_households", whose="all")), code=303)

"""Messages to a household: write one, see what became of it, stop it while it waits, decide where nobody knows."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...agenda.actions.messages import awake_at, cancel_message, ready_reach, settle_message
from ...agenda.queries.messages import Reach, get_message_page, partner_name
from ...agenda.rules.messages import ANSWERS_OF, CHANNELS, REASONS, REFUSALS, STATES, TEMPLATE_NAMES
from ...agenda.rules.texts import fits_basic, parts_of
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.transactions import roll_back_request
from ...foundation.web.viewing import note_household
from ...households.models import Household
from ...households.rules import LANGUAGES, SAFE_CONTACTS, WRITTEN, written_in
from ...progress.queries.served import get_served
from ..actions.writing import trust_address as trust_address_of
from ..actions.writing import write_to_household
from ..forms.writing import MessageForm, begun_with, goes_out
from ..queries.household import get_household
from . import bp

URL = "/messages/<code:code>"


@bp.route("/households/<code:code>/messages/new", methods=["GET", "POST"])
@requires("message:send")
def write_message(code: str) -> ResponseReturnValue:
    """Write to a household. The first sending shows exactly what goes out, and when; the second sends it."""
    served = get_served(code)
    note_household(served.id, partner_id=served.partner_id, by=current_actor())
    household = get_household(code)
    way, form = ready_reach(household), MessageForm(data=_begun(household))
    status = _write(form, household, way) if form.is_submitted() else 200
    if status == 303:
        return redirect(
            way_back(url_for("casework.household", code=code, show="messages", _anchor="timeline")), code=303
        )
    return _page(form, get_household(code), way, is_shown=status == 200 and form.is_submitted()), status


def _begun(household: Household) -> dict[str, str]:
    asked = request.args.get("language", "")
    language = asked if asked in WRITTEN else written_in(household.language)
    return begun_with(request.args.get("template"), language, partner=partner_name(household.partner_id))


def _write(form: MessageForm, household: Household, way: Reach) -> int:
    """Write it; return 303, or 200 where it is shown first and nothing is kept, or 400 or 409 with what is wrong."""
    new, form.to.data = form.new(way.channel or ""), way.digest  # another address than was shown is shown again
    try:
        made = write_to_household(household_id=household.id, new=new, goes_out=goes_out(new), by=current_actor())
    except (Conflict, Invalid) as error:
        roll_back_request()
        form.take(error)
        return 400 if getattr(error, "fields", None) else 409
    if form.is_confirmed():
        waits = made.send_after is not None and clock.as_utc(made.send_after) > clock.now()
        flash(_("It goes out in the morning, when the quiet hours are over.") if waits else _("It is on its way."),
              "success")  # fmt: skip
        return 303
    roll_back_request()
    form.mark_seen()
    return 200


def _page(form: MessageForm, household: Household, way: Reach, *, is_shown: bool) -> str:
    """Show the form, with what would go out where that was asked for."""
    now, whole = clock.now(), goes_out(form.new(way.channel or "sms"))
    later = awake_at(now)
    return render_template(
        "casework/write_message.html", form=form, household=household, way=way, whole=whole, is_shown=is_shown,
        refusal=REFUSALS.get(way.refusal or ""), parts=parts_of(whole), is_basic=fits_basic(whole),
        later=later if later > now else None, templates=TEMPLATE_NAMES, spoken=LANGUAGES, written=WRITTEN,
        safe=SAFE_CONTACTS, channels=CHANNELS, is_own_language=written_in(household.language) == household.language,
    )  # fmt: skip


@bp.post("/households/<code:code>/messages/works")
@requires("message:send")
def trust_address(code: str) -> ResponseReturnValue:
    """Note that they say their number or address works, after a message came back."""
    try:
        trust_address_of(household_id=get_served(code).id, by=current_actor())
    except Conflict as error:
        roll_back_request()
        flash(sentence_of(error), "info")
    return redirect(url_for("casework.write_message", code=code), code=303)


@bp.get(URL)
@requires("message:read")
def show_message(code: str) -> str:
    """Show a message, and what became of it."""
    page = get_message_page(code)
    note_household(page.household.id, partner_id=page.household.partner_id, by=current_actor())
    return render_template(
        "casework/show_message.html", page=page, states=STATES, channels=CHANNELS, reasons=REASONS, came=ANSWERS_OF,
        templates=TEMPLATE_NAMES, spoken=LANGUAGES, now=clock.now(),
    )  # fmt: skip


@bp.post(f"{URL}/cancel")
@requires("message:send")
def stop_message(code: str) -> ResponseReturnValue:
    """Stop a message that still waits."""
    cancel_message(code=code, by=current_actor())
    flash(_("It is stopped. Nothing goes out."), "success")
    return redirect(url_for("casework.show_message", code=code), code=303)


@bp.post(f"{URL}/settle")
@requires("message:send")
def decide_message(code: str) -> ResponseReturnValue:
    """Say of a message of which nobody knows whether it went that it did, or send it again."""
    went = request.form.get("went") != "no"
    try:
        settle_message(code=code, went=went, by=current_actor())
    except Conflict as error:
        roll_back_request()
        flash(sentence_of(error), "error")
    else:
        flash(_("Noted: it went.") if went else _("It is sent again."), "success")
    return redirect(url_for("casework.show_message", code=code), code=303)

"""Send the link of a survey as a message: to one household, or to all that can be reached."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...agenda.actions.messages import awake_at
from ...agenda.rules.messages import CHANNELS, SAFE_CHANNELS
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.transactions import roll_back_request
from ...foundation.web.viewing import note_households
from ...households.rules import LANGUAGES, written_in
from ..actions import survey_sending as actions
from ..forms.survey_sending import compose_survey
from ..queries.survey_sending import count_sent
from ..queries.surveys import Invited, get_survey
from . import bp


@bp.route("/surveys/<code:survey>/send", methods=["GET", "POST"])
@requires("message:send")
def send_survey_to_all(survey: str) -> ResponseReturnValue:
    """Say who gets the link, and in which words; send it to them."""
    by = current_actor()
    found = get_survey(survey, by=by)
    if request.method == "POST":
        count = actions.send_survey_to_all(survey=survey, compose=compose_survey, by=by)
        flash(ngettext("%(num)s message is on its way.", "%(num)s messages are on their way.", count), "success")
        return redirect(url_for("casework.send_survey_to_all", survey=survey), code=303)
    gets = actions.list_reachable(survey_id=found.id, by=by)
    note_households(len(gets), by=by)
    now = clock.now()
    return render_template(
        "casework/send_survey_to_all.html", survey=found, gets=gets, links=count_sent(found.id), spoken=LANGUAGES,
        channels=CHANNELS, channel_of=channel_of, texts=_texts(gets), most=actions.AT_ONCE,
        later=later if (later := awake_at(now)) > now else None,
    )  # fmt: skip


def _texts(gets: list[Invited]) -> list[tuple[str, str, str]]:
    """Return what goes out, by language and channel."""
    kinds = sorted({(written_in(one.household.language), channel_of(one), one.partner) for one in gets})
    return [(language, channel, compose_survey(channel, language, partner)[1]) for language, channel, partner in kinds]


def channel_of(one: Invited) -> str:
    """Return how a household that can be written to is written to."""
    return SAFE_CHANNELS[one.household.safe_contact or ""]


@bp.post("/surveys/ask/<code:invited>/send")
@requires("message:send")
def send_survey(invited: str) -> ResponseReturnValue:
    """Send one household the link."""
    seen = request.form.get("last", type=int) or 0
    try:
        actions.send_survey(code=invited, seen=seen, compose=compose_survey, by=current_actor())
    except Conflict as error:
        roll_back_request()
        flash(sentence_of(error), "error")
    else:
        flash(_("The message with the link is on its way."), "success")
    return redirect(url_for("casework.ask_survey", invited=invited), code=303)

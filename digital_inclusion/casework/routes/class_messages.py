"""One message to everybody in a class, each in the own language; the page says who gets none, and why."""

from functools import partial

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ...agenda.actions.messages import awake_at
from ...agenda.queries.messages import partner_name
from ...agenda.rules.messages import CHANNELS, REFUSALS
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.transactions import roll_back_request
from ...foundation.web.viewing import note_households
from ...households.rules import LANGUAGES
from ...skills.models import TrainingClass
from ...skills.queries.classes import get_class
from ...skills.queries.places import list_places
from ..actions.writing import Recipient, write_to_many
from ..forms.writing import ListMessageForm
from . import bp


@bp.route("/skills/classes/<code:course>/messages/new", methods=["GET", "POST"])
@requires("message:send")
def write_to_class(course: str) -> ResponseReturnValue:
    """Write to all who have a seat. The first sending shows who gets what; the second sends it."""
    found, form = get_class(course), ListMessageForm().offer()
    homes = {place.household_id for place in list_places(found.id)[0]}
    note_households(len(homes), by=current_actor())
    told = _write(form, homes, partner_name(found.partner_id)) if form.validate_on_submit() else None
    if told is not None and form.is_confirmed():
        count = sum(one.refusal is None for one in told)
        flash(ngettext("%(num)s message is on its way.", "%(num)s messages are on their way.", count), "success")
        return redirect(url_for("skills.show_class", course=course), code=303)
    roll_back_request()
    if told is not None:
        form.mark_seen()
    return _page(form, get_class(course), len(homes), told), 400 if told is None and form.is_submitted() else 200


def _write(form: ListMessageForm, homes: set[int], partner: str) -> list[Recipient] | None:
    """Write to each; return all of them, or None where the words cannot go out."""
    try:
        told = write_to_many(household_ids=homes, compose=partial(form.compose, partner=partner), by=current_actor())
    except (Conflict, Invalid) as error:
        form.general_error = next(iter(getattr(error, "fields", {}).values()), error.sentence)
        return None
    form.to.data = "|".join(
        f"{one.code} {one.refusal} {one.language}" for one in told
    )  # others than shown: shown again
    return told


def _page(form: ListMessageForm, course: TrainingClass, count: int, told: list[Recipient] | None) -> str:
    """Show the form, and what would go out to whom where that was asked for."""
    now, partner = clock.now(), partner_name(course.partner_id)
    gets = [one for one in told or [] if one.refusal is None]
    kinds = sorted({(one.language, one.channel or "") for one in gets})
    return render_template(
        "casework/write_to_class.html", form=form, course=course, count=count, told=told, gets=gets,
        left_out=[one for one in told or [] if one.refusal is not None], refusals=REFUSALS, channels=CHANNELS,
        texts=[(language, channel, form.compose(channel, language, partner=partner)[1]) for language, channel in kinds],
        spoken=LANGUAGES, later=later if (later := awake_at(now)) > now else None,
    )  # fmt: skip

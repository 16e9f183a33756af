"""Edit a household: nothing of it is counted. Two editors at once: the second sees what changed and loses nothing."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.text import read_whole
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.transactions import roll_back_request
from ...foundation.web.viewing import note_household
from ..actions.changing import ChangedMeanwhile, edit_household
from ..forms.editing import EditForm, values_of
from ..queries.household import get_household
from ..rules.differences import Difference, differences
from . import bp


@bp.route("/households/<code:code>/edit", methods=["GET", "POST"])
@requires("household:correct")
def correct_household(code: str) -> Any:
    """Edit names, birth dates, contact, languages and needs."""
    household = get_household(code)
    form = EditForm(data=values_of(household)).offer()
    changed: list[Difference] = []
    status = 200
    if form.is_submitted():
        status = 400
        if form.validate():
            try:
                _save(form, household.id)
            except Invalid as error:
                _take(form, error)
            except ChangedMeanwhile as error:
                roll_back_request()
                stands = get_household(code)
                status, changed = 409, differences(values_of(stands), form.data, form.words())
                form.take_in(stands)
                form.general_error = sentence_of(error)
            else:
                flash(_("The household is saved. No count changes."), "success")
                return redirect(way_back(url_for("casework.household", code=code)), code=303)
    household = get_household(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    page = render_template("casework/correct_household.html", form=form, household=household, changed=changed)
    return page, status


def _save(form: EditForm, household_id: int) -> None:
    version = read_whole(form.version.data)
    edit_household(household_id=household_id, version=version, edited=form.edited(), by=current_actor())


def _take(form: EditForm, error: Invalid) -> None:
    """Show each problem beside its field, also those of a person (``members.0.name``)."""
    rest = {}
    for name, sentence in error.fields.items():
        first, *more = name.split(".")
        if first == "members" and len(more) == 2:
            field = form.members.entries[int(more[0])].form[more[1]]
            field.errors = [*field.errors, _(sentence)]
        else:
            rest["head" if name == "members" else name] = _(sentence)
    if rest or not error.fields:
        form.take(Invalid(error.message, fields=rest))

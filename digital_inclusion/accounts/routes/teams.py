"""Teams inside one's own organization."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ..actions import teams
from ..forms import TeamForm
from ..queries.people import get_team, list_colleagues
from ..queries.people import list_teams as find_teams
from . import bp
from .sign_in import Page


@bp.get("/teams")
@requires("team:manage")
def list_teams() -> str:
    """List the organization's teams with their members."""
    partner_id = current_actor().partner_id or 0
    names = {person.id: person.name for person in list_colleagues(partner_id)}
    return render_template("accounts/list_teams.html", teams=find_teams(partner_id), names=names)


@bp.route("/teams/new", methods=["GET", "POST"])
@requires("team:manage")
def create_team() -> Page:
    """Form a team."""
    form = _team_form()
    if not form.validate_on_submit():
        return _team_page("accounts/create_team.html", form)
    try:
        team = teams.create_team(name=form.name.data, member_ids=form.members.data, by=current_actor())
    except Invalid as error:
        form.take(error)
        return _team_page("accounts/create_team.html", form)
    flash(_("The team %(name)s is formed.", name=team.name), "success")
    return redirect(url_for("accounts.list_teams"), code=303)


@bp.route("/teams/<int:team_id>", methods=["GET", "POST"])
@requires("team:manage")
def change_team(team_id: int) -> Page:
    """Rename a team or say who is in it."""
    team = get_team(team_id, by=current_actor())
    form = _team_form(name=team.name, members=[member.user_id for member in team.members])
    if not form.validate_on_submit():
        return _team_page("accounts/change_team.html", form)
    try:
        teams.change_team(team_id, name=form.name.data, member_ids=form.members.data, by=current_actor())
    except Invalid as error:
        form.take(error)
        return _team_page("accounts/change_team.html", form)
    flash(_("The team is changed."), "success")
    return redirect(url_for("accounts.list_teams"), code=303)


def _team_form(**given: object) -> TeamForm:
    form = TeamForm(**given)
    form.members.choices = [(person.id, person.name) for person in list_colleagues(current_actor().partner_id or 0)]
    return form


def _team_page(template: str, form: TeamForm) -> Page:
    return render_template(template, form=form), 400 if request.method == "POST" else 200

"""Pages of money: a partner with its grants, one grant, a new one, changes."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ...partners.queries import get_partner, partner_names
from ...partners.rules import KINDS
from .. import actions, queries
from ..actions import GrantTerms
from ..forms import GrantForm
from ..rules import OUTCOMES
from . import bp

Page = Response | str | tuple[str, int]


@bp.get("/partners/<int:partner_id>")
@requires("grant:read")
def partner(partner_id: int) -> str:
    """Show one organization and its grants."""
    return render_template(
        "funding/partner.html",
        partner=get_partner(partner_id, by=current_actor()),
        grants=queries.list_grants(partner_id),
        kinds=KINDS,
        outcomes=OUTCOMES,
    )


@bp.get("/grants/<int:grant_id>")
@requires("grant:read")
def grant(grant_id: int) -> str:
    """Show a grant: period, amount, targets; what is reached is reporting's page."""
    found = queries.get_grant(grant_id, by=current_actor())
    known = "reporting.grant_results" in current_app.view_functions
    return render_template(
        "funding/grant.html",
        grant=found,
        partner_name=partner_names()[found.partner_id],
        outcomes=OUTCOMES,
        results_url=url_for("reporting.grant_results", grant_id=found.id) if known else None,
    )


@bp.route("/partners/<int:partner_id>/grants/new", methods=["GET", "POST"])
@requires("partner:manage")
def create_grant(partner_id: int) -> Page:
    """Give a partner a grant."""
    grantee = get_partner(partner_id, by=current_actor())
    form = GrantForm()
    if not form.validate_on_submit():
        return _grant_page("funding/create_grant.html", form, partner=grantee)
    try:
        made = actions.create_grant(partner_id=partner_id, terms=GrantTerms(**form.read()), by=current_actor())
    except Invalid as error:
        form.take(error)
        return _grant_page("funding/create_grant.html", form, partner=grantee)
    flash(_("The grant %(number)s is recorded.", number=made.number), "success")
    return redirect(url_for("funding.grant", grant_id=made.id), code=303)


@bp.route("/grants/<int:grant_id>/edit", methods=["GET", "POST"])
@requires("partner:manage")
def change_grant(grant_id: int) -> Page:
    """Change what a grant says."""
    found = queries.get_grant(grant_id, by=current_actor())
    form = GrantForm(data=GrantForm.typed(found))
    if not form.validate_on_submit():
        return _grant_page("funding/change_grant.html", form, grant=found)
    try:
        actions.change_grant(grant_id, terms=GrantTerms(**form.read()), by=current_actor())
    except Invalid as error:
        form.take(error)
        return _grant_page("funding/change_grant.html", form, grant=found)
    flash(_("The grant is changed."), "success")
    return redirect(url_for("funding.grant", grant_id=grant_id), code=303)


def _grant_page(template: str, form: GrantForm, **more: object) -> Page:
    page = render_template(template, form=form, outcomes=OUTCOMES, funds=queries.list_funds(), **more)
    return page, 400 if request.method == "POST" else 200

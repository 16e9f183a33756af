"""Pages of organizations: the list, a new one, changes. The page of one partner shows its grants: see funding."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..foundation.access.roles import sees_every_partner
from ..foundation.kernel.errors import Conflict, Invalid
from ..foundation.web.forms import Form
from ..foundation.web.gate import current_actor, requires
from . import actions, queries
from .forms import ChangePartnerForm, PartnerForm
from .rules import KINDS

bp = Blueprint("partners", __name__)
Page = Response | str | tuple[str, int]


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp)


@bp.get("/partners")
@requires("grant:read")
def list_partners() -> Page:
    """List the organizations; people of a single one go straight to theirs."""
    actor = current_actor()
    if not sees_every_partner(actor.roles):
        return redirect(url_for("funding.partner", partner_id=actor.partner_id), code=303)
    after = request.args.get("after", type=int)
    last = queries.get_partner(after, by=actor).name if after else None
    found = queries.list_partners(by=actor, after=last, limit=queries.PAGE + 1)
    return render_template(
        "partners/list_partners.html",
        partners=found[: queries.PAGE],
        next_key=found[queries.PAGE - 1].id if len(found) > queries.PAGE else None,
        total=queries.count_partners(by=actor),
        kinds=KINDS,
    )


@bp.route("/partners/new", methods=["GET", "POST"])
@requires("partner:manage")
def create_partner() -> Page:
    """Take a new organization into the program."""
    form = PartnerForm()
    form.kind.choices = [(code, _(label)) for code, label in KINDS.items()]
    if not form.validate_on_submit():
        return _form_page("partners/create_partner.html", form)
    try:
        partner = actions.create_partner(
            code=form.code.data, name=form.name.data, kind=form.kind.data, by=current_actor()
        )
    except Invalid as error:
        form.take(error)
        return _form_page("partners/create_partner.html", form)
    flash(_("%(name)s takes part in the program.", name=partner.name), "success")
    return redirect(url_for("funding.partner", partner_id=partner.id), code=303)


@bp.route("/partners/<int:partner_id>/edit", methods=["GET", "POST"])
@requires("partner:manage")
def change_partner(partner_id: int) -> Page:
    """Rename an organization, or close it."""
    partner = queries.get_partner(partner_id, by=current_actor())
    form = ChangePartnerForm(name=partner.name, active=partner.active)
    if not form.validate_on_submit():
        return _form_page("partners/change_partner.html", form, partner=partner)
    try:
        actions.change_partner(partner_id, name=form.name.data, active=form.active.data, by=current_actor())
    except (Invalid, Conflict) as error:
        form.take(error)
        return _form_page("partners/change_partner.html", form, partner=partner)
    flash(_("The organization is changed."), "success")
    return redirect(url_for("funding.partner", partner_id=partner_id), code=303)


def _form_page(template: str, form: Form, **more: object) -> Page:
    return render_template(template, form=form, **more), 400 if request.method == "POST" else 200

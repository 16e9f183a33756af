"""Pages about donors: whether the organization takes devices and where, and the links by which donors look on."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...accounts.routes.session import keep_once, take_once
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.mail import link_to
from ...foundation.web.gate import current_actor, requires
from ...partners.queries import get_partner
from ...progress.queries.program import get_program
from ..actions import donors as acting
from ..forms.donors import LinkForm, WorkshopForm
from ..queries import donors, lots
from ..queries.pledges import find_workshop
from . import bp

_LINK = "donor_link"


@bp.route("/partners/<int:partner_id>/workshop", methods=["GET", "POST"])
@requires("workshop:manage")
def change_workshop(partner_id: int) -> ResponseReturnValue:
    """Say whether an organization takes donated devices, and where donors find it."""
    by = current_actor()
    partner = get_partner(partner_id, by=by)
    form = WorkshopForm(obj=find_workshop(partner_id))
    if form.validate_on_submit():
        try:
            acting.change_workshop(
                partner_id=partner_id,
                takes_devices=form.takes_devices.data,
                fetches=form.fetches.data,
                address=form.address.data,
                phone=form.phone.data,
                by=by,
            )
        except Invalid as error:
            form.take(error)
        else:
            flash(_("Saved. Donors see it from now on."), "success")
            return redirect(url_for("devices.change_workshop", partner_id=partner_id), code=303)
    page = render_template("devices/change_workshop.html", form=form, partner=partner)
    return page, 400 if form.is_submitted() else 200


@bp.route("/devices/lots/<code:lot>/donor-link", methods=["GET", "POST"])
@requires("donor:link")
def donor_link(lot: str) -> ResponseReturnValue:
    """Show the links of the lot's donor; make one, shown a single time."""
    by, found = current_actor(), lots.get_lot(lot)
    form = LinkForm().offer(donors.list_alike(found))
    if form.validate_on_submit():
        token = acting.make_link(lot=found, besides=form.besides.data or [], by=by)
        keep_once(_LINK, link_to("residents.donor_figures", token=token))
        return redirect(url_for("devices.donor_link", lot=lot), code=303)
    donor = donors.find_donor(found)
    page = render_template(
        "devices/donor_link.html",
        form=form,
        lot=found,
        theirs=donors.list_lots_of(donor) if donor is not None else [],
        links=donors.list_links(donor) if donor is not None else [],
        new_link=take_once(_LINK),
        days=get_program().file.donations.link_days,
        now=clock.now(),
    )
    return page, 400 if form.is_submitted() else 200


@bp.post("/devices/lots/<code:lot>/donor-link/<int:link_id>/end")
@requires("donor:link")
def end_donor_link(lot: str, link_id: int) -> ResponseReturnValue:
    """Make a link worthless."""
    acting.end_link(link_id=link_id, lot=lots.get_lot(lot), by=current_actor())
    flash(_("The link is ended. It opens nothing any more."), "success")
    return redirect(url_for("devices.donor_link", lot=lot), code=303)

"""Pages of offers: the list, one with its history, new ones, new terms, still so, closed; and what fits a household."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_household
from ...households.rules import LANGUAGES
from ...progress.queries.program import get_program
from ...progress.queries.served import get_served
from ..actions import offers as actions
from ..forms.offers import CloseForm, OfferForm, TermsForm, values_of_terms
from ..queries import offers as queries
from ..rules.fitting import Speeds, reasons_of
from ..rules.offers import KINDS, is_open, is_stale, terms_on
from . import bp

BEST = 5


def _standard() -> Speeds:
    found = get_program().counting.standard_on(clock.today())
    return Speeds(found.down_kbps, found.up_kbps) if found is not None else Speeds(0, 0)


@bp.get("/offers")
@requires("offer:read")
def list_offers() -> str:
    """Show the offers of internet companies, or those that are over."""
    closed = request.args.get("show") == "closed"
    rows = queries.list_offers(on=clock.today(), closed=closed)
    return render_template(
        "connectivity/list_offers.html",
        rows=rows, closed=closed, kinds=KINDS, programs=queries.offer_programs(), standard=_standard(),
    )  # fmt: skip


@bp.get("/offers/<code:offer>")
@requires("offer:read")
def show_offer(offer: str) -> str:
    """Show an offer with all its terms."""
    found, today = queries.get_offer(offer), clock.today()
    return render_template(
        "connectivity/show_offer.html",
        offer=found,
        held=terms_on(found.terms, today),
        is_open=is_open(found, today),
        is_stale=is_stale(found, today, get_program().file.connectivity.offer_stale_days),
        looker=queries.find_looker(found),
        kinds=KINDS, programs=queries.offer_programs(), standard=_standard(), languages_spoken=LANGUAGES,
    )  # fmt: skip


@bp.route("/offers/new", methods=["GET", "POST"])
@requires("offer:manage")
def new_offer() -> ResponseReturnValue:
    """Write an offer down."""
    form = OfferForm().offer(queries.offer_programs(), get_program().file.city.languages)
    if form.validate_on_submit():
        try:
            made = actions.write_offer(new=form.given(), by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(_("The offer is on file. Confirm it once you have looked it up."), "success")
            return redirect(url_for("connectivity.show_offer", offer=made.code), code=303)
    return render_template("connectivity/new_offer.html", form=form), 400 if form.is_submitted() else 200


@bp.route("/offers/<code:offer>/terms", methods=["GET", "POST"])
@requires("offer:manage")
def new_terms(offer: str) -> ResponseReturnValue:
    """Give an offer new terms from a day."""
    found = queries.get_offer(offer)
    form = TermsForm(data=values_of_terms(terms_on(found.terms, clock.today())))
    if form.validate_on_submit():
        try:
            actions.give_terms(code=offer, terms=form.terms(), by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(_("The new terms are on file. What held before stays there too."), "success")
            return redirect(url_for("connectivity.show_offer", offer=offer), code=303)
    page = render_template("connectivity/new_terms.html", form=form, offer=found)
    return page, 400 if form.is_submitted() else 200


@bp.post("/offers/<code:offer>/confirm")
@requires("offer:verify")
def confirm_offer(offer: str) -> ResponseReturnValue:
    """Say that the offer is still so."""
    actions.confirm_offer(code=offer, by=current_actor())
    flash(_("Thank you. The offer says now that you looked at it today."), "success")
    return redirect(url_for("connectivity.show_offer", offer=offer), code=303)


@bp.route("/offers/<code:offer>/close", methods=["GET", "POST"])
@requires("offer:manage")
def close_offer(offer: str) -> ResponseReturnValue:
    """Say on which day somebody can sign up last."""
    found, form = queries.get_offer(offer), CloseForm()
    if form.validate_on_submit():
        try:
            actions.close_offer(code=offer, closes_on=form.closes_on.data, by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(_("The offer ends on that day. Lines that have it keep it."), "success")
            return redirect(url_for("connectivity.show_offer", offer=offer), code=303)
    page = render_template("connectivity/close_offer.html", form=form, offer=found)
    return page, 400 if form.is_submitted() else 200


@bp.get("/households/<code:code>/offers")
@requires("offer:read")
def best_offers(code: str) -> str:
    """Show which offers fit the household best, and why."""
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    found = queries.fit_household(household.id, today=clock.today())
    return render_template(
        "connectivity/best_offers.html",
        household=household, found=found, best=[one for one in found.fits if one.can_have][:BEST],
        reasons=lambda fit: reasons_of(fit, found.home, found.standard),
    )  # fmt: skip

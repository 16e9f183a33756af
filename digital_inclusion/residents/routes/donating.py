"""Give devices, and follow what became of them. Reference and PIN travel in the body, never in an address.

The PIN is made from a token that the browser holds from the form on, as for requests for help (help.py).
"""

from datetime import timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask import session as browser
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...agenda.forms.slots import told_time
from ...devices.actions import donating
from ...devices.actions.donating import DONOR, purpose_of
from ...devices.queries import pledges
from ...devices.queries.donors import figures_behind, find_link
from ...devices.queries.pledges import Followed
from ...devices.rules.manifest import LABELS, Manifest
from ...foundation.credentials import pin_of
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, DomainError, Invalid, NotFound, Throttled, Unavailable
from ...foundation.kernel.ids import new_token, token_digest
from ...foundation.mail import link_to
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import public
from ...foundation.web.network import asking_network
from ...foundation.web.transactions import roll_back_request
from ...progress.rules.deliveries import DEVICE_KINDS
from ..forms import donating as forms
from ..forms.help import SureForm
from . import bp
from .help import SHOWN_WITHIN, _page
from .receipt import receipt_of

_TOKEN, _OPEN = "donate_token", "donate_open"
STAYS_OPEN = timedelta(minutes=20)
REFUSED_SHOWN = 100


@bp.route("/donate", methods=["GET", "POST"])
@public
def donate() -> Response:
    """Show the form; show what it would pledge; pledge it."""
    takers = pledges.list_takers()
    form = forms.DonateForm().offer(takers)
    if not form.is_submitted():
        browser[_TOKEN] = new_token()  # who gave here before is not shown to who gives next
    seen, status = None, 400 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            seen = _preview(form)
            if form.is_confirmed() and _has_time(form):
                return _sent(form)
            status = 400 if form.errors else 200
            form.mark_seen()
        except DomainError as error:
            status = _refuse(form, error)
    _offer_times(form, seen)
    return _donate_page(form, takers, seen, status)


def _refuse(form: forms.DonateForm, error: DomainError) -> int:
    """Say beside its field what could not be taken; nothing of it stays."""
    roll_back_request()
    form.take(error)
    return 429 if isinstance(error, Throttled) else 503 if isinstance(error, Unavailable) else 400


def _donate_page(form: forms.DonateForm, takers: Any, seen: Manifest | None, status: int) -> Response:
    return _page(
        "residents/donate.html", status, form=form, takers=takers, seen=seen, many=forms.MANY, kinds=DEVICE_KINDS,
        columns_named=LABELS, shown=REFUSED_SHOWN, limit=current_app.config["PUBLIC_UPLOAD_BYTES"],
    )  # fmt: skip


def _preview(form: forms.DonateForm) -> Manifest:
    """Return what would be pledged; words that nobody explained yet are asked about in the form."""
    given = form.file.data
    if given:
        try:
            lines = donating.read_offer(
                stream=given.stream, filename=given.filename, address=asking_network(), by=DONOR
            )  # fmt: skip
        except Invalid as error:
            raise Invalid(fields={"file": sentence_of(error)}) from error
        form.take_lines(lines, given.filename)
    form.file.data = None
    seen = donating.preview_offer(offered=form.offered(), by=DONOR)
    if form.ask(seen.unknown):
        seen = donating.preview_offer(offered=form.offered(), by=DONOR)
    _offer_times(form, seen)
    return seen


def _offer_times(form: forms.DonateForm, seen: Manifest | None) -> None:
    known = [one for one, _name in form.taker.choices]
    if seen is not None and form.taker.data in known and form.way.data in ("drop_off", "pick_up"):
        form.offer_times(pledges.list_times(partner_id=form.taker.data, purpose=purpose_of(form.way.data)))
    else:
        form.offer_times([])


def _has_time(form: forms.DonateForm) -> bool:
    """Return whether a time is chosen, or none can be; else say so beside the field."""
    if form.slot.data or not form.slot.choices:
        return True
    form.slot.errors = [*form.slot.errors, _("Please choose a time.")]
    return False


def _sent(form: forms.DonateForm) -> Response:
    donating.send_pledge(
        giver=form.giver(),
        taker_id=form.taker.data,
        offered=form.offered(),
        token=browser.setdefault(_TOKEN, new_token()),
        address=asking_network(),
        by=DONOR,
    )
    return redirect(url_for("residents.donate_sent"), code=303)


@bp.get("/donate/sent")
@public
def donate_sent() -> Response:
    """Show the reference and the PIN, once."""
    token = browser.pop(_TOKEN, None)
    sent = pledges.find_sent(token_digest(token), since=clock.now() - SHOWN_WITHIN) if token else None
    found = pledges.find_followed(sent.id) if sent is not None else None
    pin = pin_of(token, found.pledge.reference) if token and found is not None else None
    return _page(
        "residents/donate_sent.html",
        found=found,
        pin=pin,
        told_time=told_time,
        address=link_to("residents.follow_pledge"),
    )


@bp.route("/donate/follow", methods=["GET", "POST"])
@public
def follow_pledge() -> Response:
    """Ask for reference and PIN; open the pledge they belong to."""
    form = forms.PinForm()
    if not form.is_submitted() or not form.validate():
        return _page("residents/follow_pledge.html", 400 if form.is_submitted() else 200, form=form)
    try:
        pledge_id = donating.open_pledge(
            reference=form.reference.data, pin=form.pin.data, address=asking_network(), by=DONOR
        )
    except (Invalid, Throttled) as error:
        form.general_error = sentence_of(error)
        return _page("residents/follow_pledge.html", 429 if isinstance(error, Throttled) else 400, form=form)
    browser[_OPEN] = [pledge_id, int((clock.now() + STAYS_OPEN).timestamp())]
    return redirect(url_for("residents.pledge"), code=303)


def _opened() -> Followed | None:
    """Return the pledge that this browser has opened, None when it has none or not any more."""
    pledge_id, until = browser.get(_OPEN) or (None, 0)
    return pledges.find_followed(pledge_id) if until >= clock.now().timestamp() else None


def _to_the_door() -> Response:
    browser.pop(_OPEN, None)
    return redirect(url_for("residents.follow_pledge"), code=303)


@bp.get("/donate/pledge")
@public
def pledge() -> Response:
    """Show what was promised, when it comes, and what came."""
    found = _opened()
    if found is None:
        return _to_the_door()
    return _page("residents/pledge.html", found=found, kinds=DEVICE_KINDS, told_time=told_time)


@bp.route("/donate/pledge/time", methods=["GET", "POST"])
@public
def choose_time() -> Response:
    """Choose another time, or none."""
    found = _opened()
    if found is None:
        return _to_the_door()
    if not found.is_open:
        return redirect(url_for("residents.pledge"), code=303)
    slots = pledges.list_times(partner_id=found.pledge.partner_id, purpose=purpose_of(found.lot.way))
    form = forms.TimeForm().offer(slots, chosen=found.slot)
    if not form.is_submitted() or not form.validate():
        return _page("residents/choose_time.html", 400 if form.is_submitted() else 200, form=form, found=found)
    try:
        _choose(found, form.slot.data)
    except (Invalid, Conflict, NotFound) as error:
        form.take(error)
        return _page("residents/choose_time.html", 400, form=form, found=found)
    flash(_("Your choice is saved."), "success")
    return redirect(url_for("residents.pledge"), code=303)


def _choose(found: Followed, code: str) -> None:
    if code != forms.CALL_ME:
        donating.choose_time(pledge_id=found.pledge.id, slot=code, by=DONOR)
    elif found.slot is not None:
        donating.choose_time(pledge_id=found.pledge.id, slot=None, by=DONOR)


@bp.get("/donate/pledge/receipt")
@public
def pledge_receipt() -> Response:
    """Send the receipt for what came, as PDF."""
    found = _opened()
    if found is None or not found.arrived:
        return _to_the_door() if found is None else redirect(url_for("residents.pledge"), code=303)
    response = Response(receipt_of(found), mimetype="application/pdf")
    name = f"receipt-{found.pledge.reference}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/donate/pledge/erase", methods=["GET", "POST"])
@public
def erase_pledge() -> Response:
    """Forget who gave."""
    found = _opened()
    if found is None:
        return _to_the_door()
    form = SureForm()
    if not form.validate_on_submit():
        return _page("residents/erase_pledge.html", form=form, found=found)
    try:
        donating.erase_pledge(pledge_id=found.pledge.id, by=DONOR)
    except NotFound:
        return _to_the_door()
    flash(_("Your name, contact and address are erased. Reference and PIN do not work any more."), "success")
    return _to_the_door()


@bp.post("/donate/pledge/leave")
@public
def leave_pledge() -> Response:
    """Close the pledge in this browser."""
    flash(_("Closed. Nobody who uses this device after you sees it."), "success")
    return _to_the_door()


@bp.get("/donors/<token:token>")
@public
def donor_figures(token: str) -> Response:
    """Show a donor what became of the devices in all of the lots, as far as it may be shown."""
    link = find_link(token_digest(token))
    found = figures_behind(link) if link is not None else None
    status = 200 if found is not None else 404
    page = render_template("residents/donor_figures.html", found=found, kinds=DEVICE_KINDS)
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
    return Response(page, status, headers, mimetype="text/html")

"""Pages of data media: list them, note how they were wiped, verify, validate, read erasure reports."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.kernel.errors import DomainError, Invalid
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...progress.rules.deliveries import DEVICE_KINDS
from ..actions import listing_media, reading_reports, sanitizing
from ..forms.sanitizing import MediumForm, ReportsForm, SanitizeForm, ValidateForm, VerifyForm
from ..queries import media, units
from ..rules import sanitizing as rules
from ..rules.erasures import SOURCES
from ..rules.reports import LARGEST
from ..rules.states import STATES
from . import bp

_WORDS: dict[str, Any] = {
    "kinds": rules.MEDIA,
    "device_kinds": DEVICE_KINDS,
    "methods": rules.METHODS,
    "techniques": rules.TECHNIQUES,
    "verifications": rules.VERIFICATIONS,
    "verdicts": rules.VERDICTS,
    "sources": SOURCES,
    "name_of": units.name_of,
}


@bp.route("/devices/<code:code>/media", methods=["GET", "POST"])
@requires("device:read")
def list_media(code: str) -> ResponseReturnValue:
    """Show the unit's media and every try on them; list another one."""
    by = current_actor()
    form = MediumForm().offer()
    if form.validate_on_submit():
        try:
            listing_media.list_medium(code=code, medium=form.medium(), by=by)
        except Invalid as error:
            form.take(error)
        else:
            flash(_("Listed. When nothing else is in it, say that these are all."), "success")
            return redirect(url_for("devices.list_media", code=code), code=303)
    return _media_page(units.get_device(code, by=by), form), 400 if form.is_submitted() else 200


def _media_page(device: Any, form: MediumForm) -> str:
    return render_template(
        "devices/list_media.html",
        device=device,
        form=form,
        waiting=media.waiting_media(device),
        certificate_of=units.certificate_of,
        ours=device.holder_id == current_actor().partner_id,
        states=STATES,
        **_WORDS,
    )


@bp.route("/devices/<code:code>/media/<int:place>/correct", methods=["GET", "POST"])
@requires("device:work")
def correct_medium(code: str, place: int) -> ResponseReturnValue:
    """Describe a listed medium anew."""
    by = current_actor()
    device = units.get_device(code, by=by)
    medium = media.medium_at(device, place)
    form = MediumForm(obj=medium, size_gb=(medium.size_mb or 0) // 1000 or None).offer()
    if form.validate_on_submit():
        try:
            listing_media.correct_medium(code=code, place=place, medium=form.medium(), by=by)
        except Invalid as error:
            form.take(error)
        else:
            flash(_("Corrected."), "success")
            return redirect(url_for("devices.list_media", code=code), code=303)
    page = render_template("devices/correct_medium.html", form=form, device=device, place=place, **_WORDS)
    return page, 400 if form.is_submitted() else 200


@bp.post("/devices/<code:code>/media/complete")
@requires("device:work")
def declare_media(code: str) -> ResponseReturnValue:
    """Say that the list is complete."""
    device = listing_media.declare_media(code=code, by=current_actor())
    flash(_("Noted. It is now: %(state)s.", state=_(STATES[device.state])), "success")
    return redirect(url_for("devices.list_media", code=code), code=303)


@bp.post("/devices/<code:code>/media/<int:place>/remove")
@requires("device:work")
def remove_medium(code: str, place: int) -> ResponseReturnValue:
    """Note that a medium was taken out."""
    listing_media.remove_medium(code=code, place=place, by=current_actor())
    flash(_("Taken out. It still needs its own end. Say again whether the list is complete."), "success")
    return redirect(url_for("devices.list_media", code=code), code=303)


@bp.get("/devices/media")
@requires("device:work")
def list_taken_out() -> str:
    """Show media that were taken out and that nobody has purged or destroyed yet."""
    rows = media.list_taken_out(by=current_actor(), after=request.args.get("after", type=int))
    following = rows[media.PAGE - 1].id if len(rows) > media.PAGE else None
    return render_template("devices/list_taken_out.html", rows=rows[: media.PAGE], next=following, **_WORDS)


@bp.route("/devices/<code:code>/media/<int:place>/sanitize", methods=["GET", "POST"])
@requires("device:work")
def sanitize_medium(code: str, place: int) -> ResponseReturnValue:
    """Note what was done to a medium."""
    by = current_actor()
    device = units.get_device(code, by=by)
    medium = media.medium_at(device, place)
    form = SanitizeForm().offer(medium.kind)
    if form.validate_on_submit():
        try:
            done = sanitizing.note_sanitization(code=code, place=place, new=form.sanitization(), by=by)
        except Invalid as error:
            form.take(error)
        else:
            flash(_("Noted. Now look whether it worked.") if done.succeeded else _("Noted as failed."), "success")
            return redirect(url_for("devices.list_media", code=code), code=303)
    page = render_template(
        "devices/sanitize_medium.html", form=form, device=device, medium=medium, place=place, **_WORDS
    )
    return page, 400 if form.is_submitted() else 200


@bp.route("/devices/sanitizations/<code:code>/verify", methods=["GET", "POST"])
@requires("device:work")
def verify_sanitization(code: str) -> ResponseReturnValue:
    """Note that somebody looked whether it worked."""
    by = current_actor()
    done = media.get_sanitization(code, by=by)
    device = done.medium.device
    form = VerifyForm().offer(done.method, by_tool=done.verification == "tool")
    if form.validate_on_submit():
        verified = form.verified.data == "yes"
        try:
            sanitizing.verify_sanitization(code=code, verification=form.verification.data, verified=verified, by=by)
        except Invalid as error:
            form.take(error)
        else:
            good, bad = _("Verified. It waits for a validator."), _("Noted. Wipe the medium again.")
            flash(good if verified else bad, "success" if verified else "warning")
            return redirect(url_for("devices.list_media", code=device.code), code=303)
    page = render_template("devices/verify_sanitization.html", form=form, done=done, device=device, words=_WORDS)
    return page, 400 if form.is_submitted() else 200


@bp.get("/devices/validate")
@requires("sanitization:validate")
def list_to_validate() -> str:
    """Show what waits for a validator, oldest first."""
    by = current_actor()
    rows = media.list_to_validate(by=by, after=request.args.get("after", type=int))
    following = rows[media.PAGE - 1].sanitization.id if len(rows) > media.PAGE else None
    shown = rows[: media.PAGE]
    return render_template("devices/list_to_validate.html", rows=shown, next=following, me=by.user_id, **_WORDS)


@bp.route("/devices/sanitizations/<code:code>/validate", methods=["GET", "POST"])
@requires("sanitization:validate")
def validate_sanitization(code: str) -> ResponseReturnValue:
    """Decide whether a wiped medium gets its certificate."""
    by = current_actor()
    done = media.get_sanitization(code, by=by)
    form = ValidateForm().offer(done.method)
    if form.validate_on_submit():
        try:
            decided = sanitizing.validate_sanitization(code=code, said=form.said(), by=by)
        except Invalid as error:
            form.take(error)
        else:
            given = _("Accepted. Certificate %(number)s.", number=decided.certificate)
            flash(given if decided.certificate else _("Noted. The technicians see it."), "success")
            return redirect(url_for("devices.list_to_validate"), code=303)
    device = done.medium.device
    page = render_template("devices/validate_sanitization.html", form=form, done=done, device=device, words=_WORDS)
    return page, 400 if form.is_submitted() else 200


@bp.route("/devices/erasure-reports", methods=["GET", "POST"])
@requires("device:work")
def read_erasure_reports() -> ResponseReturnValue:
    """Read files that erasing tools wrote, and say what became of each entry."""
    form, readings = ReportsForm(), []
    if form.validate_on_submit():
        try:
            readings = reading_reports.read_reports(
                files=form.read(LARGEST), weaker_reason=form.weaker_reason.data, by=current_actor()
            )
        except Invalid as error:
            form.take(error)
    page = render_template(
        "devices/read_erasure_reports.html",
        form=form,
        readings=readings,
        limit=LARGEST,
        sentence=_sentence,
        sources=SOURCES,
    )
    return page, 400 if form.errors or form.general_error else 200


def _sentence(error: DomainError) -> str:
    """Return what an error says; here no field stands beside which a field's sentence could be shown."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return " ".join(_(sentence) for sentence in fields.values()) or sentence_of(error)

"""The second factor: show it, set it up, replace it; recovery codes."""

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from ...foundation.access.roles import needs_second_factor
from ...foundation.credentials import new_totp_secret, totp_address
from ...foundation.database import write_transaction
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import own_path
from ..actions import own_account, signing_in
from ..forms import CodeForm, PresentPasswordForm, ReplaceForm, SetUpForm
from . import bp
from .session import home_url, keep_once, peek, remember, take_once
from .sign_in import Page, _form_page

_SECRET, _CODES = "new_totp", "new_codes"


@bp.route("/second-factor", methods=["GET", "POST"])
@requires("session:self")
def second_factor() -> Page:
    """Ask for a code; leads to the set-up where there is nothing to show yet."""
    actor, back = current_actor(), own_path(request.values.get("next"))
    if not actor.has_second_factor:
        return redirect(url_for("accounts.set_up_second_factor", next=back), code=303)
    if actor.second_factor:
        return redirect(back or home_url(), code=303)
    form = CodeForm()
    if not form.validate_on_submit():
        return _form_page("accounts/second_factor.html", form, back=back)
    try:
        remember(signing_in.show_second_factor(code=form.code.data, by=actor))
    except Invalid as error:
        with write_transaction():
            signing_in.note_failed_second_factor(by=actor)
        form.take(error)
        return _form_page("accounts/second_factor.html", form, back=back)
    return redirect(back or url_for("accounts.arrive"), code=303)


@bp.route("/account/second-factor", methods=["GET", "POST"])
@requires("session:self")
def set_up_second_factor() -> Page:
    """Show a secret as picture and text, and take the first code as proof that the app has it."""
    actor, back = current_actor(), own_path(request.values.get("next"))
    replacing = actor.has_second_factor
    if replacing and not actor.second_factor:
        return redirect(url_for("accounts.second_factor", next=request.path), code=303)
    form = ReplaceForm() if replacing else SetUpForm()
    secret = peek(_SECRET) or new_totp_secret()
    if not form.validate_on_submit():
        return _set_up_page(form, secret, back, replacing)
    try:
        token, codes = own_account.set_up_second_factor(
            secret=secret, code=form.code.data, present=form.present.data if replacing else None, by=actor
        )
    except Invalid as error:
        form.take(error)
        return _set_up_page(form, secret, back, replacing)
    remember(token)
    keep_once(_CODES, "\n".join(codes))
    return redirect(url_for("accounts.recovery_codes", next=back), code=303)


def _set_up_page(form: SetUpForm, secret: str, back: str | None, replacing: bool) -> Page:
    keep_once(_SECRET, secret)
    address = totp_address(secret, account=current_user.email, issuer=_issuer())
    drawing = segno.make(address, error="m").svg_inline(scale=5, border=4, svgclass="di-qr", lineclass=None)
    return _form_page(
        "accounts/set_up_second_factor.html",
        form,
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        drawing=Markup(drawing),  # noqa: S704 - drawn by the library from an encoded address
        back=back,
        replacing=replacing,
        needed=needs_second_factor(current_actor().roles),
    )


def _issuer() -> str:
    return str(current_app.config.get("ISSUER", "Digital inclusion"))


@bp.get("/account/recovery-codes")
@requires("account:self")
def recovery_codes() -> Page:
    """Show fresh recovery codes, this once."""
    codes, back = take_once(_CODES), own_path(request.args.get("next"))
    if codes is None:
        return redirect(url_for("accounts.account"), code=303)
    return render_template("accounts/recovery_codes.html", codes=codes.split("\n"), go_on=back or home_url())


@bp.post("/account/recovery-codes/renew")
@requires("account:self")
def renew_recovery_codes() -> Response:
    """Throw the old codes away and show fresh ones."""
    keep_once(_CODES, "\n".join(own_account.renew_recovery_codes(by=current_actor())))
    return redirect(url_for("accounts.recovery_codes"), code=303)


@bp.route("/account/second-factor/remove", methods=["GET", "POST"])
@requires("account:self")
def remove_second_factor() -> Page:
    """Do without the second factor, where the role allows it."""
    form = PresentPasswordForm()
    if not form.validate_on_submit():
        return _form_page("accounts/remove_second_factor.html", form)
    try:
        own_account.remove_own_second_factor(present=form.present.data, by=current_actor())
    except Invalid as error:
        form.take(error)
        return _form_page("accounts/remove_second_factor.html", form)
    flash(_("The second factor is removed."), "success")
    return redirect(url_for("accounts.account"), code=303)

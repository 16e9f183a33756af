"""Sign in and out, forgotten password, join by invitation."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...foundation.access import policy
from ...foundation.access.roles import ROLES
from ...foundation.database import write_transaction
from ...foundation.kernel.errors import Invalid, NotFound
from ...foundation.web.forms import Form
from ...foundation.web.gate import current_actor, find_actor, public, requires
from ...foundation.web.network import asking_network
from ...foundation.web.returning import own_path
from ..actions import links, sessions, signing_in
from ..forms import ForgottenForm, JoinForm, NewPasswordForm, SignInForm
from ..queries.people import get_invited_partner
from ..queries.sessions import find_open_invitation, find_open_reset
from . import bp
from .session import forget, home_url, know_device, known_device, remember

Page = Response | str | tuple[str, int]


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    """Ask for e-mail and password; one answer for every reason why they do not fit."""
    form = SignInForm()
    back = own_path(request.values.get("next"))
    if request.method == "GET" and find_actor() is not None:
        return redirect(back or home_url(), code=303)
    if not form.validate_on_submit():
        return _form_page("accounts/sign_in.html", form, back=back)
    email, password = form.email.data, form.password.data
    signing_in.count_sign_in_try(email=email, address=asking_network(), device=known_device(email))
    try:
        user, token = signing_in.sign_in(email=email, password=password, by=signing_in.PAGE)
    except Invalid as error:
        with write_transaction():
            signing_in.note_failed_sign_in(email=email, by=signing_in.PAGE)
        form.take(error)
        return _form_page("accounts/sign_in.html", form, back=back)
    return _welcome(token, user.email, user.locale, back)


def _welcome(token: str, email: str, locale: str, back: str | None) -> Response:
    """Give the browser its session; the home page asks for the second factor where a role needs one."""
    remember(token)
    session.setdefault("locale", locale)
    response = redirect(url_for("accounts.arrive", next=back), code=303)
    know_device(response, email)
    return response


@bp.get("/arrive")
@requires("session:self")
def arrive() -> Response:
    """Go on to where the person wanted to go, through the second factor if the account has one."""
    actor, back = current_actor(), own_path(request.args.get("next"))
    if policy.owes_second_factor(actor):
        return redirect(url_for("accounts.second_factor", next=back), code=303)
    return redirect(back or home_url(), code=303)


@bp.post("/sign-out")
@requires("session:self")
def sign_out() -> Response:
    """End the session on the server and in the browser."""
    sessions.sign_out(by=current_actor())
    forget()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"), code=303)


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten() -> Page:
    """Ask for the address; the answer never says whether it is known."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return _form_page("accounts/forgotten.html", form)
    links.ask_for_reset(email=form.email.data, address=asking_network(), by=signing_in.PAGE)
    return redirect(url_for("accounts.forgotten_sent"), code=303)


@bp.get("/forgotten-password/sent")
@public
def forgotten_sent() -> str:
    """Say what happens now."""
    return render_template("accounts/forgotten_sent.html")


@bp.route("/new-password/<token:token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Page:
    """Set a new password with a one-time link; looking at the page does not use it up."""
    form = NewPasswordForm()
    if find_open_reset(token) is None:
        return _gone()
    if not form.validate_on_submit():
        return _form_page("accounts/reset.html", form)
    try:
        links.reset_password(token=token, password=form.password.data, by=signing_in.PAGE)
    except NotFound:
        return _gone()
    except Invalid as error:
        form.take(error)
        return _form_page("accounts/reset.html", form)
    forget()
    flash(_("Your new password is set. Sign in with it."), "success")
    return redirect(url_for("accounts.sign_in"), code=303)


@bp.route("/join/<token:token>", methods=["GET", "POST"])
@public
def join(token: str) -> Page:
    """Make an account from an invitation; looking at the page does not use it up."""
    invitation = find_open_invitation(token)
    if invitation is None:
        return _gone()
    form = JoinForm(name=invitation.name)
    about = {
        "invitation": invitation,
        "partner": get_invited_partner(invitation),
        "role_label": _(ROLES[invitation.role].label),
    }
    if not form.validate_on_submit():
        return _form_page("accounts/join.html", form, **about)
    try:
        user, session_token = links.accept_invitation(
            token=token, name=form.name.data, password=form.password.data, by=signing_in.PAGE
        )
    except NotFound:
        return _gone()
    except Invalid as error:
        form.take(error)
        return _form_page("accounts/join.html", form, **about)
    response = _welcome(session_token, user.email, user.locale, None)
    flash(_("Welcome, %(name)s. Your account is ready.", name=user.name), "success")  # the fresh cookie keeps it
    return response


def _gone() -> tuple[str, int]:
    return render_template("accounts/link_gone.html"), 410


def _form_page(template: str, form: Form, **more: object) -> Page:
    """Show the form; after a failed try with status 400, so that nothing is kept of the request."""
    return render_template(template, form=form, **more), 400 if request.method == "POST" else 200

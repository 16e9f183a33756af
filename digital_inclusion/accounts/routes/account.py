"""One's own account."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from ...foundation.access.roles import ROLES, needs_second_factor
from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.templating import LANGUAGES
from ..actions import own_account, sessions
from ..forms import AccountForm, ChangePasswordForm
from ..queries.people import list_teams_of
from ..queries.sessions import count_recovery_codes, get_user, list_sessions
from . import bp
from .session import forget, remember
from .sign_in import Page, _form_page


@bp.route("/account", methods=["GET", "POST"])
@requires("account:self")
def account() -> Page:
    """Show one's account; take a new name or language."""
    actor = current_actor()
    form = AccountForm(name=current_user.name, locale=current_user.locale)
    form.locale.choices = list(LANGUAGES)
    if not form.validate_on_submit():
        return _account_page(form)
    own_account.change_own_account(name=form.name.data, locale=form.locale.data, by=actor)
    session["locale"] = form.locale.data
    flash(_("Your account is changed."), "success")
    return redirect(url_for("accounts.account"), code=303)


def _account_page(form: AccountForm) -> Page:
    actor = current_actor()
    user_id = actor.user_id or 0
    page = render_template(
        "accounts/account.html",
        form=form,
        person=get_user(user_id),
        roles=[role for code, role in ROLES.items() if code in actor.roles],
        teams=list_teams_of(user_id),
        sessions=list_sessions(user_id),
        codes_left=count_recovery_codes(user_id),
        needed=needs_second_factor(actor.roles),
    )
    return page, 400 if request.method == "POST" else 200


@bp.route("/account/password", methods=["GET", "POST"])
@requires("account:self")
def change_password() -> Page:
    """Set a new password; every other browser is signed out."""
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return _form_page("accounts/change_password.html", form)
    try:
        token = own_account.change_password(present=form.present.data, password=form.password.data, by=current_actor())
    except Invalid as error:
        form.take(error)
        return _form_page("accounts/change_password.html", form)
    remember(token)
    flash(_("Your password is changed. Every other browser is signed out."), "success")
    return redirect(url_for("accounts.account"), code=303)


@bp.post("/account/sessions/end")
@requires("account:self")
def end_sessions() -> Response:
    """Sign out everywhere, here too."""
    sessions.end_own_sessions(by=current_actor())
    forget()
    flash(_("You are signed out everywhere."), "success")
    return redirect(url_for("accounts.sign_in"), code=303)

"""Flask-Login lives here and nowhere else: the browser's cookie holds a session token, the row stands in our table."""

from flask import Flask, Response, current_app, g, request, session
from flask_babel import gettext
from flask_login import LoginManager, UserMixin, current_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from ...foundation.access.identity import Actor
from ...foundation.access.roles import ROLES
from ...foundation.credentials import seal, unseal
from ...foundation.kernel.ids import new_token
from ...foundation.throttle import fingerprint
from ..actions.sessions import touch_session
from ..queries.sessions import SignedIn, find_signed_in
from ..rules import address_key

TOKEN = "sid"  # noqa: S105 - the name of the cookie's entry
KNOWN = "known"  # the cookie of a browser that somebody has signed in from
KNOWN_SECONDS = 180 * 24 * 3600
KNOWN_PEOPLE = 5
KEPT = ("locale",)  # what a browser keeps when somebody signs in or out


class CurrentUser(UserMixin):  # type: ignore[misc]
    """Who is signed in, as templates see it."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in
        self.actor: Actor = signed_in.actor
        self.name = signed_in.actor.name
        self.email = signed_in.email
        self.locale = signed_in.locale
        self.partner_name = signed_in.partner_name

    def get_id(self) -> str:
        """Return what Flask-Login would keep; our cookie holds the session token instead."""
        return str(self.actor.user_id)

    @property
    def role_label(self) -> str:
        """Return the person's roles in the reader's language."""
        return ", ".join(gettext(role.label) for code, role in ROLES.items() if code in self.actor.roles)


def _load(_request: object) -> CurrentUser | None:
    token = session.get(TOKEN)
    signed_in = find_signed_in(token) if isinstance(token, str) else None
    if signed_in is not None and signed_in.seen_long_ago:
        g.touch_session = signed_in.actor.session_id
    return CurrentUser(signed_in) if signed_in is not None else None


def actor_of_request() -> Actor | None:
    """Return who sent this request, or None."""
    return current_user.actor if current_user.is_authenticated else None


def remember(token: str) -> None:
    """Give the browser a fresh cookie with the session token: nothing set before sign-in survives it."""
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    session[TOKEN] = token


def forget() -> None:
    """Take everything but the language out of the browser's cookie."""
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)


def keep_once(name: str, text: str) -> None:
    """Keep ``text`` in the browser's cookie, encrypted, for the next page alone."""
    session[name] = seal(text)


def take_once(name: str) -> str | None:
    """Return what was kept for this page, and forget it."""
    sealed = session.pop(name, None)
    return unseal(sealed) if isinstance(sealed, str) else None


def peek(name: str) -> str | None:
    """Return what was kept, and keep it."""
    sealed = session.get(name)
    return unseal(sealed) if isinstance(sealed, str) else None


def known_device(email: str) -> str | None:
    """Return the browser's own number if somebody signed in to this account from it before."""
    device, people = _known()
    return device if device and _person(email) in people else None


def know_device(response: AnyResponse, email: str) -> None:
    """Let the browser remember that this account was opened from it; it says nothing about whom."""
    device, people = _known()
    people = [_person(email), *(person for person in people if person != _person(email))][:KNOWN_PEOPLE]
    response.set_cookie(
        KNOWN,
        _signer().dumps([device or new_token(), people]),
        max_age=KNOWN_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path="/",
    )


def _known() -> tuple[str, list[str]]:
    try:
        device, people = _signer().loads(request.cookies.get(KNOWN, ""))
    except (BadSignature, ValueError):
        return "", []
    return str(device), list(people)


def _person(email: str) -> str:
    return fingerprint("known", address_key(email))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt=KNOWN)


def _touch(response: Response) -> Response:
    session_id = g.pop("touch_session", None)
    if session_id is not None and request.endpoint != "accounts.sign_out":
        touch_session(session_id)
    return response


def home_url() -> str:
    """Return where people land after signing in; the application knows which pages exist."""
    found: str = current_app.extensions["home_url"]()
    return found


def init_sessions(app: Flask) -> None:
    """Let Flask-Login find people by our session, and tell the gate who acts."""
    manager = LoginManager()
    manager.session_protection = None  # the token is random, rotated and ends on the server; no browser fingerprint
    manager.request_loader(_load)
    manager.init_app(app)
    app.extensions["actor_of_request"] = actor_of_request
    app.extensions.setdefault("home_url", lambda: "/")
    app.after_request(_touch)

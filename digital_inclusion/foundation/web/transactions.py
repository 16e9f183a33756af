"""One commit per request, only for unsafe methods that succeed; GET never commits and sees one state.

Replays land where they led.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, redirect, request
from sqlalchemy import String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from ..database import AFTER_COMMIT, Base, db, only_read, session, writing
from ..kernel import clock
from ..kernel.ids import new_token, token_digest

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ONCE_FIELD = "_once"  # what components/form_wrapper.html writes


class UsedForm(Base):
    """A form's one-time key and where its first submission led: a double click or a replay lands there again."""

    __tablename__ = "used_forms"
    __exempt__ = True

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str] = mapped_column(String(500))


class TransactionalFlask(Flask):
    """Flask that commits after a view succeeded, before the response leaves; a failing commit is an error page."""

    def dispatch_request(self) -> Response:
        """Run the view inside the request's one transaction."""
        unsafe = _may_write()
        key = _form_key() if unsafe else None
        if key is not None and (led_to := _claim(key)) is not None:
            return self.make_response(redirect(led_to, code=303))
        response: Response = self.make_response(super().dispatch_request())
        if unsafe:
            _finish(response, key)
        return response


def reads_only(view: View) -> View:
    """Declare that the view writes nothing, not even when something is sent to it: it waits for no writer."""
    view.__reads_only__ = True  # type: ignore[attr-defined]
    return view


def _may_write() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method not in SAFE and request.endpoint != "static" and not hasattr(view, "__reads_only__")


def once_token() -> str:
    """Return a fresh key for a form; templates pass it as ``form(idempotency=once_token())``."""
    return new_token()


def _form_key() -> str | None:
    token = request.form.get(ONCE_FIELD, "")
    actor = g.get("actor")
    return token_digest(f"{actor.user_id if actor else ''}|{request.endpoint}|{token}") if token else None


def _claim(key: str) -> str | None:
    """Claim the form's key inside this transaction; return where it led when somebody already used it.

    On PostgreSQL a second click waits here for the first one's commit; on SQLite it waited for the write lock.
    """
    used = session().get(UsedForm, key)
    if used is None:
        session().add(UsedForm(key=key, used_at=clock.now(), location=request.path))
        try:
            session().flush()
            return None
        except IntegrityError:
            session().rollback()
            used = session().get(UsedForm, key)
    return used.location if used is not None else None


def _finish(response: Response, key: str | None) -> None:
    """Commit when the request succeeded; a redirect is remembered under the form's key."""
    if response.status_code >= 400 or g.get("rolled_back"):
        session().rollback()
        return
    used = session().get(UsedForm, key) if key else None
    if used is not None and response.status_code in {302, 303}:
        used.location = response.location or request.path
    elif used is not None:
        session().delete(used)  # a page, not a result: the same form may be sent again
    session().commit()
    for follow in AFTER_COMMIT:
        follow()


def roll_back_request() -> None:
    """Say that this request changes nothing, whatever its status (a form shown again with errors)."""
    g.rolled_back = True
    session().rollback()


def init_transactions(app: Flask) -> None:
    """Install the hooks; must come before everything that touches the database."""

    @app.before_request
    def begin() -> None:
        writing.set(_may_write())
        if not writing.get():
            only_read(session())

    @app.teardown_request
    def clean(_error: BaseException | None) -> None:
        writing.set(False)
        db.session.remove()

    app.jinja_env.globals["once_token"] = once_token

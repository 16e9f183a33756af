"""Every kind of error has one status and one page; the last one touches no database."""

import logging
import secrets
from datetime import date, datetime

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask_babel import format_date, format_datetime, gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from ..database import OutOfScope, session
from ..kernel import clock, errors
from .gate import SecondFactorNeeded, SignInNeeded

logger = logging.getLogger(__name__)

STATUS: dict[type[errors.DomainError], int] = {
    errors.Invalid: 400,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.Throttled: 429,
    errors.Unavailable: 503,
}


def sentence_of(error: errors.DomainError) -> str:
    """Return the error's sentence in the reader's language, days and times in it as they are written there."""
    if not error.params:
        return str(gettext(error.message))
    return str(gettext(error.message, **{name: _told(value) for name, value in error.params.items()}))


def _told(value: object) -> object:
    """Return a day, or an instant on the city's clock, as the reader writes it."""
    if isinstance(value, datetime):
        return format_datetime(clock.local(value).replace(tzinfo=None), "short", rebase=False)
    return format_date(value) if isinstance(value, date) else value


def _page(status: int, sentence: str | None = None) -> AnyResponse:
    session().rollback()
    template = f"errors/{status}.html" if status in PAGES else "errors/error.html"
    return Response(render_template(template, status=status, sentence=sentence), status)


PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 503})


def _domain(error: errors.DomainError) -> AnyResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    return _page(status, sentence_of(error))


def _sign_in(_error: SignInNeeded) -> AnyResponse:
    session().rollback()
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back))


def _second_factor(_error: SecondFactorNeeded) -> AnyResponse:
    session().rollback()
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.second_factor", next=back))


def _http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < 400:
        return error.get_response()
    return _page(error.code)


def _csrf(_error: CSRFError) -> AnyResponse:
    return _page(400, gettext("This form was open too long. Go back, reload the page, and send it again."))


def _changed(_error: StaleDataError) -> AnyResponse:
    return _page(409, gettext(errors.Conflict.message))


def _outside(_error: OutOfScope) -> AnyResponse:
    logger.error("write outside the scope", extra={"endpoint": request.endpoint})
    return _page(404)


def _met_somebody(error: DBAPIError) -> AnyResponse:
    """Two people at the same thing in the same moment: nothing was written, trying again works."""
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(error, IntegrityError) or state in {"40P01", "40001"}:
        return _page(409, gettext(errors.Conflict.message))
    if isinstance(error, OperationalError) and "locked" in str(error.orig):
        return _page(503, gettext(errors.Unavailable.message))
    return _last_resort(error)


def _unreadable(error: Exception) -> AnyResponse:
    """A number too large for any key, or a character no database stores: what was sent is wrong, not the program."""
    logger.warning("unreadable value", extra={"endpoint": request.endpoint, "error": type(error).__name__})
    return _page(400)


def _last_resort(error: Exception) -> AnyResponse:
    """Say so plainly, with a number to quote; no database, no template inheritance, no personal data."""
    incident = secrets.token_hex(4)
    logger.error(
        "unhandled %s",
        type(error).__name__,
        exc_info=None if isinstance(error, DBAPIError) else error,
        extra={"incident": incident, "endpoint": request.endpoint},
    )
    try:
        session().rollback()
    except Exception:
        logger.exception("rollback failed")
    g.pop("actor", None)
    status = 503 if isinstance(error, DBAPIError) and error.connection_invalidated else 500
    page = current_app.jinja_env.get_template("errors/fail_safe.html")  # no context: that would ask the database
    return Response(page.render(incident=incident, status=status), status, mimetype="text/html")


def init_errors(app: Flask) -> None:
    """Register one handler per kind."""
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(SecondFactorNeeded, _second_factor)
    app.register_error_handler(errors.DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(StaleDataError, _changed)
    app.register_error_handler(OutOfScope, _outside)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _met_somebody)
    app.register_error_handler(DataError, _unreadable)
    app.register_error_handler(OverflowError, _unreadable)
    if not app.config.get("PROPAGATE_ERRORS"):
        app.register_error_handler(Exception, _last_resort)

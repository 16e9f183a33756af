"""What every template may use: dates, numbers and money in the reader's format, the city, the menu."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.core import Locale
from babel.numbers import format_currency
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context, request, session, url_for
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    get_translations,
)
from flask_login import current_user

from ..kernel import clock, money
from .catalogs import compile_catalogs
from .gate import find_actor

LANGUAGES = (("en", "English"), ("es", "Español"), ("vi", "Tiếng Việt"), ("zh", "中文"))
NavItem = tuple[str, str, str]  # label, endpoint, permission


def pick_locale() -> str:
    """Return the reader's language: chosen, else the account's, else the browser's, else English."""
    if not has_request_context():
        return "en"  # commands and jobs; mail says itself in whose language it is written
    codes = [code for code, _ in LANGUAGES]
    chosen = session.get("locale")
    if chosen in codes:
        return str(chosen)
    own = getattr(current_user, "locale", None)
    return own if own in codes else (request.accept_languages.best_match(codes) or "en")


def _day(value: date | datetime | None, style: str = "medium") -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return _day_in(get_locale(), value, style)


@lru_cache(maxsize=4096)
def _day_in(_locale: Locale, value: date, style: str) -> str:
    """Return the day as the present reader writes it; the same days stand on many pages."""
    return str(format_date(value, style))


def _instant(value: datetime | None, style: str = "medium") -> str:
    return "" if value is None else str(format_datetime(clock.local(value).replace(tzinfo=None), style, rebase=False))


def _number(value: int | float | None) -> str:
    return "" if value is None else str(format_decimal(value))


# Amounts are written as they stand on bills here: "14,95 US$" means nothing to a reader in California.
_MONEY_LOCALES = {"es": "es_US", "vi": "en_US"}


def usd(amount: Decimal | int) -> str:
    """Return US dollars in the reader's language."""
    locale = get_locale() or "en"
    return str(format_currency(amount, "USD", locale=_MONEY_LOCALES.get(str(locale), locale)))


def told(sentence: str) -> str:
    """Return a sentence of the rules in the reader's language; unlike ``_`` it takes a percent sign as it is."""
    return str(_catalog().ugettext(sentence)) if sentence else ""


def _catalog() -> NullTranslations:
    """Return the translations of this request's language; a list page asks for hundreds of sentences."""
    locale = get_locale()  # it may change within a request: a mail is written in its reader's language
    held = g.get("catalog") if g else None
    if held is None or held[0] is not locale:
        held = locale, get_translations()
        if g:
            g.catalog = held
    catalog: NullTranslations = held[1]
    return catalog


def _static_url(filename: str) -> str:
    """Return the address of one of our own files; kept, because an icon asks for it hundreds of times a page."""
    key = request.script_root, filename
    if key not in _STATIC:
        _STATIC[key] = url_for("static", filename=filename)
    return _STATIC[key]


_STATIC: dict[tuple[str, str], str] = {}  # as long as the templates name files: a few


def init_templating(app: Flask) -> None:
    """Install filters and the context."""
    compile_catalogs(app.config["TRANSLATIONS"])
    Babel(app, locale_selector=pick_locale, default_translation_directories=str(app.config["TRANSLATIONS"]))
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalog().ugettext(text),
        ngettext=lambda one, many, number: _catalog().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["N_"] = lambda text: text  # marks a word in a table made once; it is translated where used
    app.jinja_env.globals["static_url"] = _static_url
    app.jinja_env.filters.update(day=_day, instant=_instant, number=_number, cents=money.format_cents)
    app.jinja_env.filters.update(usd=usd, told=told)
    app.jinja_env.globals["today"] = clock.today
    app.jinja_options["autoescape"] = True

    @app.context_processor
    def context() -> dict[str, Any]:
        providers: list[Callable[[], dict[str, Any]]] = current_app.extensions["page_context"]
        found: dict[str, Any] = {
            "locale": str(get_locale() or "en"),
            "languages": LANGUAGES,
            "actor": find_actor(),
        }
        for provide in providers:
            found.update(provide())
        return found

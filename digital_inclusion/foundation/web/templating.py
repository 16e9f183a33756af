"""What every template may use: dates, numbers and money in the reader's format, the city, the menu."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from babel.core import Locale
from babel.numbers import format_currency
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_app_context, has_request_context, request, session, url_for
from flask.templating import Environment
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    get_translations,
)
from flask_login import current_user
from markupsafe import Markup

from ..kernel import clock, money
from .catalogs import compile_catalogs
from .gate import find_actor
from .returning import came_from, here

LANGUAGES = (("en", "English"), ("es", "Español"), ("vi", "Tiếng Việt"), ("zh", "中文"))
NavItem = tuple[str, str, str]  # label, endpoint, permission
Key = TypeVar("Key")
Said = TypeVar("Said", bound=str)


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
    return _kept(_language().days, (value, style), lambda wanted: str(format_date(*wanted)))


def _instant(value: datetime | None, style: str = "medium") -> str:
    return "" if value is None else str(format_datetime(clock.local(value).replace(tzinfo=None), style, rebase=False))


def _number(value: int | float | None) -> str:
    if value is None:
        return ""
    return _kept(_language().numbers, (type(value), value), lambda wanted: str(format_decimal(wanted[1])))


# Amounts are written as they stand on bills here: "14,95 US$" means nothing to a reader in California.
_MONEY_LOCALES = {"es": "es_US", "vi": "en_US"}


def usd(amount: Decimal | int) -> str:
    """Return US dollars in the reader's language."""
    locale = get_locale() or "en"
    return str(format_currency(amount, "USD", locale=_MONEY_LOCALES.get(str(locale), locale)))


def told(sentence: str) -> str:
    """Return a sentence of the rules in the reader's language; unlike ``_`` it takes a percent sign as it is."""
    return str(_language().catalog.ugettext(sentence)) if sentence else ""


def _say(sentence: str, /, **values: object) -> Markup:
    """Return a template's sentence in the reader's language; ``%(name)s`` in it become the escaped values."""
    language = _language()
    return language.say(sentence) % values if values else _kept(language.sentences, sentence, language.say_plainly)


@dataclass(frozen=True, slots=True)
class _Language:
    """What was said in a language before: a page asks for hundreds of sentences and days, mostly the same ones."""

    catalog: NullTranslations
    sentences: dict[str, Markup] = field(default_factory=dict)  # those without values
    days: dict[tuple[date, str], str] = field(default_factory=dict)
    numbers: dict[tuple[type, float], str] = field(default_factory=dict)

    def say(self, sentence: str) -> Markup:
        """Return the sentence, with places for values."""
        return Markup(self.catalog.ugettext(sentence))  # noqa: S704 - templates and catalogs are ours

    def say_plainly(self, sentence: str) -> Markup:
        """Return a sentence that has no places for values."""
        return self.say(sentence) % {}


def _kept(said: dict[Key, Said], key: Key, say: Callable[[Key], Said]) -> Said:
    found = said.get(key)
    if found is None:
        if len(said) >= _MOST_KEPT:
            said.clear()
        found = said[key] = say(key)
    return found


_MOST_KEPT = 4096  # of each kind
_LANGUAGES: dict[str, _Language] = {}


def _language() -> _Language:
    """Return the language of this request, which may change within it: a mail is written in its reader's."""
    if not has_app_context():
        return _Language(NullTranslations())
    own: Any = g._get_current_object()  # asked for hundreds of times, the proxy costs
    # what get_locale() keeps there, and asks the proxy for three times
    locale = getattr(own.get("_flask_babel"), "babel_locale", None) or get_locale()
    held: tuple[Locale, _Language] | None = own.get("language")
    if held is None or held[0] is not locale:
        if str(locale) not in _LANGUAGES:
            _LANGUAGES[str(locale)] = _Language(get_translations())
        held = own.language = locale, _LANGUAGES[str(locale)]
    return held[1]


def _static_url(filename: str) -> str:
    """Return the address of one of our own files; kept, because an icon asks for it hundreds of times a page."""
    key = request.script_root, filename
    if key not in _STATIC:
        _STATIC[key] = url_for("static", filename=filename)
    return _STATIC[key]


_STATIC: dict[tuple[str, str], str] = {}  # as long as the templates name files: a few


class PlainGlobals(Environment):
    """Flask's environment in which templates share one plain table of globals.

    Jinja gives each template a chain of two tables, and every import asks the chain for all of its names.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template that adds none of its own."""
        return super().make_globals(d) if d else self.globals


def init_templating(app: Flask) -> None:
    """Install filters and the context."""
    compile_catalogs(app.config["TRANSLATIONS"])
    Babel(app, locale_selector=pick_locale, default_translation_directories=str(app.config["TRANSLATIONS"]))
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _language().catalog.ugettext(text),
        ngettext=lambda one, many, number: _language().catalog.ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _say  # as newstyle gettext does, which would look itself up for every sentence
    app.jinja_env.globals["N_"] = lambda text: text  # marks a word in a table made once; it is translated where used
    app.jinja_env.globals["static_url"] = _static_url
    app.jinja_env.filters.update(day=_day, instant=_instant, number=_number, cents=money.format_cents)
    app.jinja_env.filters.update(usd=usd, told=told)
    app.jinja_env.globals["today"] = clock.today
    app.jinja_env.globals.update(came_from=came_from, here=here)
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

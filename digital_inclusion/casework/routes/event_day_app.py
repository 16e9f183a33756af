"""The page that works without network: its shell, its service worker, its manifest, and a fresh token for it.

The shell names nobody: it is the same for everybody in a language, and all that a service worker ever keeps.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from flask import Response, current_app, jsonify, make_response, render_template, url_for
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from ...foundation.web.gate import public, requires
from ...foundation.web.icons import draw_icon
from ...households.rules import CONSENT_LANGUAGES
from ...progress.queries.program import get_program
from ..rules import event_days as rules
from . import bp

WORKER = "event-day/worker.js"
MARK = "favicon.svg"
ICONS = ((192, False), (512, False), (512, True))  # pixels, whether the ground reaches the corners
FILES = (
    "event-day/page.js", "event-day/entering.js", "event-day/parts.js", "event-day/vault.js", "event-day/sending.js",
    "event-day/event-day.css",
    "app.js", "app.css", "icons.svg", "mark.svg", "favicon.svg", "tick.svg", "chevron.svg", "vendor/htmx/htmx.min.js",
    "vendor/uswds/css/uswds.min.css", "vendor/uswds/fonts/public-sans/PublicSans-Regular.woff2",
    "vendor/uswds/fonts/public-sans/PublicSans-SemiBold.woff2", "vendor/uswds/fonts/public-sans/PublicSans-Bold.woff2",
)  # fmt: skip


@bp.get("/event-day/")
@requires("event_day:work")
def event_day_app() -> str:
    """Show the page that works without network; the data come by themselves, encrypted, when one loads a day."""
    return _shell()


def _shell() -> str:
    city = get_program().file.city
    agreements = {code: _agreement(code, city) for code in CONSENT_LANGUAGES}
    return render_template("casework/event_day_app.html", rules=rules, agreements=agreements)


def _agreement(language: str, city: object) -> Markup:
    """Return what a household signs, in its language; the template has escaped what stands in it."""
    with force_locale(language):
        return Markup(render_template("components/device_agreement.html", city=city))  # noqa: S704


@bp.get("/event-day/worker.js")
@requires("event_day:work")
def event_day_worker() -> Response:
    """Send the service worker with what it keeps; another version of any of it makes another worker."""
    files = [url_for("casework.event_day_app"), url_for("casework.event_day_manifest")]
    files += [url_for("static", filename=name) for name in FILES]
    if "residents.theme" in current_app.view_functions:
        files.append(url_for("residents.theme"))
    static = Path(current_app.static_folder or "")
    parts = [_shell(), get_program().file.city.accent_color]  # the color makes the theme
    parts += [_digest(static / name, (static / name).stat().st_mtime_ns) for name in (WORKER, *FILES)]
    shell = {"version": hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16], "files": files}
    script = f"const SHELL = {json.dumps(shell)};\n{(static / WORKER).read_text(encoding='utf-8')}"
    response = make_response(script)
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=64)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@bp.get("/event-day/manifest.json")
@requires("event_day:work")
def event_day_manifest() -> Response:
    """Say how the page is installed as a web app."""
    start = url_for("casework.event_day_app")
    response = jsonify(
        id=start, name=_("Event day"), short_name=_("Event day"), start_url=start, scope=start, display="standalone",
        lang=str(get_locale()), theme_color=get_program().file.city.accent_color, background_color="#ffffff",
        icons=_icons(),
    )  # fmt: skip
    response.headers["Content-Type"] = "application/manifest+json"
    return response


def _icons() -> list[dict[str, str]]:
    """Name the mark as it is, and the sizes of it that telephones want."""
    drawn = [
        {"src": url_for("casework.event_day_icon", size=size, is_full=is_full), "sizes": f"{size}x{size}",
         "type": "image/png", "purpose": "maskable" if is_full else "any"}
        for size, is_full in ICONS
    ]  # fmt: skip
    mark = {"src": url_for("static", filename=MARK), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return [mark, *drawn]


@bp.get("/event-day/icon-192.png", defaults={"size": 192, "is_full": False})
@bp.get("/event-day/icon-512.png", defaults={"size": 512, "is_full": False})
@bp.get("/event-day/icon-full.png", defaults={"size": 512, "is_full": True})
@public
def event_day_icon(size: int, is_full: bool) -> Response:
    """Draw the icon of the web app; a telephone asks for it without saying who it is."""
    response = make_response(draw_icon(Path(current_app.static_folder or "") / MARK, size, is_full=is_full))
    response.headers["Content-Type"] = "image/png"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.get("/event-day/token.json")
@requires("event_day:work")
def event_day_token() -> Response:
    """Give the page a token for what it sends next: the one that it was opened with may be of another session."""
    return jsonify(token=generate_csrf())

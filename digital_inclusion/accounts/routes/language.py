"""The language of the pages, for everybody."""

from flask import redirect, request, session
from werkzeug.wrappers import Response

from ...foundation.web.gate import public
from ...foundation.web.returning import own_path
from ...foundation.web.templating import LANGUAGES
from . import bp
from .session import home_url


@bp.post("/language")
@public
def set_language() -> Response:
    """Keep the chosen language in the browser's cookie and go back to the page."""
    chosen = request.form.get("locale")
    if chosen in {code for code, _name in LANGUAGES}:
        session["locale"] = chosen
    return redirect(own_path(request.form.get("next")) or home_url(), code=303)

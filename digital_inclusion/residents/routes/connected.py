"""Say whether the internet still works: one question, by the link that we sent. The address is the only secret."""

from flask import make_response, render_template, request, url_for
from flask_babel import force_locale, get_locale
from werkzeug.wrappers import Response

from ...casework.actions.asking import RESIDENT
from ...connectivity.actions.checking import answer_by_link
from ...connectivity.queries.asking import LinkState, find_link_state
from ...foundation.kernel.errors import Invalid, NotFound, Throttled
from ...foundation.kernel.ids import token_digest
from ...foundation.web.gate import public
from ...foundation.web.network import asking_network
from ...foundation.web.templating import LANGUAGES
from . import bp


@bp.route("/still-connected/<token:token>", methods=["GET", "POST"])
@public
def still_connected(token: str) -> Response:
    """Ask the one question; take the answer. Used once: then it says thanks."""
    found = find_link_state(token_digest(token))
    if request.method == "GET" or found.state != LinkState.OPEN:
        return _page(token, found, 404 if found.state == LinkState.OVER else 200)
    try:
        answer_by_link(token=token, answer=request.form.get("answer"), address=asking_network(), by=RESIDENT)
    except Throttled:
        return _page(token, found, 429)
    except NotFound:
        return _page(token, LinkState(LinkState.OVER, found.language), 404)
    except Invalid:
        return _page(token, found, 400)
    answered = LinkState(LinkState.ANSWERED, found.language, request.form.get("answer"))
    return _page(token, answered, 200)


def _page(token: str, found: LinkState, status: int) -> Response:
    """Return the page in the language asked for, else the household's, else the browser's; nobody keeps it."""
    known = {code for code, _name in LANGUAGES}
    asked = request.args.get("lang")
    language = asked if asked in known else found.language or str(get_locale() or "en")
    with force_locale(language):
        page = render_template(
            "residents/still_connected.html", found=found, token=token, status=status, here=language,
            ways=[(name, url_for("residents.still_connected", token=token, lang=code)) for code, name in LANGUAGES
                  if code != language],
        )  # fmt: skip
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response

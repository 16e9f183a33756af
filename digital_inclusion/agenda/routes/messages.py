"""The list of messages; where a gateway tells what became of them, and hands over what people text."""

import hmac
from datetime import timedelta

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from ...foundation.access.identity import system_actor
from ...foundation.database import EVERYTHING, let_go, use_scope
from ...foundation.kernel.errors import Invalid, NotAllowed, NotFound, TooLarge
from ...foundation.kernel.messages import _
from ...foundation.throttle import count_try
from ...foundation.web.gate import current_actor, public, requires
from ...foundation.web.network import asking_network
from ...foundation.web.viewing import note_households
from ..actions.receiving import receive
from ..queries import messages as queries
from ..rules.messages import ANSWERS_OF, CHANNELS, SHOWN, STATES
from ..schemas import read_told
from . import bp

HEADER = "X-Messages-Secret"
MOST_BYTES, MOST_LINES = 256 * 1024, 500
PER_HOUR, WRONG_PER_HOUR, HOUR = 6000, 20, timedelta(hours=1)


@bp.get("/messages")
@requires("message:read")
def list_messages() -> str:
    """Show the messages of the organization, the latest first: all, or those that did not arrive, wait, or came in."""
    show, by = request.args.get("show"), current_actor()
    rows = queries.list_messages(show=show, after=request.args.get("after"))
    shown = rows[: queries.PAGE]
    note_households(len(shown), by=by)
    return render_template(
        "agenda/list_messages.html", rows=shown, show=show if show in SHOWN else None, shown=SHOWN, states=STATES,
        channels=CHANNELS, came=ANSWERS_OF, next=shown[-1].message.code if len(rows) > queries.PAGE else None,
    )  # fmt: skip


@bp.post("/messages/incoming")
@public
def take_messages() -> ResponseReturnValue:
    """Take in JSON lines from whoever knows the secret; say how many were new. Without a secret there is no page."""
    _check_secret()
    told = [read_told(line) for line in _lines()]
    use_scope(EVERYTHING)  # a gateway knows no partners: a number may be known to several
    counted = receive(told=told, by=system_actor("gateway"))
    return {"new": counted.new, "repeated": counted.repeated, "unknown_number": counted.unknown_number}


def _lines() -> list[str]:
    """Return the lines that were sent; raise TooLarge, or Invalid with what to send instead."""
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge
    if request.mimetype.endswith(("form-data", "form-urlencoded")):  # its body is read as a form's before we see it
        raise Invalid(_("Send JSON lines, with Content-Type: application/x-ndjson."))
    lines = [line for line in request.get_data(as_text=True).split("\n") if line.strip()]
    if not 0 < len(lines) <= MOST_LINES:
        raise Invalid(_("Send from 1 to 500 lines."))
    return lines


def _check_secret() -> None:
    """Raise NotFound where nobody may call here, NotAllowed for a wrong secret, Throttled after too many calls."""
    secret = current_app.config["MESSAGES_SECRET"]
    if not secret:
        raise NotFound
    network = asking_network()
    let_go()  # the count has a transaction of its own, which must not wait for this one
    if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), str(secret).encode()):
        count_try("messages.wrong_secret", network, limit=WRONG_PER_HOUR, window=HOUR)
        raise NotAllowed
    count_try("messages.incoming", network, limit=PER_HOUR, window=HOUR)

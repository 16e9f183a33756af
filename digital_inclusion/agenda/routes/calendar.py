"""One's appointments in one's own calendar: the page with the link, and the file behind it."""

import hashlib

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from ...accounts.actions.calendar_links import end_calendar_link, make_calendar_link
from ...accounts.queries.calendar_links import find_calendar_link
from ...accounts.routes.session import keep_once, take_once
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.mail import link_to
from ...foundation.web.errors import sentence_of
from ...foundation.web.flood import Flood
from ...foundation.web.gate import current_actor, public, requires
from ..models import Appointment
from ..queries.calendar import read_feed
from ..rules.appointments import PLACES, PURPOSES, State
from ..rules.calendar import CalendarEntry, write_calendar
from . import bp

_LINK = "calendar_link"
BURST, A_SECOND = 120, 2.0  # a whole office may stand behind one address


@bp.route("/my-appointments/calendar", methods=["GET", "POST"])
@requires("appointment:plan")
def calendar_link() -> ResponseReturnValue:
    """Say what the link shows; make it, shown a single time."""
    by = current_actor()
    if request.method == "POST":
        keep_once(_LINK, link_to("agenda.calendar_feed", token=make_calendar_link(by=by)))
        return redirect(url_for("agenda.calendar_link"), code=303)
    link = find_calendar_link(by.user_id or 0)
    return render_template("agenda/calendar_link.html", link=link, new_link=take_once(_LINK))


@bp.post("/my-appointments/calendar/stop")
@requires("appointment:plan")
def stop_calendar_link() -> ResponseReturnValue:
    """Make the link worthless."""
    try:
        end_calendar_link(by=current_actor())
    except Conflict as error:
        flash(sentence_of(error), "info")
    else:
        flash(_("The link is stopped. It opens nothing any more."), "success")
    return redirect(url_for("agenda.calendar_link"), code=303)


@bp.get("/calendar/<token:token>.ics")
@public
def calendar_feed(token: str) -> AnyResponse:
    """Give a calendar program the appointments of the link's owner. The address is the only secret; it writes nothing
    and asks no browser to remember anything."""
    _flood().check()
    feed = read_feed(token)
    with force_locale(feed.locale):
        entries = [_entry(one, household) for one, household in feed.rows]
        text = write_calendar(entries, name=_("Appointments"), today=clock.today())
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.set_etag(hashlib.sha256(text).hexdigest()[:32])
    for name, value in _HEADERS.items():
        response.headers[name] = value
    return response.make_conditional(request)


_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="appointments.ics"',
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def _flood() -> Flood:
    flood: Flood = current_app.extensions.setdefault("calendar_flood", Flood(burst=BURST, a_second=A_SECOND))
    return flood


def _entry(one: Appointment, household: str) -> CalendarEntry:
    return CalendarEntry(
        code=one.code, summary=f"{_(PURPOSES[one.purpose])} ({household})", place=_(PLACES[one.place]),
        url=link_to("casework.show_appointment", appointment=one.code), starts_at=one.starts_at, ends_at=one.ends_at,
        is_cancelled=one.state == State.CANCELLED, sequence=one.sequence, created_at=one.created_at,
        changed_at=one.changed_at,
    )  # fmt: skip

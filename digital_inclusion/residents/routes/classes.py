"""Classes that are open to everybody: which there are, and how to ask for a seat. No account."""

from flask import make_response, redirect, render_template, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from ...agenda.forms.slots import told_time
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid, Throttled
from ...foundation.web.gate import public
from ...foundation.web.network import asking_network
from ...households.rules import LANGUAGES
from ...skills.actions.asking import RESIDENT
from ...skills.actions.asking import ask_for_seat as ask
from ...skills.queries.requests import get_open, list_open
from ...skills.rules.requests import KEPT
from ..forms.classes import SeatForm
from ..forms.help import OWN_WORDS
from . import bp

SPOKEN = LANGUAGES | OWN_WORDS


@bp.get("/classes")
@public
def list_classes() -> str:
    """Show the classes that are open and still to come."""
    rows = list_open(now=clock.now())
    return render_template("residents/list_classes.html", rows=rows, told_time=told_time, spoken=SPOKEN)


@bp.route("/classes/<code:course>", methods=["GET", "POST"])
@public
def ask_for_seat(course: str) -> Response:
    """Show one class, and take a request for a seat in it."""
    found, form, status = get_open(course, now=clock.now()), SeatForm().offer(), 200
    if form.validate_on_submit():
        spoken = str(get_locale() or "en")
        try:
            ask(course=found, asking=form.asking(), consent_language=spoken, address=asking_network(), by=RESIDENT)
            return redirect(url_for("residents.seat_asked", course=course), code=303)
        except (Invalid, Throttled) as error:
            form.take(error)
            status = 429 if isinstance(error, Throttled) else 400
    status = 400 if form.is_submitted() and status == 200 else status
    page = render_template(
        "residents/ask_for_seat.html", course=found, form=form, told_time=told_time, spoken=SPOKEN, days=KEPT.days
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/classes/<code:course>/sent")
@public
def seat_asked(course: str) -> str:
    """Say what happens next; it tells nobody's name, so that it may be opened by anybody."""
    return render_template("residents/seat_asked.html", course=get_open(course, now=clock.now()), told_time=told_time)

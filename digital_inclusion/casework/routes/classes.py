"""Find a household for a class: to give one of its members a seat, or to note that one came without a code at hand."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ...foundation.kernel.ids import read_code
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_view
from ...skills.queries.classes import get_class, get_session
from ...skills.queries.requests import list_requests
from ..forms.enrollment import FindForm
from ..queries.finding import find_households
from ..queries.lists import PAGE, rows_of
from . import bp


@bp.route("/skills/classes/<code:course>/find", methods=["GET", "POST"])
@requires("class:work")
def find_for_class(course: str) -> ResponseReturnValue:
    """Ask for name, phone or code of a household and show what fits. The words travel in the body and are not kept."""
    found, lesson = get_class(course), read_code(request.args.get("session", ""))
    asked = read_code(request.args.get("asked", ""))
    one, rows = get_session(lesson) if lesson else None, None
    form = FindForm(data={"words": _known_by(found.id, asked)})
    if form.validate_on_submit():
        fits = find_households(form.words.data, by=current_actor())
        ids = [*fits.exact, *fits.similar][:PAGE]
        note_view("household.searched", by=current_actor(), found=len(ids))
        rows = [row for row in rows_of(ids) if not row.erased]
    wrong = form.is_submitted() and rows is None
    page = render_template("casework/find_for_class.html", form=form, course=found, lesson=one, rows=rows, asked=asked)
    return page, 400 if wrong else 200


def _known_by(class_id: int, asked: str | None) -> str | None:
    """Return the words that find whoever asks for a seat: the phone they wrote, else the name."""
    one = next((one for one in list_requests(class_id) if one.code == asked), None) if asked else None
    return (one.phone or one.name) if one else None

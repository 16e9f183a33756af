"""Answer residents who asked for a seat, where there is none for them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.kernel.errors import Invalid
from ...foundation.web.gate import current_actor, requires
from ..actions.asking import close_request as close
from ..forms.requests import CloseForm
from ..queries.requests import get_class_of, get_request
from . import bp


@bp.route("/skills/seat-requests/<code:asked>/close", methods=["GET", "POST"])
@requires("class:work")
def close_request(asked: str) -> ResponseReturnValue:
    """Close a request for a seat without giving one."""
    found, form = get_request(asked), CloseForm().offer()
    course = get_class_of(found)
    if form.validate_on_submit():
        try:
            close(request=found, outcome=form.outcome.data, by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(_("The request is closed. Name and contact are erased."), "success")
            return redirect(url_for("skills.show_class", course=course.code), code=303)
    page = render_template("skills/close_request.html", form=form, asked=found, course=course)
    return page, 400 if form.is_submitted() else 200

"""Say that a device does not work. The household's code travels in the body; nobody is told whether it exists."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ...casework.actions.asking import RESIDENT
from ...casework.actions.sending_repairs import send_repair
from ...foundation.kernel.errors import Invalid, Throttled
from ...foundation.kernel.ids import read_code
from ...foundation.web.gate import public
from ...foundation.web.network import asking_network
from ..forms.repair import RepairForm
from . import bp


@bp.route("/repair", methods=["GET", "POST"])
@public
def ask_for_repair() -> Response:
    """Show the form; take it. ``?tag=`` is the number on the device, as its label's page knows it."""
    form = RepairForm(data={"tag": read_code(request.args.get("tag", ""))}).offer()
    if not form.is_submitted() or not form.validate():
        return _page(form, 400 if form.is_submitted() else 200)
    try:
        send_repair(told=form.told(), address=asking_network(), by=RESIDENT)
    except (Invalid, Throttled) as error:
        form.take(error)
        return _page(form, 429 if isinstance(error, Throttled) else 400)
    return redirect(url_for("residents.repair_sent"), code=303)


def _page(form: RepairForm, status: int) -> Response:
    response = make_response(render_template("residents/ask_for_repair.html", form=form), status)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/repair/sent")
@public
def repair_sent() -> str:
    """Say what happens next; the same words whether or not the code was right."""
    return render_template("residents/repair_sent.html")

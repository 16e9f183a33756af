"""One family or two? The city's list of likely same households, and the two records side by side."""

from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ..foundation.kernel.errors import Invalid
from ..foundation.web.gate import current_actor, requires
from ..foundation.web.viewing import note_household
from ..progress.queries.effects import tell_changes
from . import rules
from .actions import deciding
from .forms import AnswerForm, CompareForm, UndoForm
from .queries import pairs

bp = Blueprint("matching", __name__)

_ANSWER = {"same": deciding.link_records, "different": deciding.keep_apart}


@bp.get("/likely-pairs")
@requires("match:decide")
def list_pairs() -> Any:
    """Show the pairs that wait for an answer, or those that have one."""
    shown: pairs.Shown = "decided" if request.args.get("show") == "decided" else "open"
    return _list(shown, CompareForm())


@bp.post("/likely-pairs")
@requires("match:decide")
def compare_records() -> Any:
    """Lay two records side by side that nobody has proposed."""
    form = CompareForm()
    if form.validate_on_submit():
        try:
            pair = deciding.pair_up(code_a=form.code_a.data, code_b=form.code_b.data, by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            return redirect(url_for("matching.show_pair", pair_id=pair.id), code=303)
    return _list("open", form), 400


@bp.get("/likely-pairs/<int:pair_id>")
@requires("match:decide")
def show_pair(pair_id: int) -> Any:
    """Show the two records of a pair, and what an answer would do to the count."""
    return _page(pair_id, AnswerForm() if pairs.get_pair(pair_id).state == "open" else UndoForm())


@bp.post("/likely-pairs/<int:pair_id>/answer")
@requires("match:decide")
def answer_pair(pair_id: int) -> Any:
    """Take the answer to an open pair."""
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            _ANSWER[form.answer.data](pair_id=pair_id, reason=form.reason.data, by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(_("Your answer is recorded. You can take it back on this page."), "success")
            return redirect(url_for("matching.show_pair", pair_id=pair_id), code=303)
    return _page(pair_id, form), 400


@bp.post("/likely-pairs/<int:pair_id>/undo")
@requires("match:decide")
def undo_answer(pair_id: int) -> Any:
    """Take an answer back."""
    form = UndoForm()
    if form.validate_on_submit():
        try:
            deciding.take_back(pair_id=pair_id, reason=form.reason.data, by=current_actor())
        except Invalid as error:
            form.take(error)
        else:
            flash(_("The answer is taken back."), "success")
            return redirect(url_for("matching.show_pair", pair_id=pair_id), code=303)
    return _page(pair_id, form), 400


def _list(shown: pairs.Shown, form: CompareForm) -> str:
    page, after = pairs.list_pairs(shown, after=request.args.get("after", type=int))
    return render_template(
        "matching/list_pairs.html",
        pairs=page,
        next=after,
        shown=shown,
        form=form,
        counts=pairs.count_pairs(),
        kinds=rules.KEY_KINDS,
    )


def _page(pair_id: int, form: AnswerForm | UndoForm) -> str:
    pair = pairs.get_pair(pair_id)
    left, right = pairs.get_sides(pair)
    by = current_actor()
    for side in (left, right):
        note_household(side.record_id, partner_id=side.partner_id, by=by)
    return render_template(
        "matching/show_pair.html",
        pair=pair,
        sides=(left, right),
        form=form,
        compared=rules.compare(left, right),
        because=[rules.KEY_KINDS[kind] for kind in pairs.kinds_of(pair) if kind in rules.KEY_KINDS],
        deliveries=pairs.deliveries_of([left.record_id, right.record_id]),
        changes=tell_changes(deciding.preview_decision(pair_id=pair.id, by=by).changes),
    )


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(bp)

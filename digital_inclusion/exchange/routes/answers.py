"""Pages of the round trip with internet companies: ask, take the answer in, choose, watch, take back."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...connectivity.rules.applications import PROBLEMS, STATES
from ...foundation.files import path_of
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_view
from ..actions import answering, applying, asking
from ..forms import AnswerColumnsForm, AnswerForm, ApplyForm, AskForm
from ..queries import answers, applications, lines
from ..queries.columns import answer_columns
from ..rules.answers.comparing import LEFT, OTHER_GROUPS, PARTS
from . import bp, sentence
from .imports import KINDS, Page

APPLICATION_WORDS = {"states": STATES, "problems": PROBLEMS}
_GROUPS = ", ".join(PARTS | OTHER_GROUPS | LEFT)
WORKING = {"comparing", "running", "undoing"}


@bp.get("/provider-answers")
@requires("answer_file:run")
def list_answers() -> Page:
    """Show which companies were asked, and what they answered."""
    own = current_actor().partner_id or 0
    return render_template(
        "exchange/list_answers.html",
        rows=answers.list_answers(partner_id=own),
        asked=answers.list_provider_files(partner_id=own),
    )


@bp.route("/provider-files/new", methods=["GET", "POST"])
@requires("answer_file:run")
def make_provider_file() -> Page:
    """Make a file for a company."""
    providers = applications.companies()
    form = AskForm().offer(providers)
    if form.validate_on_submit():
        try:
            made = asking.make_provider_file(provider=form.provider.data, kind=form.kind.data, by=current_actor())
            return redirect(url_for("exchange.show_provider_file", code=made.code), code=303)
        except Invalid as error:
            form.take(error)
    page = render_template("exchange/make_provider_file.html", form=form, providers=providers)
    return page, 400 if request.method == "POST" else 200


@bp.get("/provider-files/<code:code>")
@requires("answer_file:run")
def show_provider_file(code: str) -> Page:
    """Show what a file for a company holds, and hand it out while it is kept."""
    made = answers.get_provider_file(code)
    is_own = made.created_by == current_actor().user_id and answers.find_copy(made.file_id) is not None
    return render_template("exchange/show_provider_file.html", made=made, is_own=is_own)


@bp.get("/provider-files/<code:code>/download")
@requires("answer_file:run")
def download_provider_file(code: str) -> Response:
    """Hand the file to who made it, while it is kept."""
    made = answers.get_provider_file(code)
    stored = answers.find_copy(made.file_id)
    if stored is None or made.created_by != current_actor().user_id:
        raise NotFound
    note_view("provider_file.downloaded", by=current_actor(), subject_type="provider_files", subject_id=made.id)
    return _copy(stored)


def _copy(stored: Any) -> Response:
    kind = stored.name.rsplit(".", 1)[-1]
    return send_file(path_of(stored), mimetype=KINDS.get(kind), as_attachment=True, download_name=stored.name)


@bp.route("/provider-answers/new", methods=["GET", "POST"])
@requires("answer_file:run")
def upload_answer() -> Page:
    """Take a company's answer in."""
    providers = applications.companies_that_answer()
    form = AnswerForm(data={"answered_on": clock.today()}).offer(providers)
    if form.validate_on_submit():
        try:
            made = _take(form)
            return redirect(url_for("exchange.match_answer_columns", code=made.code), code=303)
        except (Invalid, TooLarge) as error:
            told = error.fields if isinstance(error, Invalid) and error.fields else {"file": error.message}
            form.take(Invalid(fields={name: sentence(text, dict(error.params)) for name, text in told.items()}))
    limit = current_app.config["MAX_UPLOAD_BYTES"]
    page = render_template("exchange/upload_answer.html", form=form, limit=limit, providers=providers)
    return page, 400 if request.method == "POST" else 200


def _take(form: AnswerForm) -> Any:
    given = form.file.data
    return answering.upload_answer(
        stream=given.stream,
        filename=given.filename,
        provider=form.provider.data,
        answered_on=form.answered_on.data or clock.today(),
        limit=current_app.config["MAX_UPLOAD_BYTES"],
        by=current_actor(),
    )


@bp.route("/provider-answers/<code:code>/columns", methods=["GET", "POST"])
@requires("answer_file:run")
def match_answer_columns(code: str) -> Page:
    """Show what each column was taken for; take corrections over and compare."""
    answer = answers.get_answer(code)
    if answer.state != "uploaded":
        return redirect(url_for("exchange.show_answer", code=code), code=303)
    if answers.find_copy(answer.file_id) is None:
        raise Conflict(_("The file of this answer is no longer kept. Please upload it again."))
    columns = answer_columns(answer)
    note_view("answer_file.viewed", by=current_actor(), subject_type="answer_files", subject_id=answer.id)
    form = AnswerColumnsForm.for_headers([(column.header, column.field) for column in columns])
    if form.validate_on_submit():
        try:
            mapping = form.read([(column.header, column.field) for column in columns])
            answering.map_answer_columns(answer=answer, mapping=mapping, by=current_actor())
            return redirect(url_for("exchange.show_answer", code=code), code=303)
        except Invalid as error:
            form.take(error)
    page = render_template("exchange/match_answer_columns.html", answer=answer, columns=columns, form=form)
    return page, 400 if request.method == "POST" else 200


@bp.get("/provider-answers/<code:code>")
@requires("answer_file:run")
def show_answer(code: str) -> Page:
    """Show where an answer stands, what differs, and what can be done next."""
    answer = answers.get_answer(code)
    if answer.state == "uploaded":
        return redirect(url_for("exchange.match_answer_columns", code=code), code=303)
    return _page(answer, ApplyForm(data={"parts": list(PARTS)}))


def _page(answer: Any, form: ApplyForm) -> Page:
    busy = answer.state in WORKING
    counts = {} if busy else answers.count_groups(answer.id)
    page = render_template(
        "exchange/show_answer.html",
        answer=answer,
        form=form.offer(counts),
        counts=counts,
        parts=PARTS,
        chosen=[sentence(PARTS[name]) for name in answer.chosen],
        others=OTHER_GROUPS,
        busy=busy,
        is_kept=answers.find_copy(answer.returned_id) is not None,
    )
    return page, 400 if request.method == "POST" else 200


@bp.get(f"/provider-answers/<code:code>/rows/<any({_GROUPS}):group>")
@requires("answer_file:run")
def answer_rows(code: str, group: str) -> Page:
    """List the rows of one group; of rows that are not ours the numbers alone."""
    answer, after = answers.get_answer(code), request.args.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 9 else 0
    rows = answers.list_answer_rows(answer.id, group=group, after=start)
    note_view("answer_file.viewed", by=current_actor(), subject_type="answer_files", subject_id=answer.id)
    numbers = {row.fact_number for row in rows if row.fact_number}
    return render_template(
        "exchange/answer_rows.html",
        answer=answer,
        rows=rows,
        group=group,
        lines=lines.subscriptions_of(numbers),
        codes=lines.household_codes(numbers),
        applied=applications.applications_now(
            {row.application_id for row in rows if row.application_id}, provider=answer.provider
        ),
        words=APPLICATION_WORDS,
        label=sentence((PARTS | OTHER_GROUPS | LEFT)[group]),
        next=str(rows[-1].row) if len(rows) == answers.PAGE else None,
    )


@bp.post("/provider-answers/<code:code>/apply")
@requires("answer_file:run")
def apply_answer(code: str) -> Page:
    """Write the chosen differences in the background."""
    answer, form = answers.get_answer(code), ApplyForm()
    if form.validate_on_submit():
        try:
            answering.apply_answer(answer=answer, parts=form.parts.data or [], left_out=form.rows(), by=current_actor())
            return redirect(url_for("exchange.show_answer", code=code), code=303)
        except Invalid as error:
            form.take(error)
    return _page(answer, form)


@bp.get("/provider-answers/<code:code>/refused")
@requires("answer_file:run")
def refused_answers(code: str) -> Response:
    """Hand the unclear rows back: the same file with a column of reasons."""
    answer = answers.get_answer(code)
    stored = answers.find_copy(answer.returned_id)
    if stored is None:
        raise Conflict(_("No row of this answer came back."))
    note_view("answer_file.viewed", by=current_actor(), subject_type="answer_files", subject_id=answer.id)
    return _copy(stored)


@bp.post("/provider-answers/<code:code>/discard")
@requires("answer_file:run")
def discard_answer(code: str) -> Page:
    """Put an answer away that was not applied."""
    answering.discard_answer(answer=answers.get_answer(code), by=current_actor())
    flash(_("The answer is put away. Nothing of it was written."), "success")
    return redirect(url_for("exchange.list_answers"), code=303)


@bp.post("/provider-answers/<code:code>/undo")
@requires("answer_file:run")
def undo_answer(code: str) -> Page:
    """Take everything back that the answer brought."""
    applying.undo_answer(answer=answers.get_answer(code), by=current_actor())
    return redirect(url_for("exchange.show_answer", code=code), code=303)

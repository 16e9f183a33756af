"""Pages of files: upload, match columns, check, start, watch, what came of it, take back."""

import io
from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...casework.queries.lists import ListFilter, list_households
from ...foundation.kernel.errors import DomainError, Invalid, TooLarge
from ...foundation.sheets import write_csv, write_xlsx
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households, note_view
from ...funding.queries import list_grants
from ...progress.queries.effects import tell_changes
from ..actions import mapping, starting, undoing, uploading
from ..actions.refusing import write_refused
from ..forms import ColumnsForm, TermsForm, UploadForm
from ..queries import batches
from ..queries.columns import columns_of, most_offered
from ..rules.stops import stopped_template
from ..rules.template import template_rows
from ..rules.terms import WITHOUT_DAY, check_outlook, outlook_of
from . import bp, sentence

Page = Response | str | tuple[str, int]
KINDS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
BUSY = {"previewing", "running", "undoing"}


@bp.get("/imports")
@requires("import:run")
def list_imports() -> Page:
    """Show the partner's files, newest first."""
    before = request.args.get("after", "")
    rows = batches.list_batches(before=int(before) if before.isdecimal() and len(before) < 12 else None)
    following = str(rows[-1].id) if len(rows) == batches.PAGE else None
    return render_template("exchange/list_imports.html", rows=rows, next=following)


@bp.route("/imports/new", methods=["GET", "POST"])
@requires("import:run")
def upload() -> Page:
    """Take a file in."""
    form = UploadForm()
    by, limit = current_actor(), current_app.config["MAX_UPLOAD_BYTES"]
    if form.validate_on_submit():
        given = form.file.data
        try:
            batch = uploading.upload_file(
                stream=given.stream, filename=given.filename, partner_id=by.partner_id or 0, limit=limit, by=by
            )
            return redirect(url_for("exchange.columns", code=batch.code), code=303)
        except (Invalid, TooLarge) as error:
            form.take(Invalid(fields={"file": sentence(error.message, dict(error.params))}))
    page = render_template("exchange/upload.html", form=form, limit=limit)
    return page, 400 if request.method == "POST" else 200


@bp.get("/imports/template.<any(csv, xlsx):kind>")
@requires("import:run")
def template(kind: str) -> Response:
    """Hand out the file to fill in."""
    out = io.BytesIO()
    (write_csv if kind == "csv" else write_xlsx)(template_rows(), out)
    out.seek(0)
    return send_file(out, mimetype=KINDS[kind], as_attachment=True, download_name=f"households-template.{kind}")


@bp.get("/imports/<code:code>")
@requires("import:run")
def show_import(code: str) -> Page:
    """Show where a file stands, and what can be done next."""
    batch = batches.get_batch(code)
    if batch.state == "uploaded":
        return redirect(url_for("exchange.columns", code=code))
    return _import_page(batch, _terms_form(batch))


def _terms_form(batch: Any) -> TermsForm:
    kept = {"consent_attested": batch.consent_attested_on is not None}
    kept |= {name: getattr(batch, name) for name in ("consent_attested_on", "default_enrolled_on")}
    grants = list_grants(batch.partner_id)
    chosen = batch.grant_id if batch.started_at or not grants else grants[0].id
    form = TermsForm(data=kept | {"grant": str(chosen or "")})
    form.offer(grants)
    return form


def _import_page(batch: Any, form: TermsForm) -> Page:
    counts = (batch.preview or {}).get("counts", {})
    page = render_template(
        "exchange/show_import.html",
        batch=batch,
        form=form,
        counts=counts,
        outlook=outlook_of(counts, without_day=batches.count_problems(batch.id, code=WITHOUT_DAY)),
        groups=batches.group_problems(batch.id) if batch.state not in BUSY else [],
        same=batches.find_same_file(batch.sha256, not_id=batch.id),
        is_kept=batches.is_kept(batch),
        stopped=sentence(stopped_template(batch.error_code), batch.error_params) if batch.error_code else None,
        busy=batch.state in BUSY,
    )
    return page, 400 if request.method == "POST" else 200


@bp.route("/imports/<code:code>/columns", methods=["GET", "POST"])
@requires("import:run")
def columns(code: str) -> Page:
    """Show what each column was taken for; take corrections over and check the rows."""
    batch = batches.get_batch(code)
    shown = columns_of(batch)
    _note_file(batch)
    form = ColumnsForm.for_columns(shown, most_offered(shown))
    if form.validate_on_submit():
        try:
            mapping.map_columns(batch=batch, mapping=form.read(shown), by=current_actor())
            return redirect(url_for("exchange.show_import", code=code), code=303)
        except Invalid as error:
            form.take(error)
    page = render_template(
        "exchange/columns.html",
        batch=batch,
        columns=shown,
        form=form,
        same=batches.find_same_file(batch.sha256, not_id=batch.id),
    )
    return page, 400 if request.method == "POST" else 200


def _note_file(batch: Any) -> None:
    """Remember that somebody saw cells of the file: they name people."""
    note_view("import.viewed", by=current_actor(), subject_type="import_batches", subject_id=batch.id)


@bp.post("/imports/<code:code>/start")
@requires("import:run")
def start(code: str) -> Page:
    """Enroll the good rows on the terms given; or only check the file again on them."""
    batch = batches.get_batch(code)
    form = _terms_form(batch)
    if form.validate_on_submit():
        try:
            _act(batch, form)
            return redirect(url_for("exchange.show_import", code=code), code=303)
        except Invalid as error:
            form.take(error)
    return _import_page(batch, form)


def _act(batch: Any, form: TermsForm) -> None:
    grant_id, attested_on, enrolled_on = form.read()
    terms = starting.Terms(grant_id=grant_id, consent_attested_on=attested_on, default_enrolled_on=enrolled_on)
    if "check" in request.form:
        starting.check_again(batch=batch, terms=terms, by=current_actor())
        return
    has_new_day = enrolled_on is not None and enrolled_on != batch.default_enrolled_on
    without_day = batches.count_problems(batch.id, code=WITHOUT_DAY)
    check_outlook(batch.state, batch.preview, without_day, attested=attested_on is not None, has_new_day=has_new_day)
    starting.start_import(batch=batch, terms=terms, by=current_actor())


@bp.get("/imports/<code:code>/households")
@requires("import:run")
def households(code: str) -> Page:
    """Show the households that the file brought."""
    batch, by = batches.get_batch(code), current_actor()
    before, after = (request.args.get(name, type=int) for name in ("before", "after"))
    page = list_households(ListFilter(batch=batch.id, before=before, after=after), by=by)
    note_households(len(page.rows), by=by)
    return render_template("exchange/households.html", batch=batch, page=page)


@bp.post("/imports/<code:code>/stop")
@requires("import:run")
def stop(code: str) -> Page:
    """Stop after the rows under way."""
    starting.stop_import(batch=batches.get_batch(code), by=current_actor())
    flash(_("Stopped. What is in stays in."), "success")
    return redirect(url_for("exchange.show_import", code=code), code=303)


@bp.get("/imports/<code:code>/problems")
@requires("import:run")
def problems(code: str) -> Page:
    """List the problems of one kind, in the order of the file."""
    batch, after = batches.get_batch(code), request.args.get("after", "")
    kind, column = request.args.get("kind") or None, request.args.get("column") or None
    rows = batches.list_problems(
        batch.id, code=kind, column=column, after=int(after) if after.isdecimal() and len(after) < 12 else 0
    )
    _note_file(batch)
    _note_file(batch)
    following = str(rows[-1].id) if len(rows) == batches.PAGE else None
    return render_template("exchange/problems.html", batch=batch, rows=rows, next=following, column=column)


@bp.get("/imports/<code:code>/refused")
@requires("import:run")
def refused(code: str) -> Response:
    """Hand the refused rows back: the same file with a column of reasons."""
    batch = batches.get_batch(code)
    out, kind = write_refused(batch, header=_("Reasons"), translate=sentence, by=current_actor())
    note_view("export.made", by=current_actor(), subject_type="import_batches", subject_id=batch.id)
    name = f"{batch.filename.rsplit('.', 1)[0]}-{_('refused')}.{kind}"
    return send_file(out, mimetype=KINDS[kind], as_attachment=True, download_name=name)


@bp.route("/imports/<code:code>/undo", methods=["GET", "POST"])
@requires("import:run")
def undo(code: str) -> Page:
    """Show what taking the import back would change; then do it."""
    batch = batches.get_batch(code)
    if request.method == "POST":
        undoing.request_undo(batch=batch, by=current_actor())
        return redirect(url_for("exchange.show_import", code=code), code=303)
    effect, refusal = None, None
    try:
        effect = undoing.preview_undo(batch=batch, by=current_actor())
    except DomainError as error:
        refusal = sentence(error.message, dict(error.params))
    return render_template(
        "exchange/undo.html",
        batch=batch,
        changes=tell_changes(effect.changes) if effect is not None else None,
        refusal=refusal,
    )


@bp.route("/imports/<code:code>/remove", methods=["GET", "POST"])
@requires("import:run")
def remove(code: str) -> Page:
    """Remove the file; what was enrolled from it stays."""
    batch = batches.get_batch(code)
    if request.method == "POST":
        uploading.remove_upload(batch=batch, by=current_actor())
        flash(_("The file is removed."), "success")
        return redirect(url_for("exchange.show_import", code=code), code=303)
    return render_template("exchange/remove.html", batch=batch)

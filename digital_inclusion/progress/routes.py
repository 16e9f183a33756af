"""The verifiers' queue, the partner's questions to answer, and the program settings as they are in force."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ..foundation.kernel.errors import Invalid
from ..foundation.web.gate import current_actor, requires
from ..foundation.web.returning import way_back
from ..foundation.web.viewing import note_household, note_households
from .actions import verifying
from .forms import QueueForm, SelectedForm, SentenceForm
from .queries import proofs
from .queries.effects import tell_changes
from .queries.names import partner_names
from .queries.program import effects_of_loading, get_program, list_versions
from .queries.proofs import Wanted
from .rules.deliveries import DEVICE_KINDS, EVIDENCE_TYPES
from .rules.proofs import Move, can

bp = Blueprint("progress", __name__)
WORDS = {"device_kinds": DEVICE_KINDS, "evidence_types": EVIDENCE_TYPES}


@bp.get("/verify")
@requires("evidence:verify")
def queue() -> Any:
    """Show the evidence that waits for a verifier, oldest first."""
    by, wanted = current_actor(), _wanted()
    rows, after = proofs.list_queue(by, wanted, after=_place("after"))
    form = QueueForm(formdata=None, data={"show": wanted.shown, "partner": wanted.partner_id, "item": wanted.item})
    form.offer([(str(key), name) for key, (_code, name) in partner_names().items()])
    note_households(len(rows), by=by)
    return render_template(
        "progress/queue.html",
        rows=rows,
        next=_written(after),
        form=form,
        count=proofs.count_queue(by, wanted),
        most=proofs.MOST_COUNTED,
        documents=proofs.count_documents([_document_of(row) for row in rows if row.Proof.document_key]),
        link=_link(wanted),
        **WORDS,
    )


@bp.get("/verify/<int:fact>")
@requires("evidence:verify")
def evidence(fact: int) -> Any:
    """Show one piece of evidence beside its claim, and what confirming it would change."""
    return _evidence_page(fact, SentenceForm())


@bp.post("/verify/<int:fact>/confirm")
@requires("evidence:verify")
def confirm(fact: int) -> Any:
    """Confirm the evidence and go on to the next."""
    where = _next_url(fact)
    verifying.confirm_evidence(facts=[fact], by=current_actor(), seen=request.form.get("seen"))
    flash(_("Confirmed."), "success")
    return redirect(where, code=303)


@bp.post("/verify/<int:fact>/question")
@requires("evidence:verify")
def question(fact: int) -> Any:
    """Ask the partner about the evidence and go on to the next."""
    form = SentenceForm()
    if form.validate_on_submit():
        where = _next_url(fact)
        verifying.question_evidence(
            fact=fact, sentence=form.sentence.data, by=current_actor(), seen=form.seen.data or None
        )
        flash(_("Your question is with the partner."), "success")
        return redirect(where, code=303)
    return _evidence_page(fact, form), 400


@bp.get("/verify/documents/<int:partner_id>/<token:key>")
@requires("evidence:verify")
def document(partner_id: int, key: str) -> Any:
    """Show everything of a partner that rests on one document and waits for a verifier."""
    by = current_actor()
    rows = proofs.get_document(by, partner_id, key)
    note_households(len(rows), by=by)
    return render_template("progress/document.html", rows=rows, form=SelectedForm(), link=_link(_wanted()), **WORDS)


@bp.post("/verify/documents/<int:partner_id>/<token:key>/check")
@requires("evidence:verify")
def check_document(partner_id: int, key: str) -> Any:
    """Show what deciding about the selected rows would change, before it happens."""
    return _document_page(partner_id, key, SelectedForm())


@bp.post("/verify/documents/<int:partner_id>/<token:key>")
@requires("evidence:verify")
def decide_document(partner_id: int, key: str) -> Any:
    """Confirm the selected rows, or ask about them, all at once."""
    form = SelectedForm()
    try:
        count = _decide(form)
    except Invalid as error:
        form.take(error)
        return _document_page(partner_id, key, form), 400
    flash(ngettext("%(num)s row is decided.", "%(num)s rows are decided.", count), "success")
    return redirect(url_for("progress.queue"), code=303)


@bp.get("/questions")
@requires("evidence:answer")
def questions() -> Any:
    """Show the questions about one's own evidence, oldest first."""
    rows, after = proofs.list_questions(after=_place("after"))
    note_households(len(rows), by=current_actor())
    return render_template("progress/questions.html", rows=rows, next=_written(after), **WORDS)


@bp.get("/questions/<int:fact>")
@requires("evidence:answer")
def show_question(fact: int) -> Any:
    """Show one question with what it is about."""
    return _question_page(fact, SentenceForm())


@bp.post("/questions/<int:fact>")
@requires("evidence:answer")
def answer(fact: int) -> Any:
    """Answer a question; it goes back to the verifiers."""
    form = SentenceForm()
    if form.validate_on_submit():
        verifying.answer_question(fact=fact, sentence=form.sentence.data, by=current_actor())
        flash(_("Your answer is with the verifiers."), "success")
        return redirect(way_back(url_for("progress.questions")), code=303)
    return _question_page(fact, form), 400


@bp.get("/program-settings")
@requires("settings:read")
def settings() -> Any:
    """Show the settings in force, and which versions were loaded when and to what effect."""
    program, versions = get_program(), list_versions()
    return render_template(
        "progress/settings.html",
        loaded=program,
        file=program.file,
        versions=versions,
        effects=effects_of_loading([version.posting for version in versions]),
        kinds=DEVICE_KINDS,
    )


def _evidence_page(fact: int, form: SentenceForm) -> str:
    by, row, wanted = current_actor(), proofs.get_item(current_actor(), fact), _wanted()
    form.seen.data = row.Proof.state
    _note_view(row)
    can_confirm, can_question = can(Move.CONFIRM, row.Proof.state), can(Move.QUESTION, row.Proof.state)
    effect = verifying.effect_of_confirming if can_confirm else verifying.effect_of_questioning
    following = proofs.find_next(by, wanted, after=(row.Proof.since, fact))
    return render_template(
        "progress/evidence.html",
        row=row,
        form=form,
        can_confirm=can_confirm,
        can_question=can_question,
        changes=tell_changes(effect(facts=[fact], by=by).changes) if can_confirm or can_question else [],
        next_url=url_for("progress.evidence", fact=following, **_link(wanted)) if following else None,
        together=proofs.count_documents([_document_of(row)]) if row.Proof.document_key else {},
        link=_link(wanted),
        **WORDS,
    )


def _document_page(partner_id: int, key: str, form: SelectedForm) -> str:
    by, chosen = current_actor(), set(form.facts.data or [])
    rows = [row for row in proofs.get_document(by, partner_id, key) if row.FactRow.number in chosen]
    note_households(len(rows), by=by)
    effect = verifying.effect_of_confirming(facts=[row.FactRow.number for row in rows], by=by) if rows else None
    return render_template(
        "progress/check_document.html",
        rows=rows,
        form=form,
        changes=tell_changes(effect.changes) if effect else [],
        back=url_for("progress.document", partner_id=partner_id, key=key),
        here={"partner_id": partner_id, "key": key},
        **WORDS,
    )


def _decide(form: SelectedForm) -> int:
    by, facts = current_actor(), form.facts.data or []
    if request.form.get("move") == "question":
        verifying.question_evidence(fact=facts, sentence=form.sentence.data or "", by=by)
    else:
        verifying.confirm_evidence(facts=facts, by=by)
    return len(set(facts))


def _question_page(fact: int, form: SentenceForm) -> str:
    row = proofs.get_question(fact)
    _note_view(row)
    return render_template("progress/question.html", row=row, form=form, **WORDS)


def _note_view(row: Any) -> None:
    note_household(row.Proof.record_id, partner_id=row.Proof.partner_id, by=current_actor())


def _document_of(row: Any) -> tuple[int, str]:
    return row.Proof.partner_id, row.Proof.document_key


def _next_url(fact: int) -> str:
    """Return where a verifier goes on after this one: the next of the same filters, else the queue."""
    by, wanted = current_actor(), _wanted()
    row = proofs.get_item(by, fact)
    following = proofs.find_next(by, wanted, after=(row.Proof.since, fact))
    if following is None:
        return url_for("progress.queue", **_link(wanted))
    return url_for("progress.evidence", fact=following, **_link(wanted))


def _wanted() -> Wanted:
    """Return the filters in the address; what we do not know asks for everything."""
    shown, item = request.args.get("show", ""), request.args.get("item", "")
    return Wanted(
        shown=shown if shown in proofs.SHOWN else "turn",
        partner_id=request.args.get("partner", type=int),
        item=item if item in proofs.ITEMS else None,
    )


def _link(wanted: Wanted) -> dict[str, Any]:
    """Return the filters as an address writes them."""
    found = {
        "show": wanted.shown if wanted.shown != "turn" else None,
        "partner": wanted.partner_id,
        "item": wanted.item,
    }
    return {name: value for name, value in found.items() if value is not None}


def _place(name: str) -> proofs.Place | None:
    """Return where a page begins, as ``_written`` wrote it; None for the first one and for what we did not write."""
    since, _tilde, fact = request.args.get(name, "").partition("~")
    try:
        return datetime.fromisoformat(since), int(fact)
    except ValueError:
        return None


def _written(place: proofs.Place | None) -> str | None:
    return None if place is None else f"{place[0].isoformat()}~{place[1]}"


def init_app(app: Flask) -> None:
    """Register the room's pages."""
    app.register_blueprint(bp)

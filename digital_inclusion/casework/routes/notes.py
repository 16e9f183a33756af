"""Notes on a household: write one, log a call in two taps, see one with what it said before, change, strike out."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.text import read_whole
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.transactions import roll_back_request
from ...foundation.web.viewing import note_household
from ...progress.queries.served import Served, get_served
from ..actions import noting
from ..forms.noting import NoteForm, begun_with
from ..models import Note
from ..queries.notes import NotePage, get_note_page
from ..rules.notes import CALLS, KINDS, TEMPLATES, NewNote
from . import bp

URL = "/notes/<code:note>"


@bp.route("/households/<code:code>/notes/new", methods=["GET", "POST"])
@requires("note:write")
def write_note(code: str) -> ResponseReturnValue:
    """Write a note; the short form on the household's page leads here too."""
    household = _seen(code)
    form = NoteForm(data=begun_with(request.args.get("kind"), request.args.get("template"))).offer()
    if form.validate_on_submit() and _write(form, household):
        flash(_("The note is saved."), "success")
        return redirect(_timeline(code), code=303)
    page = render_template("casework/write_note.html", form=form, household=household, templates=TEMPLATES, kinds=KINDS)
    return page, 400 if form.is_submitted() else 200


def _seen(code: str) -> Served:
    household = get_served(code)
    note_household(household.id, partner_id=household.partner_id, by=current_actor())
    return household


def _timeline(code: str) -> str:
    return way_back(url_for("casework.household", code=code, _anchor="timeline"))


def _write(form: NoteForm, household: Served) -> Note | None:
    try:
        return noting.write_note(household_id=household.id, new=form.new(), by=current_actor())
    except Invalid as error:
        form.take(error)
        return None


@bp.post("/households/<code:code>/calls")
@requires("note:write")
def log_call(code: str) -> ResponseReturnValue:
    """Note a call of today by how it ended."""
    household, how = get_served(code), request.form.get("how", "")
    if how not in CALLS:
        raise Invalid(_("Choose how the call ended."))
    template = TEMPLATES[how]
    new = NewNote(kind=template.kind, happened_on=clock.today(), text=_(template.text))
    noting.write_note(household_id=household.id, new=new, by=current_actor())
    flash(_("The call is noted: %(how)s.", how=_(template.label)), "success")
    return redirect(_timeline(code), code=303)


@bp.get(URL)
@requires("note:read")
def show_note(note: str) -> str:
    """Show a note and what it said before; a sensitive one of another team only says that it is there."""
    page = get_note_page(note, by=current_actor())
    note_household(page.household.id, partner_id=page.household.partner_id, by=current_actor())
    may_change = page.note.written_by == current_actor().user_id and page.note.struck_at is None
    return render_template("casework/show_note.html", page=page, kinds=KINDS, may_change=may_change)


@bp.route(f"{URL}/edit", methods=["GET", "POST"])
@requires("note:write")
def change_note(note: str) -> ResponseReturnValue:
    """Change one's own note. Saved elsewhere meanwhile: the newer text stands beside what was typed."""
    form, status, newer = NoteForm(data=_values(_own(note).note)).offer(), 200, None
    if form.is_submitted():
        status, newer = _change(form, note)
    if status == 303:
        flash(_("The note is changed. What it said before is kept."), "success")
        return redirect(url_for("casework.show_note", note=note), code=303)
    return render_template("casework/change_note.html", form=form, page=_own(note), newer=newer, kinds=KINDS), status


def _own(code: str) -> NotePage:
    """Return one's own note that is not struck out; it was seen."""
    by = current_actor()
    page = get_note_page(code, by=by)
    noting.check_own(page.note, by=by)
    note_household(page.household.id, partner_id=page.household.partner_id, by=by)
    return page


def _change(form: NoteForm, code: str) -> tuple[int, Note | None]:
    """Save; return 303, or 400 for what cannot be taken, or 409 with the note as saved meanwhile."""
    if not form.validate():
        return 400, None
    try:
        noting.change_note(code=code, version=_version(form), new=form.new(), by=current_actor())
    except Invalid as error:
        form.take(error)
        return 400, None
    except noting.NoteChangedMeanwhile as error:
        form.general_error = sentence_of(error)
        return 409, _reread(code, form)
    return 303, None


def _values(note: Note) -> dict[str, Any]:
    return {name: getattr(note, name) for name in NewNote.FIELDS} | {"version": str(note.version)}


def _version(form: NoteForm) -> int:
    return read_whole(form.version.data)


def _reread(code: str, form: NoteForm) -> Note:
    """Return the note as saved meanwhile; the form now stands on it."""
    roll_back_request()
    newer = get_note_page(code, by=current_actor()).note
    form.version.data = str(newer.version)
    return newer


@bp.post(f"{URL}/strike")
@requires("note:write")
def strike_note(note: str) -> ResponseReturnValue:
    """Strike out one's own note."""
    noting.strike_note(code=note, by=current_actor())
    flash(_("The note is struck out. It can still be read."), "success")
    return redirect(url_for("casework.show_note", note=note), code=303)

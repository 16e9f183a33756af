"""Enroll by hand: one sitting, kept as a draft while it lasts."""

from collections.abc import Iterator, Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.kernel.ids import read_code
from ...foundation.web.errors import sentence_of
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.returning import way_back
from ...foundation.web.viewing import note_view
from ...funding.queries import list_grants
from ...progress.queries.program import get_program
from ...progress.schemas import LoadedProgram
from ..actions.drafting import discard_draft as throw_away
from ..actions.drafting import keep_draft
from ..actions.sitting import AlreadyKnown, Refused, enroll_in_sitting, likely_known
from ..forms.choices import enroll_choices
from ..forms.enrollment import EnrollForm
from ..forms.reading import read_household, show_problems, typed_so_far
from ..queries import drafts
from . import bp

_NOT_KEPT = {"csrf_token", "_once", "back", "draft", "save_draft", "add_member", "remove_member", "use"}


@bp.route("/households/enroll", methods=["GET", "POST"])
@requires("household:enroll")
def enroll() -> ResponseReturnValue:
    """Show the form, empty or from a draft; take it, keep it, or show it again."""
    by, program = current_actor(), get_program()
    if request.method == "GET":
        made = drafts.find_enrolled(request.args.get("draft"), by=by)
        if made is not None:
            flash(_("This draft has become a household: here it is. To enroll another one, choose Enroll."), "info")
            return redirect(url_for("casework.household", code=made))
        return _page(_begin(program, by), by, program)
    if "save_draft" in request.form:
        keep_draft(_typed(), code=request.form.get("draft"), by=by)
        flash(_("The draft is kept. Only you can see it."), "success")
        return redirect(way_back(url_for("casework.list_drafts")), code=303)
    known = read_code(request.form.get("use", ""))
    if known is not None:
        return _use(known, by)
    form = _form(program, by, _with_members_changed())
    if {"add_member", "remove_member"} & request.form.keys():
        if "add_member" in request.form and len(form.members.entries) < form.members.max_entries:
            form.members.append_entry()
        return _page(form, by, program)
    return _take(form, by, program)


def _use(code: str, by: Actor) -> ResponseReturnValue:
    """Go to a household that is known already; what was typed stays as a draft."""
    keep_draft(_typed(), code=request.form.get("draft"), by=by)
    flash(_("This is the household you know. What you typed is kept under Drafts until you throw it away."), "info")
    return redirect(url_for("casework.household", code=code), code=303)


def _take(form: EnrollForm, by: Actor, program: LoadedProgram) -> ResponseReturnValue:
    """Enroll what was typed, or show the form again with everything that is wrong."""
    is_whole = form.validate()
    reading = read_household(form, text_version=program.file.privacy.consent_text_version)
    show_problems(form, reading.problems, reading.household.deliveries)
    if not is_whole or reading.problems:
        return _page(form, by, program), 400
    others = (form.not_same.data or "").split(",")
    try:
        sat = enroll_in_sitting(reading.household, others=others, draft=form.draft.data, by=by)
    except Refused as refused:
        show_problems(form, refused.problems, reading.household.deliveries)
        return _page(form, by, program), 400
    except AlreadyKnown as known:
        form.general_error, form.general_target = sentence_of(known), "likely"
        return _page(form, by, program), 400
    flash(_("The household is enrolled."), "success")
    if sat.possibly_known:
        flash(_("This household is possibly known to another organization. The city will look."), "info")
    return redirect(url_for("casework.next_steps", code=sat.household.code), code=303)


@bp.post("/households/enroll/likely")
@requires("household:enroll")
def likely() -> ResponseReturnValue:
    """Show the own partner's households that may be the one being typed; a part of the page, renewed while typing."""
    by = current_actor()
    form = _form(get_program(), by, request.form)
    found = likely_known(typed_so_far(form), by=by)
    if found:
        note_view("household.searched", by=by, found=len(found))
    return render_template("casework/likely.html", likely=found, checked=False)


@bp.post("/households/enroll/draft")
@requires("household:enroll")
def save_draft() -> Response:
    """Keep what was typed so far, a moment after typing; the answer carries the draft's code."""
    code = keep_draft(_typed(), code=request.form.get("draft"), by=current_actor())
    return Response(status=204, headers={"X-Draft": code})


@bp.get("/drafts")
@requires("household:enroll")
def list_drafts() -> str:
    """Show one's own half-finished forms."""
    by = current_actor()
    rows = drafts.list_drafts(by=by, before=request.args.get("after", type=int))
    more = rows[drafts.PAGE - 1].id if len(rows) > drafts.PAGE else None
    days = get_program().file.privacy.draft_days
    total = drafts.count_drafts(by=by)
    return render_template("casework/list_drafts.html", rows=rows[: drafts.PAGE], next=more, total=total, days=days)


@bp.post("/drafts/<code:code>/discard")
@requires("household:enroll")
def discard_draft(code: str) -> ResponseReturnValue:
    """Throw a draft away."""
    throw_away(code, by=current_actor())
    flash(_("The draft is gone."), "success")
    return redirect(url_for("casework.list_drafts"), code=303)


def _begin(program: LoadedProgram, by: Actor) -> EnrollForm:
    """Return the form as it begins: empty but for today, the city and an only grant, or a draft as it was left."""
    code = request.args.get("draft")
    if code:
        draft = drafts.get_draft(code, by=by)
        form = _form(program, by, MultiDict(_pairs(draft.values)))
        form.draft.data = draft.code
        return form
    form = _form(program, by, None)
    form.enrolled_on.data = clock.today()
    form.city.data = program.file.city.name
    form.grant_id.data = form.grant_id.choices[0][0]
    return form


def _pairs(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, given in values.items():
        yield from ((name, str(one)) for one in (given if isinstance(given, list) else []))


def _form(program: LoadedProgram, by: Actor, typed: MultiDict[str, str] | None) -> EnrollForm:
    today = clock.today()
    grants = list_grants(by.partner_id, on=today)
    return EnrollForm(formdata=typed).offer(enroll_choices(program, grants, today))


def _typed() -> dict[str, list[str]]:
    """Return everything typed into the form, without keys and buttons."""
    return {name: given for name, given in request.form.to_dict(flat=False).items() if name not in _NOT_KEPT}


def _with_members_changed() -> MultiDict[str, str]:
    """Return the form as sent, without the person whose "Remove" was pressed."""
    gone = request.form.get("remove_member")
    pairs = request.form.items(multi=True)
    return MultiDict([(name, value) for name, value in pairs if gone is None or not name.startswith(f"{gone}-")])


def _page(form: EnrollForm, by: Actor, program: LoadedProgram) -> str:
    """Return the form with what looks like it among the own households, once something was typed."""
    found = likely_known(typed_so_far(form), by=by) if form.is_submitted() else []
    ruled_out = set((form.not_same.data or "").split(","))
    return render_template(
        "casework/enroll.html",
        form=form,
        likely=found,
        checked=bool(found) and {one.code for one in found} <= ruled_out,
        languages_of_consent=[code for code, _label in form.consent_language.choices],
        text_version=program.file.privacy.consent_text_version,
        one_grant=len(form.grant_id.choices) == 1,
        blank_member=form.blank_member(),
        drafts_kept=drafts.count_drafts(by=by) if request.method == "GET" and not form.draft.data else 0,
    )

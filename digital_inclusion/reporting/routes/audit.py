"""For auditors: what was decided about the count, the audit trail, exports, samples."""

from flask import Response, render_template, request, send_file

from ...foundation.audit.rules import NAMES
from ...foundation.kernel import clock
from ...foundation.kernel.errors import DomainError
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_view
from ...partners.queries import partner_names
from ...progress.queries.figures import last_posting
from ..forms import DecidedFilters, SampleForm, TrailFilters, offer
from ..queries import decided, exports, samples, trail
from ..rules.words import DECIDED
from . import bp
from .asking import asked_month, asked_partner, chips, partner_choices
from .sending import as_file
from .wording import _


@bp.get("/audit")
@requires("audit:read")
def audit() -> str:
    """Show voids, questions, links, splits and settings loaded, with their reasons."""
    kind = request.args.get("kind")
    wanted = decided.Asked(
        kind=kind if kind in DECIDED else None,
        partner_id=asked_partner(),
        month=asked_month(),
        after=_place(request.args.get("after", "")),
    )
    rows, following = decided.list_decided(wanted)
    filters = DecidedFilters(formdata=None)
    kinds = [(code, _(label)) for code, label in DECIDED.items()]
    partners = partner_choices(current_actor(), partner_names())
    month = f"{wanted.month:%Y-%m}" if wanted.month else ""
    offer(filters.kind, kinds, wanted.kind or "", every=_("Everything"))
    offer(filters.partner, partners, str(wanted.partner_id or ""), every=_("All partners"))
    filters.month.data = month
    return render_template(
        "reporting/audit.html",
        rows=rows,
        following=following,
        filters=filters,
        chips=chips({"kind": kinds, "partner": partners, "month": [(month, month)]}),
        kinds=dict(kinds),
        counts=decided.count_by_kind(),
        knowledge=last_posting(),
        seals=trail.seals(check="seals" in request.args),
    )


def _place(text: str) -> tuple[int, int] | None:
    """Return the key of a page, written posting-fact."""
    posting, _dash, fact = text.partition("-")
    return (int(posting), int(fact)) if posting.isdecimal() and fact.isdecimal() else None


@bp.get("/audit/trail")
@requires("audit:read")
def audit_trail() -> str:
    """Show who did what and when."""
    asked = request.args.get("name", "")
    name = asked if asked in NAMES else None
    lines, following = trail.list_trail(name=name, before=request.args.get("after", type=int))
    filters = TrailFilters(formdata=None)
    names = [(one, one) for one in sorted(NAMES)]
    offer(filters.name, names, name or "", every=_("Every event"))
    return render_template(
        "reporting/audit_trail.html", lines=lines, following=following, filters=filters, chips=chips({"name": names})
    )


@bp.get("/audit/export/<any(entries,facts):table>.<any(csv,xlsx):kind>")
@requires("audit:read")
def export(table: str, kind: str) -> Response:
    """Send the entries, or the facts, of a month or of all time."""
    month = asked_month()
    rows = exports.count_rows(table, month=month)
    note_view(
        "export.made",
        by=current_actor(),
        subject_type=table,
        rows=rows,
        format=kind,
        month=f"{month:%Y-%m}" if month else None,
    )
    name = f"{table}-{f'{month:%Y-%m}' if month else 'all'}-posting-{last_posting().posting}.{kind}"
    lines = exports.export_rows(table, month=month)
    kinds = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    file = as_file(lines, kind=kind, name=table, count=rows)
    return send_file(file, mimetype=kinds[kind], as_attachment=True, download_name=name)


@bp.get("/audit/sample")
@requires("audit:read")
def sample() -> str | tuple[str, int]:
    """Draw a sample by a stated seed, or show the form that asks for one."""
    if "seed" not in request.args:
        form = SampleForm(formdata=None, size=20, on=clock.today())
        return render_template("reporting/sample.html", form=form, drawn=None)
    form = SampleForm(request.args)
    if not form.validate():
        return render_template("reporting/sample.html", form=form, drawn=None), 400
    try:
        drawn = samples.draw_sample(
            seed=form.seed.data or "", size=form.size.data, on=form.on.data, posting=form.posting.data
        )
    except DomainError as error:
        form.take(error)
        return render_template("reporting/sample.html", form=form, drawn=None), 400
    note_view(
        "sample.drawn",
        by=current_actor(),
        posting=drawn.posting,
        seed=drawn.seed,
        size=drawn.size,
        on=drawn.on.isoformat(),
        population=drawn.population,
    )
    return render_template("reporting/sample.html", form=form, drawn=drawn)

"""Pages of who pays more from when: the months ahead, the lines behind a count, a file, and ends of programs."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...eligibility.rules.book import ProgramKind
from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.kernel.dates import last_day, month_of, read_month
from ...foundation.kernel.errors import DomainError
from ...foundation.sheets.writing import write_csv
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ...partners.queries import partner_names
from ...progress.queries.program import get_program
from ..actions import ending as actions
from ..forms.ending import EndForm
from ..queries import radar as queries
from ..queries.programs import titles
from ..queries.radar import Asked
from ..rules.cliffs import Cell, bridge_cents, check_end, span
from . import bp

AHEAD = 12  # months


def _asked() -> Asked:
    """Return what the address asks for; what it asks wrongly is left out."""
    only = read_month(request.args.get("month"))
    first = only or read_month(request.args.get("from")) or month_of(clock.today())
    months = [first] if only else span(first, AHEAD)
    return Asked(
        first=months[0], last=months[-1], partner_id=request.args.get("partner", type=int),
        district=request.args.get("district") or None,
    )  # fmt: skip


def _by_month(asked: Asked, cells: Sequence[Cell]) -> list[tuple[date, list[Cell]]]:
    months = span(asked.first, (asked.last.year - asked.first.year) * 12 + asked.last.month - asked.first.month + 1)
    return [(month, [cell for cell in cells if cell.month == month]) for month in months]


@bp.get("/radar")
@requires("radar:read")
def radar() -> str:
    """Show by month how many pay more, what they pay before and after, and what bridging it costs."""
    asked, by = _asked(), current_actor()
    cells = queries.list_cells(asked)
    until = last_day(asked.last)
    return render_template(
        "connectivity/radar.html",
        asked=asked, months=_by_month(asked, cells), cells=cells, until=until, bridge=bridge_cents(cells, until),
        unknown=queries.count_not_known(clock.today()),
        districts={one.code: one.name for one in get_program().districts_on(clock.today())},
        partners=partner_names() if sees_every_partner(by.roles) else {}, ends=queries.list_ends(),
        programs=titles(ProgramKind.SUBSIDY),
    )  # fmt: skip


@bp.get("/radar/lines")
@requires("radar:read")
def radar_lines() -> str:
    """Show the households behind a count: from what to what, and on which day."""
    asked = _asked()
    after = _after(request.args.get("after"))
    rows = queries.list_falling(asked, after=after)
    shown = rows[: queries.PAGE]
    note_households(len(shown), by=current_actor())
    following = f"{shown[-1].on.isoformat()}.{shown[-1].fact_number}" if len(rows) > queries.PAGE else None
    return render_template(
        "connectivity/radar_lines.html", asked=asked, rows=shown, next=following,
        every_partner=sees_every_partner(current_actor().roles),
    )  # fmt: skip


def _after(text: str | None) -> tuple[date, int] | None:
    day, _dot, number = (text or "").partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


@bp.get("/radar.csv")
@requires("radar:read")
def radar_file() -> Response:
    """Send the counts as a file: no household is in it."""
    asked = _asked()
    names = partner_names()
    rows: list[list[object]] = [["month", "partner", "district", "lines", "pay_a_month_before", "pay_a_month_after"]]
    for cell in queries.list_cells(asked):
        money = [f"{cents / 100:.2f}" for cents in (cell.before_cents, cell.after_cents)]
        rows.append([f"{cell.month:%Y-%m}", names.get(cell.partner_id, ""), cell.district, cell.lines, *money])
    out = io.BytesIO()
    write_csv(rows, out)  # type: ignore[arg-type]
    out.seek(0)
    return send_file(out, mimetype="text/csv", as_attachment=True, download_name="who-pays-more-soon.csv")


@bp.route("/program-ends/new", methods=["GET", "POST"])
@requires("program_end:manage")
def new_end() -> ResponseReturnValue:
    """Enter the end of a program: first its effect is shown, then it is confirmed."""
    programs = titles(ProgramKind.SUBSIDY)
    form, effect = EndForm().offer(programs), None
    if form.validate_on_submit():
        try:
            if request.form.get("step") == "confirm":
                return _enter(form, programs)
            check_end(last_day=form.last_day.data, announced_on=form.announced_on.data, today=clock.today())
            effect = queries.effect_of_end(form.program.data, form.last_day.data)
        except DomainError as error:
            form.take(error)
    status = 400 if form.is_submitted() and effect is None else 200
    return render_template("connectivity/new_end.html", form=form, effect=effect), status


def _enter(form: EndForm, programs: dict[str, str]) -> ResponseReturnValue:
    end = actions.announce_end(
        program=form.program.data, last_day=form.last_day.data, announced_on=form.announced_on.data,
        source=form.source.data or None, programs=[*programs], by=current_actor(),
    )  # fmt: skip
    flash(_("The end is entered. Every household that it concerns becomes a task."), "success")
    month: dict[str, Any] = {"from": f"{end.last_day:%Y-%m}"}
    return redirect(url_for("connectivity.radar", **month), code=303)


@bp.route("/program-ends/<code:end>/withdraw", methods=["GET", "POST"])
@requires("program_end:manage")
def withdraw_end(end: str) -> ResponseReturnValue:
    """Take the end of a program back."""
    found = queries.get_end(end)
    if request.method == "POST":
        actions.withdraw_end(code=end, by=current_actor())
        flash(_("The end is taken back. Subsidies have the days again that they had before."), "success")
        return redirect(url_for("connectivity.radar"), code=303)
    return render_template("connectivity/withdraw_end.html", end=found, programs=titles(ProgramKind.SUBSIDY))

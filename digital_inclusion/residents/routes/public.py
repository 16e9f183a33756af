"""Home, public progress, its data, the city's color."""

import io
import json
from dataclasses import replace

from flask import Response, current_app, make_response, redirect, render_template
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from ...foundation.sheets import write_csv
from ...foundation.web.charts import Chart, ChartRow, Line, line_chart
from ...foundation.web.gate import find_actor, public
from .. import queries
from ..queries import Point, PublicMonth
from ..rules.settings import open_questions
from . import bp

COLUMNS = ("month", "as_of", "posting", "milestone", "aspect", "value", "exact")
FIVE_MINUTES = 300
CONNECTED, WAITING = ("connected", "verified"), ("connected", "pending")
SKILLS = ("skills_sustained", "verified")


@bp.get("/")
@public
def home() -> str | AnyResponse:
    """Show what this is and what one can do now; whoever is signed in goes to their work."""
    if find_actor() is not None:
        return redirect(current_app.extensions["home_url"]())
    program = queries.public_program()
    months = queries.public_months(program, queries.public_rows())
    return render_template(
        "residents/home.html",
        latest=months[-1] if months else None,
        goals=program.file.goals if program else None,
    )


@bp.get("/public-progress")
@public
def progress() -> str:
    """Show how far the city is: totals of closed months, how we count, data to download."""
    program = queries.public_program()
    months = queries.public_months(program, queries.public_rows())
    return render_template(
        "residents/progress.html",
        months=months,
        latest=months[-1] if months else None,
        goals=program.file.goals if program else None,
        goal_day_confirmed=program.is_confirmed("goals.by") if program else False,
        standard=program.file.standards[-1] if program else None,
        small=program.file.privacy.small_figure if program else None,
        open_questions=open_questions(program.file.unconfirmed) if program else [],
        chart=_chart(months),
    )


def _chart(months: list[PublicMonth]) -> Chart | None:
    if not months:
        return None
    months = _since_the_first(months)
    labels = [format_date(month.month, "MMM y") for month in months]
    series = {_("Verified"): CONNECTED, _("Pending"): WAITING, _("Skills that last"): SKILLS}
    lines = [
        Line(name, [point.value if (point := month.of(*key)) else None for month in months])
        for name, key in series.items()
    ]
    title = _("Families connected with proof: %(count)s", count=_told(months[-1].of(*CONNECTED)))
    drawn = line_chart(title, labels, lines, first_column=_("End of"), number=format_decimal)
    rows = tuple(
        ChartRow(label, tuple(_told(month.of(*key)) for key in series.values()))
        for label, month in zip(labels, months, strict=True)
    )
    return replace(drawn, rows=rows[::-1])


def _since_the_first(months: list[PublicMonth]) -> list[PublicMonth]:
    """Return the months from the last one before anything was counted."""
    filled = [
        place for place, month in enumerate(months) if any(not point.is_nothing for point in month.points.values())
    ]
    return months[max(filled[0] - 1, 0) :] if filled else months[-12:]


def _told(point: Point | None) -> str:
    """Return a published figure in words: small ones are not shown."""
    if point is None:
        return str(_("not published"))
    if point.is_small:
        return str(_("%(small)s or fewer", small=format_decimal(point.small)))
    return (
        str(format_decimal(point.value)) if point.exact else _("about %(number)s", number=format_decimal(point.value))
    )


@bp.app_template_filter("published")
def published(point: Point | None) -> str:
    """Let templates write a published figure the same way."""
    return _told(point)


@bp.get("/public-progress/data.csv")
@public
def data_csv() -> Response:
    """Send the published figures as CSV."""
    out = io.BytesIO()
    rows = ([getattr(row, name) for name in COLUMNS] for row in queries.public_rows())
    write_csv([COLUMNS, *rows], out)
    return _file(out.getvalue(), "text/csv; charset=utf-8", "progress.csv")


@bp.get("/public-progress/data.json")
@public
def data_json() -> Response:
    """Send the published figures as JSON."""
    program = queries.public_program()
    found = {
        "city": program.file.city.name if program else None,
        "goals": program.file.goals.model_dump(mode="json") if program else None,
        "unconfirmed_settings": program.file.unconfirmed if program else [],
        "small_figure": program.file.privacy.small_figure if program else None,
        "note": "exact false: the figure repeats an earlier one; 0 with exact false means small_figure or fewer",
        "figures": [
            {name: str(value) if hasattr(value := getattr(row, name), "isoformat") else value for name in COLUMNS}
            for row in queries.public_rows()
        ],
    }
    data = json.dumps(found, indent=2, ensure_ascii=False).encode()
    return _file(data, "application/json", "progress.json")


def _file(data: bytes, kind: str, name: str) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _keep(response)


def _keep(response: Response) -> Response:
    """Let browsers and proxies keep what is the same for everybody."""
    response.headers["Cache-Control"] = f"public, max-age={FIVE_MINUTES}"
    return response


@bp.get("/theme.css")
@public
def theme() -> Response:
    """Send the city's accent color; the pages link this sheet last."""
    program = queries.public_program()
    rule = f":root {{ --di-accent: {program.file.city.accent_color}; }}\n" if program else ""
    response = make_response(rule)
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    return _keep(response)

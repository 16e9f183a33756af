"""Rounds of surveys side by side."""

from dataclasses import replace

from flask import render_template, url_for
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from ...foundation.web.charts import Bar, Chart, ChartRow, bar_chart
from ...foundation.web.gate import current_actor, requires
from ..forms.survey_answers import words_of
from ..queries.survey_rounds import get_rounds
from ..rules.survey_library import READY, SCALE, TOP
from ..rules.survey_rounds import Round
from ..rules.surveys import ready_question
from . import bp
from .survey_results import told_response


@bp.get("/surveys/rounds")
@requires("survey:read")
def survey_rounds() -> str:
    """Show what the last surveys said to the same questions, one after the other."""
    rounds = get_rounds(by=current_actor())
    charts = [_chart(ready, rows) for ready, rows in rounds.questions.items()]
    return render_template("casework/survey_rounds.html", rounds=rounds, charts=charts, told=told_response)


def _chart(ready: str, rows: list[Round]) -> Chart:
    """Return a question's rounds as bars, and as a table with of how many each is; rounds of too few have no bar."""
    is_scale = READY[ready].kind == SCALE
    shown = [(one, value) for one in rows if (value := one.value(ready)) is not None]
    bars = [Bar(_label(ready, one), value) for one, value in shown]
    said = _("On average, from 0 to 10.") if is_scale else _("Said yes, of those who answered this question.")
    chart = bar_chart(
        words_of(ready_question(ready), "en"), bars, columns=(_("Round"), _("Value")), subtitle=said,
        number=format_decimal if is_scale else _percent, top=TOP if is_scale else 100,
    )  # fmt: skip
    value = _("On average") if is_scale else _("Said yes")
    columns = _("Round"), value, _("Answered this question"), _("Response")
    return replace(chart, columns=columns, rows=tuple(_row(ready, one) for one in rows))


def _label(ready: str, one: Round) -> str:
    """Return the day and of how many the bar tells: short, so that it fits above the bar on a phone."""
    day, said = format_date(one.opened_on), format_decimal(one.said)
    if READY[ready].kind == SCALE:
        return str(_("%(day)s: %(said)s answers", day=day, said=said))
    return str(_("%(day)s: %(part)s of %(said)s", day=day, part=format_decimal(one.part(ready)), said=said))


def _percent(share: float) -> str:
    return f"{format_decimal(share)!s}%"


def _row(ready: str, one: Round) -> ChartRow:
    value, said = one.value(ready), _("too few to be shown") if one.said is None else format_decimal(one.said)
    if value is None:
        told = _("too few to be shown") if one.counts is None else _("nobody answered it")
    elif READY[ready].kind == SCALE:
        told = format_decimal(value)
    else:
        told = _("%(part)s (%(share)s)", part=format_decimal(one.part(ready)), share=_percent(value))
    href = url_for("casework.survey_results", survey=one.code)
    label = _("%(title)s, opened %(day)s", title=one.title, day=format_date(one.opened_on))
    return ChartRow(label, (told, said, told_response(one.response)), href)

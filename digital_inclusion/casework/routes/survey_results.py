"""What came of a survey: the page, and the numbers as a file."""

import io
from collections.abc import Iterator
from typing import Any

from flask import render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from ...foundation.kernel.errors import NotFound
from ...foundation.sheets import write_csv
from ...foundation.web.charts import Bar, Chart, bar_chart
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households, note_view
from ..forms.survey_answers import labels_of, words_of
from ..models import Survey
from ..queries.survey_results import OfQuestion, Results, get_results
from ..queries.survey_sending import count_sent
from ..queries.surveys import get_survey
from ..rules.survey_answers import Response, is_too_small
from ..rules.survey_library import SCALE
from ..rules.surveys import MILESTONES, State
from . import bp

URL = "/surveys/<code:survey>/results"
HEAD = [
    "survey", "part", "question", "answer", "households", "answered_question", "answered", "asked", "reachable",
    "fitting",
]  # fmt: skip


def _opened(code: str) -> Survey:
    """Return a survey that was opened."""
    found = get_survey(code, by=current_actor())
    if found.state == State.DRAFT:
        raise NotFound
    return found


@bp.get(URL)
@requires("survey:read")
def survey_results(survey: str) -> str:
    """Show what came of a survey that was opened."""
    found = _opened(survey)
    results = get_results(found, by=current_actor())
    charts = {one.place: _chart(one, results.response) for one in results.questions if one.counts}
    note_households(len({code for one in results.questions for code, _text in one.words}), by=current_actor())
    return render_template(
        "casework/survey_results.html", survey=found, results=results, charts=charts, told=told_response,
        words_of=words_of, milestones=MILESTONES, links=count_sent(found.id),
    )  # fmt: skip


def told_response(one: Response) -> str:
    """Return the response rate with what it is of: never a percentage alone."""
    told = _("%(answered)s of %(asked)s asked answered (%(rate)s%%)")
    numbers = {"answered": format_decimal(one.answered), "asked": format_decimal(one.asked), "rate": one.rate or 0}
    return str(told % numbers)


def _labels(one: OfQuestion) -> dict[str, str]:
    """Return the answers in words by code; of a scale the numbers."""
    return labels_of(one.question, "en") or {code: code for code in one.counts or {}}


def _chart(one: OfQuestion, response: Response) -> Chart:
    """Return a question's bars: households by answer, as long as all who answered the question."""
    labels, counts = _labels(one), one.counts or {}
    bars = [Bar(labels[code], count) for code, count in counts.items()]
    basis = _(
        "%(said)s answered this question; %(response)s.",
        said=format_decimal(one.said),
        response=told_response(response),
    )
    return bar_chart(
        words_of(one.question, "en"), bars, columns=(_("Answer"), _("Households")),
        subtitle=f"{basis} {_mean(one)}".strip(), number=format_decimal, top=one.said or None,
    )  # fmt: skip


def _mean(one: OfQuestion) -> str:
    if one.question.kind != SCALE or not one.said or not one.counts:
        return ""
    mean = sum(int(code) * count for code, count in one.counts.items()) / one.said
    return str(_("On average %(mean)s.", mean=format_decimal(round(mean, 1))))


@bp.get(f"{URL}.csv")
@requires("survey:read")
def export_survey(survey: str) -> ResponseReturnValue:
    """Download the numbers; each row says of how many. Small ones stay in the house: a file is passed on."""
    found = _opened(survey)
    results, out = get_results(found, by=current_actor(), for_file=True), io.BytesIO()
    write_csv(_rows(found, results), out)
    out.seek(0)
    note_view("export.made", by=current_actor(), subject_type="surveys", subject_id=found.id)
    return send_file(out, mimetype="text/csv", as_attachment=True, download_name=f"survey-{found.code}.csv")


def _rows(survey: Survey, results: Results) -> Iterator[list[Any]]:
    """Yield the rows of the file. What households wrote is on the page alone: it may name somebody."""
    total, small = results.response, results.small
    yield HEAD
    few, unasked = is_too_small([total.answered], small), total.fitting - total.reachable
    reachable = None if is_too_small([total.reachable, unasked], small) else total.reachable
    tail = [None if few else total.answered, total.asked, reachable, total.fitting]
    for one in results.questions:
        labels = _labels(one)
        words = words_of(one.question, "en")
        if one.counts is None:
            yield [survey.title, "question", words, "hidden: too few", None, None, *tail]
        for code, count in (one.counts or {}).items():
            yield [survey.title, "question", words, labels[code], count, one.said, *tail]
        if one.counts == {}:
            yield [survey.title, "question", words, "in words", one.said, one.said, *tail]
    for name, of in results.by_partner:
        numbers = [of.answered, of.asked, of.reachable, of.fitting] if of else [None] * 4
        yield [survey.title, "partner", name, "" if of else "hidden: too few", None, None, *numbers]

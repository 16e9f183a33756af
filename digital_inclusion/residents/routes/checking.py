"""The check: what can this household get? No account, nothing stored, one plain question a screen."""

from functools import lru_cache

from babel.lists import format_list
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...eligibility.rules.asking import makes_sense, open_questions, questions_about
from ...eligibility.rules.questions import Answer, Ask, Chosen, Income, Question, Skip, facts_of
from ...eligibility.schemas import decider_in_use
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...foundation.web.flood import Flood
from ...foundation.web.gate import public
from ...foundation.web.templating import usd
from ...foundation.web.transactions import reads_only
from ..forms.checking import EVERY, Choices, form_of
from ..rules.results import show_results
from . import bp, keeping

Page = Response | str
BURST_SECONDS = 60  # many people may share one address (a library, a phone company), and begin together


def _is_of_the_check() -> bool:
    return (request.endpoint or "").startswith("residents.check")


@bp.before_request
def _slow_down() -> None:
    if _is_of_the_check():
        _flood().check()


def _flood() -> Flood:
    """Return this process's count of who asks how often."""
    if "flood" not in current_app.extensions:
        a_second = current_app.config["CHECK_A_SECOND"]
        current_app.extensions["flood"] = Flood(burst=BURST_SECONDS * a_second, a_second=a_second)
    flood: Flood = current_app.extensions["flood"]
    return flood


@bp.after_request
def _keep_private(response: Response) -> Response:
    """Leave no copy of somebody's answers on a shared computer, and tell no other site where one came from."""
    if _is_of_the_check():
        response.headers["Cache-Control"] = "no-store"
    if request.endpoint == "residents.check_return":
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _answers() -> dict[str, Answer]:
    return keeping.answers_now(decider_in_use().book.questions)


@bp.get("/check")
@public
def check() -> Page:
    """Say what the check is, who sees the answers (nobody), and begin."""
    answers = _answers()
    return render_template("residents/check.html", begun=bool(answers), next_url=_next_url(answers))


@bp.get("/check/question/<word:name>")
@public
def check_question(name: str) -> Page:
    """Ask one question, with the answer given before, or with what was typed wrong a moment ago."""
    decider, answers, question = decider_in_use(), _answers(), _question(name)
    typed = keeping.take_typed(name)
    form = form_of(question, _choices(question), typed)
    if typed is None:
        form.fill(answers.get(name))
    else:
        form.validate()
    return render_template(
        "residents/check_question.html",
        form=form,
        question=question,
        skipped=answers.get(name) if isinstance(answers.get(name), Skip) else None,
        left=len([one for one in open_questions(decider, answers, on=clock.today()) if one.id != name]),
        done=len([one for one in decider.book.questions if one.id in answers and one.id != name]),
        back_url=_back_url(question, answers),
    )


@bp.post("/check/question/<word:name>")
@public
@reads_only
def check_answer(name: str) -> Page:
    """Take an answer; it leads to the next question that still matters. A wrong one leads back to its page."""
    question, skip = _question(name), request.form.get("skip")
    if skip in set(Skip):
        return _take(name, Skip(skip))
    form = form_of(question, _choices(question), request.form)
    if form.validate():
        return _take(name, form.answer())
    keeping.keep_typed(name, request.form)
    return redirect(url_for("residents.check_question", name=name), code=303)


def _question(name: str) -> Question:
    found = next((one for one in decider_in_use().book.questions if one.id == name), None)
    if found is None:
        raise NotFound
    return found


def _take(name: str, answer: Answer) -> Response:
    answers = _answers() | {name: answer}
    keeping.keep(answers)
    return redirect(_next_url(answers), code=303)


def _next_url(answers: dict[str, Answer]) -> str:
    still = open_questions(decider_in_use(), answers, on=clock.today())
    return url_for("residents.check_question", name=still[0].id) if still else url_for("residents.check_results")


def _back_url(question: Question, answers: dict[str, Answer]) -> str:
    """Return the page before: the last question answered above this one, or the beginning."""
    names = [one.id for one in decider_in_use().book.questions]
    above = [name for name in names[: names.index(question.id)] if name in answers]
    return url_for("residents.check_question", name=above[-1]) if above else url_for("residents.check")


@bp.get("/check/results")
@public
def check_results() -> Page:
    """Show what the household may qualify for, how much, why, and what to do next; also when answers are missing."""
    decider, answers, today = decider_in_use(), _answers(), clock.today()
    if not answers:
        flash(_("Your answers are gone from this browser. You can start again; it takes about two minutes."), "info")
        return redirect(url_for("residents.check"), code=303)
    book, facts = decider.book, facts_of(decider.book.questions, answers)
    still = open_questions(decider, answers, on=today)
    return render_template(
        "residents/check_results.html",
        results=show_results(book, decider.decide(facts, on=today), facts, on=today),
        still=len(still),
        next_url=url_for("residents.check_question", name=still[0].id) if still else None,
        given=[(one, _in_words(one, answers[one.id])) for one in book.questions if one.id in answers],
        ask_about=lambda further: [one for one in questions_about(book.questions, further) if makes_sense(one, facts)],
        book=book,
        link=url_for("residents.check_return", token=keeping.link_token(answers), _external=True),
        link_ends=today + keeping.COME_BACK,
    )


@bp.post("/check/clear")
@public
@reads_only
def check_clear() -> Page:
    """Forget the answers."""
    keeping.forget()
    flash(_("Your answers are cleared."), "success")
    return redirect(url_for("residents.check"), code=303)


@bp.get("/check/return/<sealed:token>")
@public
def check_return(token: str) -> Page:
    """Bring back the answers that a link holds; the link itself leaves the address bar at once."""
    answers = keeping.answers_of_link(token, decider_in_use().book.questions)
    if not answers:
        flash(_("This link is too old or not complete. Please answer the questions again."), "warning")
        return redirect(url_for("residents.check"), code=303)
    keeping.keep(answers)
    return redirect(url_for("residents.check_results"), code=303)


def _choices(question: Question) -> Choices:
    """Return what can be chosen, in the reader's language."""
    return _labels(decider_in_use().book.fingerprint, question.id, str(get_locale()))


@lru_cache(maxsize=1024)
def _labels(_fingerprint: str, name: str, _locale: str) -> Choices:
    """Return the labels of a question; asked for on every page, and the same for everybody with that language."""
    book, question = decider_in_use().book, _question(name)
    if question.ask is Ask.BENEFITS:
        return tuple((benefit, str(_(book.benefits[benefit]))) for benefit in question.shows)
    if question.ask is Ask.YES_NO:
        return ("yes", str(_("Yes"))), ("no", str(_("No")))
    return tuple((option.id, str(_(option.says))) for option in question.options)


def _in_words(question: Question, answer: Answer) -> str:
    if isinstance(answer, Skip):
        return str(_("I don’t know") if answer is Skip.UNKNOWN else _("I’d rather not say"))
    if isinstance(answer, Income):
        return str(_("%(amount)s %(every)s", amount=usd(answer.amount), every=EVERY[answer.every.value]))
    if isinstance(answer, Chosen):
        names = [label for value, label in _choices(question) if value in answer.benefits]
        return format_list(names, locale=get_locale()) if names else str(_("None of these"))
    return dict(_choices(question)).get(str(answer), str(answer))

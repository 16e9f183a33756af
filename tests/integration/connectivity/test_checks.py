"""Asking whether a line is still on: by phone, by link, by sample."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions import changing, correcting
from digital_inclusion.connectivity.actions.checking import note_check
from digital_inclusion.connectivity.actions.sampling import draw_sample
from digital_inclusion.connectivity.jobs import asking as jobs
from digital_inclusion.connectivity.models import CheckLink, LineCheck, SampleMember, Subscription
from digital_inclusion.connectivity.queries import asking
from digital_inclusion.connectivity.queries.samples import answers_of, find_sample, list_told
from digital_inclusion.connectivity.rules.checks import Said, terms_on
from digital_inclusion.connectivity.rules.samples import Wanted
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope
from digital_inclusion.foundation.jobs import HANDLERS
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from digital_inclusion.households.models import Household
from digital_inclusion.progress.models import FactRow, Standing
from tests.factories.aftercare import does
from tests.factories.households import new_line
from tests.factories.served import confirm, row_of, serve
from tests.factories.world import World
from tests.support.accounts import KeepingMailer
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form

PAGE = "/connectivity/checks"
START = date(2026, 1, 12)
TERMS = [30, 90, 365]


@contextmanager
def after(days: int) -> Iterator[None]:
    """Live so many days after the line began, at noon."""
    with clock.frozen(datetime(2026, 1, 12, 20, tzinfo=clock.now().tzinfo) + timedelta(days=days)):
        yield


def home(world: World, partner: str = "a", **changes: Any) -> tuple[Household, int]:
    """Return a household with a laptop and a line since January 12, 2026, and the line's number."""
    made = serve(world, partner, **{"safe_contact": "phone", "language": "es"} | changes)
    return row_of(made), made.delivery_facts[1]


def due(sample: int | None = None) -> list[tuple[int, int, int]]:
    session().rollback()
    use_scope(EVERYTHING)
    terms = terms_on(clock.today(), TERMS)
    statement = asking.due(terms, today=clock.today(), now=clock.now(), most=3, sample=sample)
    rows = [(one.line.fact_number, one.term_days, one.tries) for one in asking.list_due(statement)]
    assert len(rows) == asking.count_due(statement)
    return rows


def says(world: World, number: int, answer: str, *, who: str = "navigator_a", **more: Any) -> LineCheck:
    noted: LineCheck = does(world, note_check, who=who, number=number, said=Said(answer=answer, way="phone", **more))
    return noted


def facts(kind: str) -> list[FactRow]:
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(FactRow).where(FactRow.kind == kind).order_by(FactRow.number)))


def test_line_comes_due_and_an_answer_takes_it_off_until_the_next_term(world: World) -> None:
    _household, number = home(world)
    told = {}
    for days in (29, 30, 90):
        with after(days):
            told[days] = due()
    assert told == {29: [], 30: [(number, 30, 0)], 90: [(number, 90, 0)]}
    with after(31):
        says(world, number, "on")
        assert due() == []
        with pytest.raises(Conflict):
            says(world, number, "off")
    (check,) = facts("check")
    assert (check.refers_to, check.positive, check.evidence_type) == (number, True, "call_or_message")
    assert not check.self_verified
    for days, tries in ((90, 0), (93, 1), (96, 2)):
        with after(days):
            assert due() == [(number, 90, tries)]
            says(world, number, "no_answer")
            assert due() == []
    with after(120):
        assert due() == []
    assert len(facts("check")) == 1
    assert [(one.term_days, one.answers.counts) for one in list_told()] == [(30, {"on": 1}), (90, {"no_answer": 1})]


def test_check_extends_the_proof_only_once_confirmed(world: World) -> None:
    made = serve(world)
    confirm(world, *made.delivery_facts)
    with after(300):
        noted = says(world, made.delivery_facts[1], "on")
        said_fact = noted.said_fact
    until = [_until(made.id)]
    confirm(world, said_fact or 0)
    until.append(_until(made.id))
    assert until == [date(2027, 1, 12), START + timedelta(days=665)]


def _until(household: int) -> date | None:
    session().rollback()
    use_scope(EVERYTHING)
    return session().get_one(Standing, household).connected_until


def test_off_posts_the_end_with_its_day_only(client: FlaskClient, world: World) -> None:
    _one, number = home(world)
    _two, other = home(world, name="Ana Ruiz")
    with after(40):
        signed_in(client, world, "navigator_a")
        page = client.get(PAGE)
        check_page(page)
        assert "To ask today 2" in page_text(page) and "Español" in page_text(page)
        form = f"{PAGE}?line={number}&answer=off"
        check_page(client.get(form))
        off = {"answer": "off", "way": "phone"}
        for wrong, sentence in (
            ({"ended_on": "2026-01-01", "reason": "moved"}, "cannot end before it began"),
            ({"ended_on": "2026-02-01"}, "choose why it is off"),
            ({"answer": "on", "ended_on": "2026-02-01", "reason": "moved"}, "clear the day"),
        ):
            refused = post_form(client, PAGE, off | wrong, page=form)
            check_page(refused)
            assert refused.status_code == 400 and sentence in page_text(refused)
        right = off | {"ended_on": "2026-02-10", "reason": "not_paid"}
        assert post_form(client, PAGE, right, page=form).status_code == 303
        assert post_form(client, PAGE, off, page=f"{PAGE}?line={other}").status_code == 303
        page = client.get(PAGE)
        check_page(page)
        assert "They said it is off 1" in page_text(page) and "Ana Ruiz" in page_text(page)
        check_page(client.get(f"{PAGE}/results"))
    (end,) = facts("end")
    assert (end.refers_to, end.occurred_on, end.reason) == (number, date(2026, 2, 10), "not_paid")
    session().rollback()
    use_scope(EVERYTHING)
    assert session().get_one(Subscription, number).ended_on == date(2026, 2, 10)
    assert facts("check") == []


def test_only_who_may_be_contacted_is_listed(world: World) -> None:
    home(world, safe_contact="none")
    withdrew, _number = home(world, name="Ana Ruiz")
    ended, ended_line = home(world, name="Binh Tran")
    asked, number = home(world, name="Mei Chen")
    by = {"who": "navigator_a"}
    does(world, changing.withdraw_consent, **by, household_id=withdrew.id, purposes=["follow_up"])
    ending = {"number": ended_line, "ended_on": date(2026, 2, 1), "reason": "moved"}
    does(world, correcting.end_thing, **by, household_id=ended.id, **ending)
    with after(40):
        assert due() == [(number, 30, 0)]
        right = new_line(date(2026, 1, 14), grant_id=world.grants["a"])
        does(world, correcting.correct_delivery, **by, household_id=asked.id, number=number, delivery=right)
        assert [row[0] for row in due()] == [max(one.fact_number for one in session().scalars(select(Subscription)))]


def test_two_note_an_answer_at_once(app: Flask, world: World) -> None:
    _household, number = home(world)
    barrier, told = threading.Barrier(2, timeout=30), list[str]()

    def say(answer: str) -> None:
        with app.app_context(), after(40):
            barrier.wait()
            try:
                says(world, number, answer)
            except DomainError as error:
                told.append(error.sentence)
            finally:
                db.session.remove()

    both = [threading.Thread(target=say, args=(one,)) for one in ("on", "refused")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert told == ["Somebody noted an answer already."]


def test_other_organizations_lines_are_not_there(client: FlaskClient, world: World) -> None:
    _household, number = home(world)
    with after(40):
        signed_in(client, world, "navigator_b")
        assert "Nobody is to be asked today" in page_text(client.get(PAGE))
        assert client.get(f"{PAGE}?line={number}").status_code == 404
        assert client.get(f"{PAGE}?line=99999999999&after=99999999999").status_code == 200
        assert post_form(client, PAGE, {"line": str(number), "answer": "on", "way": "phone"}).status_code == 404
        with pytest.raises(NotFound):
            says(world, number, "on", who="navigator_b")
        with pytest.raises(NotAllowed):
            says(world, number, "on", who="auditor")


def mailed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> KeepingMailer:
    mailer = KeepingMailer()
    monkeypatch.setitem(app.extensions, "mailer", mailer)
    HANDLERS[jobs.ASK_BY_MAIL]({})
    return mailer


def test_household_answers_by_its_link_once(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    household, number = home(world, safe_contact="email", email="rosa@example.org")
    with after(40):
        mailer = mailed(app, monkeypatch)
        ((to, _subject, body),) = mailer.sent
        token = re.findall(r"/still-connected/([\w-]+)", body)[0]
        assert to == "rosa@example.org" and household.head_name not in body
        assert due() == []  # the link is given a week before somebody calls
        link = f"/still-connected/{token}"
        for language in ("en", "es", "vi", "zh"):
            page = client.get(f"{link}?lang={language}")
            check_page(page)
            assert f'<html lang="{language}"' in page.get_data(as_text=True)
            assert "Rosa" not in page_text(page) and "Bay Fiber" not in page_text(page)
        assert facts("check") == []  # looking changes nothing
        assert post_form(client, link, {"answer": "maybe"}, page=f"{link}?lang=en").status_code == 400
        first = post_form(client, link, {"answer": "on"}, page=f"{link}?lang=en")
        assert first.status_code == 200
        replay = client.get(f"{link}?lang=en")
        check_page(replay)
        assert "Thank you" in page_text(replay)
    (check,) = facts("check")
    assert (check.evidence_type, check.self_verified, check.entered_by) == ("household_statement", False, None)
    session().rollback()
    use_scope(EVERYTHING)
    (noted,) = session().scalars(select(LineCheck)).all()
    assert (noted.fact_number, noted.way, noted.answer, noted.asked_by) == (number, "link", "on", None)
    assert client.get("/still-connected/" + "x" * 43).status_code == 404


def test_link_is_over_after_its_days_and_for_who_withdrew(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    household, number = home(world, safe_contact="email", email="rosa@example.org")
    with after(40):
        token = re.findall(r"/still-connected/([\w-]+)", mailed(app, monkeypatch).sent[0][2])[0]
    with after(48):
        assert due() == [(number, 30, 0)]
    with after(71):
        assert client.get(f"/still-connected/{token}").status_code == 404
    does(world, changing.withdraw_consent, who="navigator_a", household_id=household.id, purposes=["follow_up"])
    with after(95):
        assert mailed(app, monkeypatch).sent == []
    session().rollback()
    use_scope(EVERYTHING)
    assert [one.term_days for one in session().scalars(select(CheckLink))] == [30]


def test_sample_is_drawn_once_and_tells_what_it_is(client: FlaskClient, world: World) -> None:
    numbers = [home(world, name=f"Family {letter}")[1] for letter in "CDEFG"]
    numbers.append(home(world, "b", name="Family B")[1])
    with after(40):
        wanted = Wanted(term_days=30, from_on=date(2026, 2, 1), to_on=clock.today(), size=4)
        drawn = [does(world, draw_sample, who="program_manager", wanted=wanted, seed=7).code for _again in range(2)]
        members = [_members(code) for code in drawn]
        assert members[0] == members[1] and len(members[0]) == 4 and set(members[0]) <= set(numbers)
        sample = find_sample(drawn[0])
        assert sample is not None and (sample.population, sample.size) == (6, 4)
        assert [row[0] for row in due(sample=sample.id)] == members[0]
        for answer, number in zip(("on", "on", "no_answer"), members[0], strict=False):
            says(world, number, answer, who="navigator_b" if number == numbers[-1] else "navigator_a")
        assert answers_of(sample).counts == {"on": 2, "no_answer": 1}
        signed_in(client, world, "program_manager")
        page = client.get(f"/connectivity/samples/{drawn[0]}")
        check_page(page)
        words = page_text(page)
        assert "2 of 4 answered" in words and "50% – 100%" in words and "It verifies nobody" in words
        before = len(facts("check"))
        new = "/connectivity/samples/new"
        check_page(client.get(new))
        typed = {"term_days": "30", "from_on": "2026-02-01", "to_on": "2026-02-20", "margin": "5"}
        for wrong in ({"size": "3"}, {"margin": "0"}, {"from_on": "2025-01-01"}, {"to_on": "2026-01-31"}):
            refused = post_form(client, new, typed | wrong)
            check_page(refused)
            assert refused.status_code == 400
        assert post_form(client, new, typed).status_code == 303
        assert len(facts("check")) == before
        check_page(signed_in(client, world, "navigator_a").get(f"{PAGE}?sample={drawn[0]}"))
        with pytest.raises(Invalid):
            far = Wanted(term_days=30, from_on=date(2026, 2, 1), to_on=date(2030, 1, 1), size=4)
            does(world, draw_sample, who="program_manager", wanted=far)
        with pytest.raises(NotAllowed):
            does(world, draw_sample, who="navigator_a", wanted=wanted)


def _members(code: str) -> list[int]:
    session().rollback()
    use_scope(EVERYTHING)
    sample = find_sample(code)
    assert sample is not None
    rows = select(SampleMember.fact_number).where(SampleMember.sample_id == sample.id)
    return list(session().scalars(rows.order_by(SampleMember.fact_number)))

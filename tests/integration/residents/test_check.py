"""The check: from the first question to the results, with wrong input, without a write, and back by the link."""

import json
import re
import sqlite3
import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from digital_inclusion.foundation import credentials
from digital_inclusion.foundation.database import session
from tests.factories.world import World
from tests.support.contents import contents
from tests.support.pages import check_page, page_text, parse, post_form
from tests.support.statements import count_statements

TYPICAL: dict[str, dict[str, Any]] = {
    "city": {"choice": "yes"},
    "computer": {"choice": "no"},
    "internet": {"choice": "no"},
    "size": {"number": "3"},
    "benefits": {"benefits": ["calfresh", "wic"]},
    "income": {"amount": "$2,500", "every": "month"},
    "service": {"choice": "both"},
    "comcast": {"choice": "none"},
}
SKIP = {"skip": "unknown"}


@pytest.fixture(autouse=True)
def _calm(app: Flask) -> None:
    """Begin each test without the requests of the one before, and with its own city."""
    app.extensions.pop("flood", None)
    app.extensions.pop("loaded_lately", None)


def _name(url: str | None) -> str:
    return str(url).rpartition("/")[2]


def _walk(client: FlaskClient, answers: dict[str, dict[str, Any]] = TYPICAL, other: Any = None) -> list[str]:
    """Answer every question that is asked; return their names."""
    asked: list[str] = []
    link = re.search(r'href="(/check/question/[a-z_]+)"', client.get("/check").get_data(as_text=True))
    url = link[1] if link else ""
    while "/question/" in url:
        asked.append(_name(url))
        done = post_form(client, url, answers.get(asked[-1], other or {"choice": "no"}))
        assert done.status_code == 303, page_text(done)
        url = done.location
    assert url.endswith("/check/results")
    return asked


def test_a_household_learns_what_it_can_get(client: FlaskClient, world: World) -> None:
    asked = _walk(client)
    assert "income" not in asked and len(asked) <= 14
    page = client.get("/check/results")
    check_page(page)
    text = page_text(page)
    assert "You likely qualify for 9 programs" in text
    assert "save up to $30.00 a month" in text and "up to $360.00 a year" in text
    assert "California LifeLine" in text and "Lifeline (federal)" in text, "both routes are shown to everybody"
    assert "Source: 47 CFR 54.409(a)(2)" in text
    assert "This program ended on May 31, 2024" in text
    assert "Proof of your benefit" in text
    help_url = re.search(r'href="(/help\?needs=[^"]+)"', page.get_data(as_text=True))
    assert help_url is not None
    form = client.get(help_url[1]).get_data(as_text=True)
    assert len(re.findall(r'name="needs"[^>]*checked|checked[^>]*name="needs"', form)) == 2, "nothing is asked twice"


def test_each_page_is_sound_and_goes_back(client: FlaskClient, world: World) -> None:
    check_page(client.get("/check"))
    url, seen = "/check/question/city", ["/check"]
    while "/question/" in url:
        page = client.get(url)
        check_page(page)
        back = re.search(r'class="di-ask__back" href="([^"]+)"', page.get_data(as_text=True))
        assert back is not None and back[1] == seen[-1]
        seen.append(url)
        url = post_form(client, url, TYPICAL.get(_name(url), {"choice": "no"})).location
    shown = client.get("/check/question/size").get_data(as_text=True)
    assert 'value="3"' in shown, "an answer is still there when one comes back"
    benefits = parse(client.get("/check/question/benefits")).iter("input")
    ticked = {box.get("value") for box in benefits if box.get("type") == "checkbox" and box.get("checked") is not None}
    assert ticked == {"calfresh", "wic"}


def test_every_question_can_be_passed_over(client: FlaskClient, world: World) -> None:
    _walk(client, {}, SKIP)
    page = client.get("/check/results")
    check_page(page)
    text = page_text(page)
    assert "We found no program for you yet" in text and "We cannot tell yet" in text
    assert "Which rule says no" not in text, "not knowing is never a no"
    assert "You said: I don’t know." in page_text(client.get("/check/question/size"))


@pytest.mark.parametrize(
    ("name", "sent", "told", "kept"),
    [
        ("city", {}, "Choose an answer", None),
        ("city", {"choice": "perhaps"}, "Choose an answer", None),
        ("size", {"number": "0"}, "whole number from 1 to 30", 'value="0"'),
        ("size", {"number": "four"}, "whole number from 1 to 30", 'value="four"'),
        ("size", {"number": ""}, "Write a number", None),
        ("income", {"amount": "-20", "every": "month"}, "below 0", 'value="-20"'),
        ("income", {"amount": "1,2345", "every": "month"}, "with digits", 'value="1,2345"'),
        ("income", {"amount": "1\n2\n3\n4\n5\n6\n7\n8\n9\n10", "every": "week"}, "on one line", None),
        ("income", {"amount": "100"}, "how often", 'value="100"'),
        ("benefits", {}, "Choose all that you get", None),
        ("benefits", {"benefits": ["wic"], "none": "y"}, "and something else", None),
        ("benefits", {"benefits": ["free_money"]}, "Choose all that you get", None),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_told_and_nothing_is_lost(
    client: FlaskClient, world: World, name: str, sent: dict[str, Any], told: str, kept: str | None
) -> None:
    post_form(client, "/check/question/computer", {"choice": "no"})
    done = post_form(client, f"/check/question/{name}", sent)
    assert (done.status_code, done.location) == (303, f"/check/question/{name}"), "back never asks to send a form again"
    page = client.get(done.location)
    check_page(page)
    assert told in page_text(page)
    assert kept is None or kept in page.get_data(as_text=True)
    assert "See results so far" in page_text(page), "the answers given before are still there"
    assert "There is a problem" not in page_text(client.get(done.location)), "told once"


def test_an_unknown_question_is_no_page(client: FlaskClient, world: World) -> None:
    assert client.get("/check/question/immigration_status").status_code == 404


def test_results_without_answers_lead_to_the_beginning(client: FlaskClient, world: World) -> None:
    done = client.get("/check/results")
    assert done.status_code == 303 and done.location == "/check"
    assert "Your answers are gone" in page_text(client.get("/check"))


def test_answers_can_be_cleared(client: FlaskClient, world: World) -> None:
    _walk(client)
    assert post_form(client, "/check/clear", page="/check/results").status_code == 303
    assert client.get("/check/results").location == "/check"


def test_the_check_writes_nothing_to_the_database(client: FlaskClient, world: World) -> None:
    before = contents()
    with count_statements() as sent:
        _walk(client)
        client.get("/check/results")
        post_form(client, "/check/question/size", {"number": "zero"})
        post_form(client, "/check/clear", page="/check")
    assert contents() == before
    assert len(sent) <= 2, "the city's settings are read once, then nothing for seconds"
    assert {one.split()[0].upper() for one in sent} <= {"SELECT"}


@pytest.mark.only_sqlite
def test_the_check_waits_for_no_writer(app: Flask, client: FlaskClient, world: World) -> None:
    session().rollback()
    writer = sqlite3.connect(str(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    page = post_form(client, "/check/question/size", {"number": "zero"})
    _walk(client)
    assert time.monotonic() - began < 5, "somebody else's long write held up the check"
    assert page.status_code == 303
    writer.execute("ROLLBACK")
    writer.close()


def test_the_cookie_tells_no_answer(client: FlaskClient, world: World) -> None:
    _walk(client)
    cookie = client.get_cookie("session")
    assert cookie is not None and len(cookie.value) < 3000
    assert not [one for one in client._cookies.values() if one.key != "session"], "no cookie beyond the session"
    with client.session_transaction() as kept:
        assert "calfresh" not in json.dumps(dict(kept))


def _link(page: TestResponse) -> str:
    found = re.search(r"/check/return/[A-Za-z0-9_=-]+", page.get_data(as_text=True))
    assert found is not None
    return found[0]


def test_the_link_brings_the_answers_back_on_another_device(app: Flask, client: FlaskClient, world: World) -> None:
    _walk(client)
    link, other = _link(client.get("/check/results")), app.test_client()
    assert "calfresh" not in link and len(link) < 1500
    done = other.get(link)
    assert done.status_code == 303 and done.location == "/check/results"
    assert done.headers["Referrer-Policy"] == "no-referrer" and done.headers["Cache-Control"] == "no-store"
    assert "You likely qualify for 9 programs" in page_text(other.get("/check/results"))


def test_a_link_that_is_old_cut_or_made_up_says_so(app: Flask, client: FlaskClient, world: World) -> None:
    _walk(client)
    link = _link(client.get("/check/results"))
    key = credentials._fernet(app.config["SECRET_KEY"], "link")
    long_ago = int(time.time()) - int(timedelta(days=31).total_seconds())
    old = key.encrypt_at_time(key.decrypt(link.rpartition("/")[2].encode()), long_ago).decode()
    post_form(client, "/check/question/size", {"number": "zero"})
    with client.session_transaction() as kept:
        sitting, typed = kept["check"], kept["typed"]
    for token in (old, link.rpartition("/")[2][:-8], "A" * 200, sitting, typed):
        other = app.test_client()
        assert other.get(f"/check/return/{token}").location == "/check"
        assert "too old or not complete" in page_text(other.get("/check"))


def test_a_sitting_ends_by_itself(app: Flask, client: FlaskClient, world: World) -> None:
    _walk(client)
    key = credentials._fernet(app.config["SECRET_KEY"], "check")
    with client.session_transaction() as kept:
        long_ago = int(time.time()) - int(timedelta(hours=2, minutes=1).total_seconds())
        kept["check"] = key.encrypt_at_time(key.decrypt(kept["check"].encode()), long_ago).decode()
    assert client.get("/check/results").location == "/check"


def test_a_flood_is_refused_in_words(client: FlaskClient, world: World) -> None:
    answers = [client.get("/check/question/city").status_code for _ in range(400)]
    assert answers[0] == 200 and answers[-1] == 429
    assert "Too many tries" in page_text(client.get("/check/question/city"))
    assert client.get("/public-progress").status_code == 200


def test_nothing_of_the_answers_is_logged(client: FlaskClient, world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    _walk(client)
    link = _link(client.get("/check/results"))
    client.get(link)
    told = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records)
    assert "calfresh" not in told and link.rpartition("/")[2] not in told

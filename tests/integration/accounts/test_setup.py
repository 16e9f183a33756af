"""``flask setup``: from an empty database to a link for the first administrator."""

import re

from flask import Flask
from sqlalchemy import select

from digital_inclusion.accounts.models import User
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.partners.models import Partner
from digital_inclusion.progress.queries.program import get_program
from tests.support.accounts import PASSWORD
from tests.support.pages import check_page, post_form

GIVEN = ["setup", "--city", "San José", "--name", "Ada", "--email", "ada@example.org"]


def _path(output: str) -> str:
    found = re.search(r"https?://[^/\s]+(/join/\S+)", output)
    assert found is not None, output
    return found[1]


def test_setup_leads_to_the_first_administrator(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=GIVEN)
    assert done.exit_code == 0, done.output
    browser = app.test_client()
    joined = post_form(browser, _path(done.output), {"name": "Ada", "password": PASSWORD}, follow_redirects=True)
    assert joined.request.path == "/account/second-factor"  # an administrator needs one
    check_page(joined)
    use_scope(EVERYTHING)
    assert [role.role for role in session().scalars(select(User)).one().roles] == ["administrator"]
    assert session().scalars(select(Partner)).one().kind == "city"
    assert get_program().file.city.name == "San José"
    again = app.test_cli_runner().invoke(args=GIVEN)
    assert again.exit_code == 1
    assert "set up already" in again.output


def test_setup_again_before_anybody_joined_gives_a_new_link(app: Flask) -> None:
    first = _path(app.test_cli_runner().invoke(args=GIVEN).output)
    second = _path(app.test_cli_runner().invoke(args=GIVEN).output)
    assert app.test_client().get(first).status_code == 410
    assert app.test_client().get(second).status_code == 200


def test_setup_asks_for_what_is_not_given(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["setup"], input="\nAda\nada@example.org\n")
    assert done.exit_code == 0, done.output
    assert "Which city is this? [San José]" in done.output


def test_setup_for_another_city_says_what_to_do(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=[*GIVEN[:2], "Oakland", *GIVEN[3:]])
    assert done.exit_code == 1
    assert "--program-file" in done.output
    assert session().scalars(select(Partner)).all() == []


def test_setup_with_a_bad_address_changes_nothing(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=[*GIVEN[:-1], "no address"])
    assert done.exit_code == 1
    assert "name@example.org" in done.output
    assert session().scalars(select(Partner)).all() == []

"""What anybody sees: closed months alone, nothing small, in every language."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

import pytest
from babel.support import Translations
from flask import Flask
from flask.testing import FlaskClient

from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.progress.models import PublishedFigure
from tests.factories.world import SYSTEM, World, sign_in
from tests.support.pages import check_page, page_text, parse, post_form

PAGES = ("/", "/public-progress")
LANGUAGES = ("es", "vi", "zh")


def _publish(*months: tuple[str, int, bool]) -> None:
    with write_transaction():
        for month, value, exact in months:
            first = date.fromisoformat(f"{month}-01")
            for milestone, aspect in (
                ("connected", "verified"),
                ("connected", "pending"),
                ("skills_sustained", "verified"),
            ):
                session().add(
                    PublishedFigure(
                        month=first, as_of=first.replace(day=28), posting=1, milestone=milestone, aspect=aspect,
                        value=value if aspect == "verified" and milestone == "connected" else 0,
                        exact=exact if milestone == "connected" else False, published_at=clock.now(),
                    )
                )  # fmt: skip
        record("figures.published", by=SYSTEM)


@pytest.mark.parametrize("url", PAGES)
def test_public_pages_without_figures_say_so(client: FlaskClient, world: World, url: str) -> None:
    page = client.get(url)
    check_page(page)
    assert "after the first full month" in page_text(page)


@pytest.mark.parametrize("url", PAGES)
def test_public_pages_without_settings_still_open(client: FlaskClient, app: Flask, url: str) -> None:
    check_page(client.get(url))


def test_public_progress_shows_closed_months_and_nothing_small(client: FlaskClient, world: World) -> None:
    _publish(("2026-01", 0, False), ("2026-02", 37, True), ("2026-03", 37, False))
    page = client.get("/public-progress")
    check_page(page)
    text = page_text(page)
    assert "about 37" in text and "10 or fewer" in text
    table = re.findall(r"\d+", text.split("Show the numbers")[1].split("“About”")[0].replace("2026", ""))
    assert not [number for number in table if 1 <= int(number) < 10]


def test_public_progress_says_what_the_city_has_not_confirmed(client: FlaskClient, world: World) -> None:
    text = page_text(client.get("/public-progress"))
    assert "not confirmed them yet" in text and "how long a proof of internet is good" in text


def test_public_data_is_what_was_published(client: FlaskClient, world: World) -> None:
    _publish(("2026-01", 0, False), ("2026-02", 37, True))
    response = client.get("/public-progress/data.csv")
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert len(rows) == 6 and "max-age" in response.headers["Cache-Control"]
    figures = json.loads(client.get("/public-progress/data.json").data)["figures"]
    verified = [one for one in figures if (one["milestone"], one["aspect"]) == ("connected", "verified")]
    assert [(one["month"], one["value"]) for one in verified] == [("2026-01-01", 0), ("2026-02-01", 37)]


@contextmanager
def _missing() -> Iterator[set[str]]:
    """Collect every sentence a page asks for that the catalog does not hold; it gets the sentence all the same."""
    found: set[str] = set()
    plain = Translations.gettext

    def note(self: Translations, sentence: str) -> str:
        if sentence not in self._catalog and sentence.strip():
            found.add(sentence)
        return str(plain(self, sentence))

    # the real call is watched, nothing is stood in for: no hook tells which sentences a page asked for
    with patch.object(Translations, "gettext", note), patch.object(Translations, "ugettext", note):
        yield found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "url", [*PAGES, "/no-such-page", "/check", "/check/question/income", "/check/question/benefits", "/check/results"]
)
def test_residents_read_no_untranslated_sentence(client: FlaskClient, world: World, language: str, url: str) -> None:
    _publish(("2026-01", 0, False), ("2026-02", 37, True), ("2026-03", 37, False))
    with client.session_transaction() as cookie:
        cookie["locale"] = language
    post_form(client, "/check/question/city", {"choice": "yes"})
    with _missing() as found:
        page = client.get(url)
    check_page(page)
    assert not found
    assert f'lang="{language}"' in page.get_data(as_text=True)


def test_language_switch_brings_back_the_page_in_that_language(client: FlaskClient, world: World) -> None:
    response = post_form(client, "/language", {"locale": "es", "next": "/public-progress"}, page="/public-progress")
    assert response.status_code == 303 and response.location.endswith("/public-progress")
    text = page_text(client.get("/public-progress"))
    assert "Cómo contamos" in text and "todavía no la ha revisado" in text


def test_home_sends_whoever_is_signed_in_to_their_work(client: FlaskClient, world: World) -> None:
    response = sign_in(client, world.users["program_manager"]).get("/")
    assert response.status_code == 302 and response.location != "/"


@pytest.mark.parametrize(
    ("who", "begins", "menu"),
    [("navigator_a", "/today", True), ("partner_lead_a", "/progress", True), ("verifier", "/today/city", False)],
)
def test_home_and_menu_hold_what_waits_for_whoever_is_signed_in(
    client: FlaskClient, world: World, who: str, begins: str, menu: bool
) -> None:
    home = sign_in(client, world.users[who]).get("/")
    assert home.location == begins
    links = {link.get("href") for link in parse(client.get(begins)).iter("a")}
    assert ({"/drafts", "/questions"} <= links) is menu


def test_theme_is_the_citys_color_and_may_be_kept(client: FlaskClient, world: World) -> None:
    response = client.get("/theme.css")
    assert response.get_data(as_text=True) == ":root { --di-accent: #1a5e8a; }\n"
    assert response.mimetype == "text/css" and "public" in response.headers["Cache-Control"]
    assert "/theme.css" in client.get("/").get_data(as_text=True)

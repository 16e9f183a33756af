"""Offers through their pages and the command: written, given new terms, confirmed, closed; what fits a household."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from digital_inclusion.connectivity.models import Offer, OfferTerms
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from tests.factories.offers import new_offer, new_terms, offers
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form
from tests.support.statements import count_statements, of_the_page

SHIPPED = Path(__file__).resolve().parents[3] / "programs" / "offers-san-jose.toml"
TYPED = {
    "provider": "Bay Fiber", "plan": "Basic", "kind": "home", "from_on": "2026-01-01", "price": "30,00",
    "speed": "100/20", "languages": ["en", "es"], "zip_codes": "95112, 95116",
}  # fmt: skip


def _offers() -> list[Offer]:
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(Offer).order_by(Offer.id)))


def test_offer_is_written_down_once_and_mistakes_keep_what_was_typed(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "program_manager")
    wrong = {"promo_price": "40", "promo_months": "many", "link": "bayfiber.example", "zip_codes": "95112 10001"}
    answer = post_form(client, "/offers/new", TYPED | wrong)
    text = page_text(answer)
    assert answer.status_code == 400
    assert "Write an amount like 1,234.50." in text
    assert "Write a whole number" in text
    assert "95112 10001" in answer.text
    answer = post_form(client, "/offers/new", TYPED | wrong | {"price": "30", "promo_months": "6"})
    text = page_text(answer)
    for sentence in (
        "must be lower than the price after it",
        "beginning with https://",
        "not one of the program's area",
    ):
        assert sentence in text.replace("’", "'")
    assert _offers() == []
    made = post_form(client, "/offers/new", TYPED | {"price": "30.00"})
    assert made.status_code == 303
    check_page(client.get(made.location))
    again = post_form(client, "/offers/new", TYPED | {"price": "30.00", "plan": "BASIC"})
    assert "on file already" in page_text(again)
    assert len(_offers()) == 1


def test_new_terms_leave_the_old_and_never_change(client: FlaskClient, world: World) -> None:
    code = offers(world, new_offer())[0]
    signed_in(client, world, "program_manager")
    typed = {
        "from_on": "2026-06-01",
        "price": "35",
        "speed": "50000/10000 kbps",
        "promo_price": "10",
        "promo_months": "3",
    }
    assert post_form(client, f"/offers/{code}/terms", typed).status_code == 303
    form = client.get(f"/offers/{code}/terms").text  # begins with what holds: most often the price alone is new
    assert 'value="35.00"' in form and 'value="50/10"' in form
    assert "Write a whole number" in page_text(post_form(client, f"/offers/{code}/terms", typed | {"data_gb": "many"}))
    text = page_text(client.get(f"/offers/{code}"))
    assert "$30.00" in text
    assert "for 3 months, then $35.00" in text
    assert "Too slow to count" in text
    refused = post_form(client, f"/offers/{code}/terms", typed | {"from_on": "2025-12-31"})
    assert "before the first day of the offer" in page_text(refused)
    session().rollback()
    with pytest.raises(DatabaseError):
        session().execute(OfferTerms.__table__.update().values(price_cents=1))
    session().rollback()


def test_stale_offer_says_so_until_somebody_has_looked(client: FlaskClient, world: World) -> None:
    code = offers(world, new_offer())[0]
    signed_in(client, world, "navigator_a")
    shown = client.get("/offers")
    check_page(shown)
    assert "Look again" in page_text(shown)
    assert post_form(client, f"/offers/{code}/confirm", {}, page=f"/offers/{code}").status_code == 303
    assert "Look again" not in page_text(client.get("/offers"))
    assert _offers()[0].verified_by == world.users["navigator_a"]
    assert client.get("/offers/new").status_code == 403


def test_closed_offer_is_proposed_to_nobody(client: FlaskClient, world: World) -> None:
    code = offers(world, new_offer())[0]
    made = serve(world, told={"annual_income": 12000, "benefits": {"calfresh": True}})
    signed_in(client, world, "program_manager")
    yesterday = clock.today() - timedelta(days=1)
    assert post_form(client, f"/offers/{code}/close", {"closes_on": "2025-01-01"}).status_code == 400
    assert post_form(client, f"/offers/{code}/close", {"closes_on": yesterday.isoformat()}).status_code == 303
    assert "Bay Fiber" in page_text(client.get("/offers?show=closed"))
    assert "Bay Fiber" not in page_text(client.get("/offers"))
    signed_in(client, world, "navigator_a")
    assert "No offers are on file" in page_text(client.get(f"/households/{made.code}/offers"))


def test_best_offers_of_a_household_with_reasons_and_for_no_stranger(client: FlaskClient, world: World) -> None:
    offers(world, new_offer("Fast"), new_offer("Slow", terms=new_terms(down_kbps=25_000, price_cents=1000)))
    known = serve(world, told={"annual_income": 12000, "benefits": {"calfresh": True}})
    signed_in(client, world, "navigator_a")
    with count_statements() as sent:
        shown = client.get(f"/households/{known.code}/offers")
    check_page(shown)
    text = page_text(shown)
    assert len(of_the_page(sent)) <= 15, sent
    assert text.index("Fast") < text.index("Slow")
    assert "Meets the standard of 100/20 Mbps" in text
    assert "Open to everybody" in text
    other = serve(world, name="Other Family", partner="b")
    assert client.get(f"/households/{other.code}/offers").status_code == 404


def test_file_of_offers_is_loaded_once(app: Flask, world: World, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["offers", "load", str(SHIPPED)]).output == "5 new, 0 changed, 0 as they were.\n"
    assert run(args=["offers", "load", str(SHIPPED)]).output == "0 new, 0 changed, 5 as they were.\n"
    changed = tmp_path / "offers.toml"
    changed.write_text(
        SHIPPED.read_text().replace("price = 29.95", "price = 31.95").replace("2022-03-07", "2026-10-01")
    )
    assert run(args=["offers", "load", str(changed)]).output == "0 new, 1 changed, 4 as they were.\n"
    assert session().scalar(select(func.count(OfferTerms.id))) == 6
    assert all(one.verified_on is None for one in _offers())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("price = 14.95", 'price = "cheap"', "offer 1 (Comcast Xfinity, Internet Essentials): price"),
        ("promo_months = 6", "promo_months = 600", "Verizon, Verizon Forward: Write the months"),
        ('program = "att_access"', 'program = "acp"', "AT&T, Access from AT&T: Please choose who qualifies."),
        ("format = 1", "format = 2", "the file: format"),
    ],
)
def test_mistakes_of_a_file_are_named_and_nothing_is_loaded(
    app: Flask, world: World, tmp_path: Path, old: str, new: str, said: str
) -> None:
    wrong = tmp_path / "offers.toml"
    wrong.write_text(SHIPPED.read_text().replace(old, new))
    answer: Any = app.test_cli_runner().invoke(args=["offers", "load", str(wrong)])
    assert answer.exit_code == 1
    assert said in answer.output
    assert _offers() == []

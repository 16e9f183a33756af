"""A line's terms and subsidies: written down, shown, carried over to what a correction puts in its place."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions import correcting
from digital_inclusion.connectivity.actions.terms import end_subsidy, note_subsidy, note_terms
from digital_inclusion.connectivity.models import OF_LINES, Offer, OfferTerms, Subscription, Subsidy, Voucher
from digital_inclusion.connectivity.rules.terms import NewSubsidy, NewTerms
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, Base, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.dates import months_after
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotFound
from digital_inclusion.foundation.kernel.ids import new_code
from digital_inclusion.funding.models import Payment
from tests.factories.aftercare import does
from tests.factories.households import new_laptop, new_line
from tests.factories.money import gives, has_line, makes_batch, sets_up
from tests.factories.served import row_of, serve
from tests.factories.world import SYSTEM, World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form

NAVIGATOR = {"who": "navigator_a"}
PROMO = NewTerms(price_cents=2999, promo_until_on=date(2040, 12, 31), price_after_cents=4999)
LIFELINE = NewSubsidy(program="lifeline_federal", amount_cents=925, from_on=date(2026, 2, 1))


def lines() -> list[Subscription]:
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(Subscription).order_by(Subscription.fact_number)))


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "provider": "Bay Fiber", "plan": "Basic", "speed": "100/20", "price": "29.99", "occurred_on": "2026-02-01",
        "kind": "home",
    } | changes  # fmt: skip


def test_line_goes_on_record_with_its_terms(client: FlaskClient, world: World) -> None:
    made = serve(world, deliveries=())
    code = row_of(made).code
    url = f"/households/{code}/lines/new"
    signed_in(client, world, "navigator_a")
    check_page(client.get(url))
    for wrong, sentence in (
        ({"price": "20,00"}, "Write an amount like 1,234.50."),
        ({"promo_until_on": "2040-12-31"}, "Write what a month costs after the promotion."),
        ({"ended_on": "2026-01-01"}, "It cannot end before it began."),
        ({"evidence_type": "speed_test"}, "A speed test needs its figures"),
    ):
        refused = post_form(client, url, typed(**wrong))
        check_page(refused)
        assert refused.status_code == 400 and sentence in page_text(refused)
        assert 'value="Bay Fiber"' in refused.get_data(as_text=True)
    more = {"promo_until_on": "2040-12-31", "price_after": "49.99", "evidence_type": "speed_test", "measured": "92/11"}
    assert post_form(client, url, typed(**more)).status_code == 303
    (line,) = lines()
    assert (line.price_cents, line.promo_until_on, line.price_after_cents) == (2999, date(2040, 12, 31), 4999)
    assert (line.measured_on, line.measured_down_kbps, line.measured_up_kbps) == (date(2026, 2, 1), 92_000, 11_000)
    again = post_form(client, url, typed(occurred_on="2026-03-01", provider="Other"))
    assert again.status_code == 400 and "a line at home in these days: Bay Fiber" in page_text(again)
    assert post_form(client, url, typed(occurred_on="2026-03-01", provider="Other", again="y")).status_code == 303
    assert len(lines()) == 2


def test_pages_tell_what_they_pay_and_what_is_next(client: FlaskClient, world: World) -> None:
    made = serve(world)
    code, number = row_of(made).code, made.delivery_facts[1]
    signed_in(client, world, "navigator_a")
    terms = f"/households/{code}/lines/{number}/terms"
    check_page(client.get(terms))
    told = {"price": "29.99", "promo_until_on": "2040-12-31", "price_after": "49.99", "kind": "home"}
    assert post_form(client, terms, told).status_code == 303
    new = f"/households/{code}/lines/{number}/subsidies/new"
    check_page(client.get(new))
    paid = {"program": "lifeline_federal", "amount": "9.25", "from_on": "2026-02-01"}
    assert post_form(client, new, paid).status_code == 303
    twice = post_form(client, new, paid)
    assert twice.status_code == 400 and "One household gets it once" in page_text(twice)
    page = client.get(f"/households/{code}/internet")
    check_page(page)
    words = page_text(page)
    assert "$20.74 a month" in words and "Jan 1, 2041: the promotion ends, then $40.74 a month" in words
    assert "Lifeline (federal): $9.25, no end known" in words
    (subsidy,) = lines()[0].subsidies
    end = f"/households/{code}/lines/{number}/subsidies/{subsidy.id}/end"
    check_page(client.get(end))
    assert post_form(client, end, {"until_on": "2026-01-31", "reason": "asked"}).status_code == 400
    assert post_form(client, end, {"until_on": "2026-12-31", "reason": "asked"}).status_code == 303
    for who in ("auditor", "verifier"):
        assert signed_in(client, world, who).get(f"/households/{code}/internet").status_code == 200
    signed_in(client, world, "navigator_b")
    own = row_of(serve(world, "b", name="Ana Ruiz")).code
    for page_of in (f"/households/{code}/internet", terms, new, end):
        assert client.get(page_of).status_code == 404
        assert client.get(page_of.replace(code, own)).status_code == (200 if page_of.endswith("internet") else 404)


def test_correction_carries_terms_and_subsidies_over(world: World) -> None:
    made = serve(world)
    old = made.delivery_facts[1]
    does(world, note_terms, **NAVIGATOR, household_id=made.id, number=old, terms=PROMO, again=False)
    does(world, note_subsidy, **NAVIGATOR, household_id=made.id, number=old, subsidy=LIFELINE,
         programs=[LIFELINE.program])  # fmt: skip
    right = new_line(date(2026, 1, 20), grant_id=world.grants["a"])
    does(world, correcting.correct_delivery, **NAVIGATOR, household_id=made.id, number=old, delivery=right)
    gone, new = lines()
    assert (gone.is_void, new.is_void, new.starts_on) == (True, False, date(2026, 1, 20))
    assert (new.price_cents, new.promo_until_on, new.price_after_cents) == (2999, date(2040, 12, 31), 4999)
    assert new.terms_seen_on == clock.today()
    assert [one.program for one in new.subsidies] == ["lifeline_federal"] and gone.subsidies == []
    void = {"household_id": made.id, "number": new.fact_number, "reason": "never_happened"}
    does(world, correcting.void_fact, **NAVIGATOR, **void)
    (subsidy,) = session().scalars(select(Subsidy)).all()
    assert (subsidy.until_on, subsidy.end_reason) == (clock.today(), "line_void")
    with pytest.raises(NotFound):
        does(world, note_terms, **NAVIGATOR, household_id=made.id, number=new.fact_number, terms=PROMO, again=False)


def test_correction_takes_the_voucher_along_and_pays_the_right_company(world: World) -> None:
    sets_up(world)
    code, old = has_line(world)
    gives(world, (code, old))
    household = lines()[0].household_id
    right = new_line(date(2026, 1, 20), provider="Copper Bay", price_cents=3000, grant_id=world.grants["a"])
    does(world, correcting.correct_delivery, **NAVIGATOR, household_id=household, number=old, delivery=right)
    session().rollback()
    use_scope(EVERYTHING)
    voucher = session().scalars(select(Voucher)).one()
    assert (voucher.fact_number, voucher.provider) == (lines()[1].fact_number, "Copper Bay")
    makes_batch(world)
    assert session().scalars(select(Payment.payee)).all() == ["Copper Bay"]


def test_everything_that_names_a_line_goes_with_it() -> None:
    tables = {one.class_ for one in Base.registry.mappers if ".connectivity." in one.class_.__module__}
    named = {table for table in tables if "fact_number" in table.__table__.columns}
    assert named - {Subscription} == set(OF_LINES)


def test_actions_refuse_what_is_not_theirs(world: World) -> None:
    made, other = serve(world), serve(world, "b", name="Ana Ruiz")
    number = made.delivery_facts[1]
    for household, who in ((made.id, "navigator_b"), (other.id, "navigator_a"), (other.id, "navigator_b")):
        with pytest.raises(NotFound):
            does(world, note_terms, who=who, household_id=household, number=number, terms=PROMO, again=True)
    with pytest.raises(Invalid):
        hotspot = NewTerms(kind="hotspot", device_fact=made.delivery_facts[0])  # a laptop
        does(world, note_terms, **NAVIGATOR, household_id=made.id, number=number, terms=hotspot, again=False)
    noted = does(
        world, note_subsidy, **NAVIGATOR, household_id=made.id, number=number, subsidy=LIFELINE,
        programs=[LIFELINE.program],
    )  # fmt: skip
    use_scope(EVERYTHING)
    theirs = {"household_id": other.id, "number": other.delivery_facts[1], "subsidy_id": noted.id, "reason": "asked"}
    with pytest.raises(NotFound):
        does(world, end_subsidy, who="navigator_b", **theirs, until_on=clock.today())
    ending = {"household_id": made.id, "number": number, "subsidy_id": noted.id, "reason": "asked"}
    does(world, end_subsidy, **NAVIGATOR, **ending, until_on=clock.today())
    with pytest.raises(Invalid, match="check"):
        does(world, end_subsidy, **NAVIGATOR, **ending, until_on=clock.today() + timedelta(days=9))
    with pytest.raises((Invalid, Conflict)):
        does(world, end_subsidy, **NAVIGATOR, **ending | {"reason": "whim"}, until_on=clock.today())


def test_hotspot_line_names_its_device_and_follows_its_correction(client: FlaskClient, world: World) -> None:
    hotspot = new_laptop(device_kind="hotspot", unit="HOT-1")
    made = serve(world, deliveries=(hotspot, new_line()))
    device, number = made.delivery_facts
    terms = NewTerms(kind="hotspot", device_fact=device, data_gb=25, price_cents=1500)
    does(world, note_terms, **NAVIGATOR, household_id=made.id, number=number, terms=terms, again=False)
    signed_in(client, world, "navigator_a")
    page = client.get(f"/households/{row_of(made).code}/internet")
    check_page(page)
    assert "By hotspot HOT1" in page_text(page) and "Hotspot, 25 GB a month" in page_text(page)
    check_page(client.get(f"/households/{row_of(made).code}/lines/{number}/terms"))
    right = new_laptop(date(2026, 1, 11), device_kind="hotspot", unit="HOT-1", grant_id=world.grants["a"])
    does(world, correcting.correct_delivery, **NAVIGATOR, household_id=made.id, number=device, delivery=right)
    (line,) = lines()
    assert line.device_fact is not None and line.device_fact > device
    void = {"household_id": made.id, "number": line.device_fact, "reason": "never_happened"}
    does(world, correcting.void_fact, **NAVIGATOR, **void)
    assert lines()[0].device_fact is None


def test_offer_on_file_fills_the_form_in(client: FlaskClient, world: World) -> None:
    made = serve(world, deliveries=())
    url = f"/households/{row_of(made).code}/lines/new"
    with write_transaction():
        offer = Offer(
            code=new_code(), provider="Bay Fiber", plan="Essentials", kind="home", languages=["en"],
            opens_on=date(2026, 1, 1), created_at=clock.now(),
        )  # fmt: skip
        offer.terms.append(
            OfferTerms(
                from_on=date(2026, 1, 1),
                price_cents=4999,
                promo_cents=2999,
                promo_months=6,
                down_kbps=300_000,
                up_kbps=30_000,
                recorded_at=clock.now(),
            )  # fmt: skip
        )
        session().add(offer)
        record("program.set_up", by=SYSTEM)
        session().flush()
        chosen, code = offer.id, offer.code
    signed_in(client, world, "navigator_a")
    page = client.get(f"{url}?offer={code}")
    check_page(page)
    until = months_after(clock.today(), 6) - timedelta(days=1)
    for value in ("Bay Fiber", "Essentials", "300/30", "29.99", "49.99", until.isoformat()):
        assert f'value="{value}"' in page.get_data(as_text=True)
    told = typed(price="29.99", promo_until_on=until.isoformat(), price_after="49.99", occurred_on="2026-02-01")
    assert post_form(client, url, told, page=f"{url}?offer={code}").status_code == 303
    assert lines()[0].offer_id == chosen
    assert client.get(f"{url}?offer=nothing").status_code == 200

"""A voucher from its giving to its end: money set aside, a subsidy on the line, and let go again."""

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from digital_inclusion.casework.actions.correcting import end_thing, void_fact
from digital_inclusion.connectivity.actions.paying import release_gone
from digital_inclusion.connectivity.actions.vouchers import stop_voucher
from digital_inclusion.connectivity.models import Subsidy, Voucher
from digital_inclusion.connectivity.queries.voucher_months import list_story
from digital_inclusion.connectivity.queries.vouchers import get_voucher
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.dates import month_of, next_month
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotFound
from digital_inclusion.funding.actions.budgets import change_budget
from digital_inclusion.funding.actions.payments import void_batch
from digital_inclusion.households.models import Household
from digital_inclusion.matching.actions import deciding
from digital_inclusion.matching.actions.finding import find_pairs
from digital_inclusion.matching.models import CandidatePair
from tests.factories.aftercare import does
from tests.factories.money import MANAGER, gives, has_line, makes_batch, sets_up, sums
from tests.factories.world import SYSTEM, World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form


def story(code: str) -> list[str]:
    session().rollback()
    use_scope(EVERYTHING)
    return [one.state for one in list_story(get_voucher(code))]


def subsidy() -> tuple[str, int, date, date | None] | None:
    session().rollback()
    use_scope(EVERYTHING)
    found = session().scalars(select(Subsidy)).one_or_none()
    return None if found is None else (found.program, found.amount_cents, found.from_on, found.until_on)


def stops(world: World, code: str, since: date, *, who: str = "navigator_a") -> None:
    does(world, stop_voucher, who=who, code=code, since=since, reason="not_needed")


def test_voucher_sets_money_aside_and_lowers_the_price(world: World) -> None:
    budget, this = sets_up(world, 3500), month_of(clock.today())
    code = gives(world, has_line(world))
    assert sums(budget) == (3500, 3000, 0, 500)
    assert subsidy() == ("city_voucher", 1000, this, session().scalars(select(Voucher.until_on)).one())
    assert story(code) == ["promised"] * 3
    stops(world, code, next_month(this))
    assert sums(budget) == (3500, 1000, 0, 2500)
    assert story(code) == ["promised", "let_go", "let_go"]
    assert subsidy() == ("city_voucher", 1000, this, next_month(this) - timedelta(days=1))
    with pytest.raises(Conflict, match="stopped already"):
        stops(world, code, this)


def test_voucher_is_refused_whole_when_too_little_is_left(world: World) -> None:
    budget = sets_up(world, 2999)
    with pytest.raises(Invalid) as refused:
        gives(world, has_line(world))
    assert refused.value.fields["amount"] == "This needs $30.00; $29.99 is left in this budget."
    assert sums(budget) == (2999, 0, 0, 2999) and subsidy() is None


def test_stopping_before_the_first_month_takes_the_subsidy_away(world: World) -> None:
    budget = sets_up(world)
    code = gives(world, has_line(world))
    stops(world, code, month_of(clock.today()))
    assert sums(budget)[1:] == (0, 0, 1_000_000) and subsidy() is None
    gives(world, (session().scalars(select(Household.code)).one(), get_voucher(code).fact_number))


def test_one_voucher_a_month_for_a_household(world: World) -> None:
    sets_up(world)
    home = has_line(world)
    gives(world, home)
    with pytest.raises(Invalid) as refused:
        gives(world, home)
    assert "already" in refused.value.fields["from_month"]


@pytest.mark.parametrize("how", ["ended", "void"])
def test_line_that_is_gone_lets_the_rest_go_at_the_next_batch(world: World, how: str) -> None:
    budget, this = sets_up(world), month_of(clock.today())
    code_of, number = home = has_line(world)
    gone, stays = gives(world, home), gives(world, has_line(world, name="Ana Ruiz"))
    household = session().scalars(select(Household.id).where(Household.code == code_of)).one()
    if how == "ended":
        does(
            world, end_thing, who="navigator_a", household_id=household, number=number, ended_on=this, reason="canceled"
        )
    else:
        does(world, void_fact, who="navigator_a", household_id=household, number=number, reason="never_happened")
    batch = makes_batch(world, this)
    assert story(gone) == ["let_go"] * 3 and story(stays) == ["in_batch", "promised", "promised"]
    assert sums(budget) == (1_000_000, 3000, 0, 997_000)
    found = session().scalars(select(Voucher).where(Voucher.code == gone)).one()
    assert found.stop_reason == f"line_{how}"
    does(world, void_batch, who=MANAGER, code=batch)
    assert story(stays) == ["promised"] * 3
    with pytest.raises(Conflict, match="No voucher lost its line"):
        does(world, release_gone, who=MANAGER)


@pytest.mark.parametrize("how", ["ended", "void"])
def test_month_that_a_batch_gives_back_is_let_go_though_its_voucher_was_stopped(world: World, how: str) -> None:
    budget, this = sets_up(world), month_of(clock.today())
    code_of, number = home = has_line(world)
    code, stays = gives(world, home), gives(world, has_line(world, name="Ana Ruiz"))
    batch = makes_batch(world, this)
    stops(world, code, next_month(this))
    home_of = {"household_id": session().scalars(select(Household.id).where(Household.code == code_of)).one()}
    if how == "ended":
        does(world, end_thing, who="navigator_a", number=number, ended_on=this, reason="canceled", **home_of)
    else:
        does(world, void_fact, who="navigator_a", number=number, reason="never_happened", **home_of)
    with pytest.raises(Conflict, match="No voucher lost its line"):
        does(world, release_gone, who=MANAGER)  # the month waits in its batch
    does(world, void_batch, who=MANAGER, code=batch)
    assert sums(budget)[1] == 4000
    assert does(world, release_gone, who=MANAGER) == 1
    assert story(code) == ["let_go"] * 3 and story(stays) == ["promised"] * 3 and sums(budget)[1] == 3000
    assert session().scalars(select(Voucher.stop_reason).where(Voucher.code == code)).one() == "not_needed"


def test_month_that_was_let_go_is_never_due_again(world: World) -> None:
    """The line ended before both months, the later of them in a batch; then its end proves wrong."""
    budget, this = sets_up(world), month_of(clock.today())
    before = month_of(this - timedelta(days=1))
    code_of, number = home = has_line(world)
    code = gives(world, home, begin=before)
    batch = makes_batch(world, this)
    household = session().scalars(select(Household.id).where(Household.code == code_of)).one()
    ended = {"household_id": household, "number": number, "ended_on": before, "reason": "canceled"}
    end = does(world, end_thing, who="navigator_a", **ended).facts[0].number
    assert does(world, release_gone, who=MANAGER) == 1
    assert story(code) == ["let_go", "in_batch", "let_go"]
    does(world, void_fact, who="navigator_a", household_id=household, number=end, reason="never_happened")
    with pytest.raises(Conflict, match="Nothing is due"):
        makes_batch(world, before)
    does(world, void_batch, who=MANAGER, code=batch)
    makes_batch(world, this)
    assert story(code) == ["let_go", "in_batch", "let_go"] and sums(budget)[1] == 1000


def test_subsidy_of_a_voucher_ends_with_the_voucher(client: FlaskClient, world: World) -> None:
    sets_up(world)
    home, number = has_line(world)
    gives(world, (home, number))
    one = session().scalars(select(Subsidy.id)).one()
    signed_in(client, world, "navigator_a")
    line = f"/households/{home}/lines/{number}/subsidies"
    page = client.get(f"/households/{home}/internet")
    assert "City voucher" in page.text and f"{line}/{one}/end" not in page.text
    sent = post_form(client, f"{line}/{one}/end", {"until_on": clock.today().isoformat(), "reason": "asked"})
    assert sent.status_code == 400 and "Stop the voucher" in page_text(sent)
    assert 'value="city_voucher"' not in client.get(f"{line}/new").text
    typed = {"program": "city_voucher", "amount": "5", "from_on": clock.today().isoformat()}
    assert post_form(client, f"{line}/new", typed).status_code == 400


def test_month_in_a_batch_cannot_be_stopped_nor_paid_again(world: World) -> None:
    sets_up(world)
    this, code = month_of(clock.today()), gives(world, has_line(world))
    batch = makes_batch(world, this)
    with pytest.raises(Invalid) as refused:
        stops(world, code, this)
    assert "payment batch" in refused.value.fields["from_month"]
    with pytest.raises(Conflict, match="Nothing is due"):
        makes_batch(world, this)
    does(world, void_batch, who=MANAGER, code=batch)
    makes_batch(world, this)
    with pytest.raises(Invalid, match="has not begun"):
        makes_batch(world, next_month(this))


def test_one_household_of_two_organizations_is_paid_once(client: FlaskClient, world: World) -> None:
    sets_up(world)
    first, second = has_line(world), has_line(world, "b")
    earlier, later = gives(world, first), gives(world, second, who="navigator_b")
    use_scope(EVERYTHING)
    with write_transaction():
        find_pairs(by=SYSTEM)
    pair = session().scalars(select(CandidatePair).where(CandidatePair.state == "open")).one()
    with write_transaction():
        deciding.link_records(pair_id=pair.id, reason="One lease.", by=world.actor(MANAGER))
    signed_in(client, world, MANAGER)
    page = client.get("/payments/new")
    check_page(page)
    assert "1 voucher is left out" in page_text(page) and later in page_text(page)
    makes_batch(world)
    assert (story(earlier)[0], story(later)[0]) == ("in_batch", "promised")
    stops(world, earlier, next_month(month_of(clock.today())))
    with pytest.raises(Conflict, match="Nothing is due"):
        makes_batch(world)  # paid for this household, although the other voucher was not


def test_two_give_the_last_money_at_once(app: Flask, world: World) -> None:
    budget = sets_up(world, 3000)
    homes = [has_line(world), has_line(world, "b", name="Ana Ruiz")]
    barrier, told = threading.Barrier(2, timeout=30), list[str]()

    def give(home: tuple[str, int], who: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                gives(world, home, who=who)
            except DomainError as error:
                told.append(str(error.fields))  # type: ignore[attr-defined]
            finally:
                db.session.remove()

    both = [
        threading.Thread(target=give, args=(home, who))
        for home, who in zip(homes, ("navigator_a", "navigator_b"), strict=True)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(told) == 1 and "$0.00 is left" in told[0]
    assert sums(budget) == (3000, 3000, 0, 0)


STEPS = st.lists(st.tuples(st.sampled_from(["give", "stop", "pay", "void", "change"]), st.integers(1, 4)), max_size=6)


@pytest.mark.only_sqlite
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_sums_are_those_of_the_entries_whatever_happens(world: World, steps: list[tuple[str, int]]) -> None:
    """Each example goes on with what the ones before left; ``sums`` recounts every budget from its entries."""
    name = f"Budget {len(session().scalars(select(Voucher.id)).all())}-{clock.now().timestamp()}"
    budget, given_, batches = sets_up(world, 8000, name=name), list[str](), list[str]()
    for what, count in steps:
        try:
            if what == "give":
                given_.append(gives(world, has_line(world, name=f"Ana {count}"), budget=budget, months=count))
            elif what == "stop" and given_:
                stops(world, given_.pop(), next_month(month_of(clock.today())))
            elif what == "pay":
                batches.append(makes_batch(world))
            elif what == "void" and batches:
                does(world, void_batch, who=MANAGER, code=batches.pop())
            elif what == "change":
                does(world, change_budget, who=MANAGER, code=budget, amount_cents=count * 2000)
        except DomainError:
            pass
        assert sums(budget)[3] >= 0


def test_pages_give_show_and_stop(client: FlaskClient, world: World) -> None:
    sets_up(world)
    sets_up(world, 50_000, name="Second")
    code, number = has_line(world)
    signed_in(client, world, "navigator_a")
    check_page(client.get("/vouchers"))
    form = f"/households/{code}/vouchers/new"
    page = client.get(form)
    check_page(page)
    assert "costs them $30.00 a month now" in page_text(page)
    this = month_of(clock.today())
    typed = {"line": str(number), "amount": "31", "months": "3", "from_month": f"{this:%Y-%m}"}
    wrong = post_form(client, form, typed)
    check_page(wrong)
    assert wrong.status_code == 400 and "Write that or less" in page_text(wrong) and 'value="31"' in wrong.text
    for field, value in (
        ("from_month", "2026-13"),
        ("months", "x"),
        ("amount", "ten"),
        ("line", "999"),
        ("budget", "nope"),
    ):
        assert post_form(client, form, typed | {field: value}).status_code == 400, field
    budget = [one.split('"')[0] for one in page.text.split('<option value="')[1:]][0]
    made = post_form(client, form, typed | {"amount": "10.00", "budget": budget})
    assert made.status_code == 303
    voucher = made.location
    shown = client.get(voucher)
    check_page(shown)
    assert page_text(shown).count("Promised") == 3
    check_page(client.get(f"{voucher}/stop"))
    done = post_form(client, f"{voucher}/stop", {"from_month": next_month(this).isoformat(), "reason": "left"})
    assert done.status_code == 303
    check_page(client.get(voucher))
    check_page(client.get("/vouchers?state=stopped"))
    check_page(client.get(form))


def test_vouchers_of_another_organization_are_not_there(client: FlaskClient, world: World) -> None:
    budget = sets_up(world)
    home = has_line(world)
    code = gives(world, home)
    batch = makes_batch(world)
    with pytest.raises(NotFound):
        stops(world, code, month_of(clock.today()), who="navigator_b")
    signed_in(client, world, "navigator_b")
    for path in (
        f"/vouchers/{code}",
        f"/households/{home[0]}/vouchers/new",
        f"/budgets/{budget}",
        f"/payments/{batch}",
    ):
        assert client.get(path).status_code == 404, path
    assert code not in client.get("/vouchers").text and batch not in client.get("/payments").text
    signed_in(client, world, "finance")
    page = client.get(f"/vouchers/{code}")
    check_page(page)
    assert "Rosa" not in page.text and home[0] not in page.text

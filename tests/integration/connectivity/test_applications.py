"""An application from prepared to ended: its deadlines, what comes off the price, and one discount a household."""

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.connectivity.actions.applying import note_renewal
from digital_inclusion.connectivity.models import ApplicationMove, Subsidy
from digital_inclusion.connectivity.rules.applications import State, Worksheet
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotFound
from digital_inclusion.matching.actions.deciding import link_records, pair_up
from tests.factories.aftercare import does
from tests.factories.applications import activates, application, line_of, moves, prepares
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form

YES = Worksheet(other_adult=True, adult_has_it=True, shares_money=True)
APART = Worksheet(other_adult=True, adult_has_it=True, shares_money=False)


def subsidies() -> list[tuple[str, int, date, date | None]]:
    session().rollback()
    use_scope(EVERYTHING)
    rows = session().scalars(select(Subsidy).order_by(Subsidy.id))
    return [(one.program, one.amount_cents, one.from_on, one.until_on) for one in rows]


def test_from_prepared_to_ended(world: World) -> None:
    household, today = serve(world), clock.today()
    code = activates(world, household)
    active = application(code)
    assert (active.fact_number, active.due_rule) == (line_of(household).fact_number, "renew")
    assert active.due_on == today.replace(year=today.year + 1)
    assert subsidies() == [("lifeline_federal", 925, today, None)]
    moves(world, code, State.PROBLEM, problem="not_used")
    assert (application(code).due_on, subsidies()[0][3]) == (today + timedelta(days=15), None)
    moves(world, code, State.ACTIVE)
    moves(world, code, State.ENDING, ends_on=today + timedelta(days=20))
    assert (application(code).due_rule, subsidies()[0][3]) == ("last_day", today + timedelta(days=20))
    moves(world, code, State.ACTIVE)
    assert subsidies()[0][3] is None
    moves(world, code, State.ENDED, reason="not_wanted")
    ended = application(code)
    assert (ended.due_on, ended.closed_at is not None, subsidies()[0][3]) == (None, True, today)
    assert [one.to_state for one in ended.moves] == [
        "prepared", "submitted", "approved", "active", "problem", "active", "ending", "active", "ended",
    ]  # fmt: skip
    with pytest.raises(Conflict, match="cannot become"):
        moves(world, code, State.SUBMITTED)


def test_renewal_opens_a_deadline_and_moves_it_a_year(world: World) -> None:
    household, today = serve(world), clock.today()
    code = activates(world, household)
    with clock.frozen(clock.now() + timedelta(days=300)):
        day = clock.today()
        does(
            world, note_renewal, who="navigator_a", code=code, version=application(code).version, is_done=False, on=day
        )
        assert (application(code).due_on, application(code).due_rule) == (day + timedelta(days=60), "recertify")
        does(world, note_renewal, who="navigator_a", code=code, version=application(code).version, is_done=True, on=day)
        assert (application(code).due_on, application(code).due_rule) == (today.replace(year=today.year + 2), "renew")
        moves(world, code, State.PROBLEM, problem="provider_fault")
        moves(world, code, State.ACTIVE)
        assert application(code).due_on == today.replace(year=today.year + 2)  # it stays renewed
    with clock.frozen(clock.now() + timedelta(days=640)):
        moves(world, code, State.PROBLEM, problem="not_recertified")
        moves(world, code, State.ACTIVE)
        assert application(code).due_on == today.replace(year=today.year + 3)


def test_second_of_two_is_told_what_changed(world: World) -> None:
    code = prepares(world, serve(world))
    seen = application(code).version
    moves(world, code, State.SUBMITTED, version=seen)
    with pytest.raises(Conflict) as told:
        moves(world, code, State.ENDED, reason="mistake", version=seen)
    assert told.value.params["state"] == "Sent in"
    assert application(code).state == "submitted"


def test_one_open_for_each_program_and_nobody_elses(world: World) -> None:
    household = serve(world)
    code = prepares(world, household)
    with pytest.raises(Invalid) as refused:
        prepares(world, household)
    assert "open application" in refused.value.fields["program"]
    with pytest.raises(Invalid):
        prepares(world, household, "acp")  # over
    with pytest.raises(NotFound):
        moves(world, code, State.SUBMITTED, who="navigator_b")
    other = line_of(serve(world, name="Somebody Else", phone="(408) 555-0177", phone_e164="+14085550177"))
    moves(world, code, State.SUBMITTED)
    moves(world, code, State.APPROVED)
    with pytest.raises(Invalid) as refused:
        moves(world, code, State.ACTIVE, fact_number=other.fact_number, amount_cents=925)
    assert "fact_number" in refused.value.fields


def test_same_home_needs_the_worksheet(world: World) -> None:
    first, second = serve(world), serve(world, name="Ines Ferrer", phone=None, phone_e164=None)
    prepares(world, second, "ca_lifeline")  # a state program stands against nobody
    moves(world, prepares(world, first), State.SUBMITTED)
    code = prepares(world, second)
    with pytest.raises(Invalid) as refused:
        moves(world, code, State.SUBMITTED)
    assert "three questions" in refused.value.fields["other_adult"]
    with pytest.raises(Conflict, match="one household"):
        moves(world, code, State.SUBMITTED, worksheet=YES)
    moves(world, code, State.SUBMITTED, worksheet=APART)
    stored = application(code).worksheet
    assert stored == {
        "other_adult": True, "adult_has_it": True, "shares_money": False, "on": clock.today().isoformat(),
    }  # fmt: skip


def test_page_asks_the_worksheet_where_it_decides(client: FlaskClient, world: World) -> None:
    first, second = serve(world), serve(world, name="Ines Ferrer", phone=None, phone_e164=None)
    code = prepares(world, second)
    navigator, url = signed_in(client, world, "navigator_a"), f"/applications/{code}"
    assert "another adult" not in page_text(navigator.get(url))
    moves(world, prepares(world, first), State.SUBMITTED)
    page = navigator.get(url)
    check_page(page)
    assert "another adult" in page_text(page)
    typed = {"on": clock.today().isoformat(), "version": str(application(code).version), "note": "Asked by phone."}
    sent = {f"submitted-{name}": value for name, value in typed.items()}
    refused = post_form(navigator, f"{url}/submitted", sent, page=url)
    check_page(refused)
    assert "three questions" in page_text(refused)
    assert "Asked by phone." in page_text(refused)
    yes = {f"submitted-{name}": "yes" for name in ("other_adult", "adult_has_it", "shares_money")}
    assert "one household" in page_text(post_form(navigator, f"{url}/submitted", sent | yes, page=url))
    no = yes | {"submitted-shares_money": "no"}
    assert post_form(navigator, f"{url}/submitted", sent | no, page=url).status_code == 303
    assert "kept as evidence" in page_text(navigator.get(url))


def test_two_at_one_address_at_the_same_second(app: Flask, world: World) -> None:
    codes = [prepares(world, serve(world, name=name, phone=None, phone_e164=None)) for name in ("Ana One", "Bo Two")]
    versions = {code: application(code).version for code in codes}
    session().rollback()
    barrier, told = threading.Barrier(2, timeout=30), list[str]()

    def send(code: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                moves(world, code, State.SUBMITTED, version=versions[code])
            except DomainError as error:
                told.append(error.sentence)
            finally:
                db.session.remove()

    both = [threading.Thread(target=send, args=(code,)) for code in codes]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(application(code).state for code in codes) == ["prepared", "submitted"]
    assert len(told) == 1


def test_another_partner_has_one(world: World) -> None:
    theirs, ours = serve(world, "b"), serve(world, "a")
    moves(world, prepares(world, theirs, who="navigator_b"), State.SUBMITTED, who="navigator_b")
    code = prepares(world, ours)
    pair = does(world, pair_up, who="program_manager", code_a=ours.code, code_b=theirs.code)
    does(world, link_records, who="program_manager", pair_id=pair.id, reason="They showed one lease.")
    with pytest.raises(Conflict, match="Another partner") as told:
        moves(world, code, State.SUBMITTED)
    assert "Partner B" not in told.value.sentence
    assert theirs.code not in told.value.sentence


def test_erasure_ends_and_blanks_it(world: World) -> None:
    household = serve(world)
    code = prepares(world, household)
    moves(world, code, State.SUBMITTED, worksheet=APART, note="Called twice.", reference="NV-1")
    does(world, erase_household, who="partner_lead_a", household_id=household.id, reason="asked")
    gone = application(code)
    assert (gone.state, gone.end_reason, gone.reference, gone.worksheet) == ("ended", "erased", None, None)
    notes = session().scalars(select(ApplicationMove.note).where(ApplicationMove.application_id == gone.id))
    assert set(notes) == {None}


def test_pages(client: FlaskClient, world: World) -> None:
    household = serve(world)
    navigator = signed_in(client, world, "navigator_a")
    url = f"/households/{household.code}/applications/new"
    check_page(navigator.get(url))
    refused = post_form(navigator, url, {})
    assert refused.status_code == 400
    check_page(refused)
    made = post_form(navigator, url, {"program": "lifeline_federal", "note": "At the library."})
    assert made.status_code == 303
    page = navigator.get(made.location)
    check_page(page)
    assert "At the library." in page_text(page)
    check_page(navigator.get(url))  # with what was prepared before
    code = made.location.rsplit("/", 1)[1]
    wrong = post_form(navigator, f"{made.location}/submitted", {"submitted-on": "2/31/2026"}, page=made.location)
    assert wrong.status_code == 400
    check_page(wrong)
    assert "February" in page_text(wrong)
    sent = {"submitted-on": clock.today().isoformat(), "submitted-version": application(code).version}
    assert post_form(navigator, f"{made.location}/submitted", sent, page=made.location).status_code == 303
    again = post_form(navigator, f"{made.location}/ended", {
        "ended-on": clock.today().isoformat(), "ended-reason": "mistake", "ended-version": "1",
    }, page=made.location)  # fmt: skip
    assert again.status_code == 400
    assert "Somebody was faster" in page_text(again)
    for address in (
        "/applications",
        "/applications?state=submitted&whose=mine",
        "/applications?state=ended",
        made.location,
    ):
        check_page(navigator.get(address))
    assert code in page_text(navigator.get("/applications"))


def test_page_of_an_active_one(client: FlaskClient, world: World) -> None:
    code = activates(world, serve(world))
    navigator = signed_in(client, world, "navigator_a")
    url = f"/applications/{code}"
    page = navigator.get(url)
    check_page(page)
    assert "$9.25 a month" in page_text(page)
    asked = {"renewal-done": "asked", "renewal-on": clock.today().isoformat()}
    asked["renewal-version"] = str(application(code).version)
    assert post_form(navigator, f"{url}/renewal", asked, page=url).status_code == 303
    assert "number to be confirmed" in page_text(navigator.get(url))
    moves(world, code, State.PROBLEM, problem="duplicate")
    check_page(navigator.get(url))

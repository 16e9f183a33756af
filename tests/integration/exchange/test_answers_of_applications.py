"""Applications in the round trip with internet companies: asked about, answered, and taken back."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.enrolling import EnrolledHousehold
from digital_inclusion.connectivity.rules.applications import State
from digital_inclusion.exchange.actions.applying import MOVED_SINCE
from digital_inclusion.exchange.models import AnswerFile, AnswerRow, ProviderFile, ProviderFileApplication
from digital_inclusion.exchange.queries.answers import count_groups
from digital_inclusion.exchange.rules.answers import applications as rules
from digital_inclusion.foundation.access.identity import Actor
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.files import StoredFile, path_of
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.rules import CONSENT_PURPOSES
from tests.factories.applications import application, moves, prepares
from tests.factories.households import new_consent
from tests.factories.offers import new_offer, offers
from tests.factories.served import serve
from tests.factories.world import World, sign_in
from tests.support.answers import PROVIDER, answered, applied, asked, taken_back, with_line
from tests.support.pages import check_page, page_text, post_form

PARTS = ("on", "ended", "terms", "applications")


@pytest.fixture
def plan(world: World) -> str:
    """A plan of the company."""
    return offers(world, new_offer("Access", provider=PROVIDER))[0]


def _applies(
    world: World, plan: str | None, *, name: str = "Rosa Delgado", agreed: bool = True
) -> tuple[EnrolledHousehold, str]:
    consent = new_consent()
    if agreed:
        consent.purposes[:] = sorted(CONSENT_PURPOSES)
    household = serve(world, name=name, deliveries=(), consent=consent)
    code = prepares(world, household, "ca_lifeline", offer_code=plan)
    moves(world, code, State.SUBMITTED)
    return household, code


def _reference(code: str, by: Actor) -> str:
    asked(by)
    number = application(code).id
    known = select(ProviderFileApplication.reference).where(ProviderFileApplication.application_id == number)
    return session().scalars(known.order_by(ProviderFileApplication.id.desc())).first() or ""


def _outcomes(answer: AnswerFile) -> list[tuple[str, list[str]]]:
    use_scope(EVERYTHING)
    rows = session().scalars(select(AnswerRow).where(AnswerRow.file_id == answer.id).order_by(AnswerRow.row))
    return [(row.outcome, [one["message"] for one in row.problems or []]) for row in rows]


def test_file_asks_about_what_waits_for_the_company_and_nothing_else(world: World, plan: str) -> None:
    _applies(world, plan, name="Ana Agreed")
    _applies(world, plan, name="Nia Notasked", agreed=False)
    _applies(world, None, name="Nora Noplan")
    by = world.actor("partner_lead_a")
    assert asked(by) == {}  # no line of the company
    made = session().scalars(select(ProviderFile)).one()
    text = path_of(session().get_one(StoredFile, made.file_id)).read_text("utf-8-sig")
    assert (made.rows, made.left_out) == (1, 1)
    assert "Ana Agreed" in text and "What became of this application?" in text
    assert not any(word in text for word in ("Notasked", "Noplan", "lifeline", "1980", "555-"))


def test_approval_and_named_refusal_go_in_and_are_taken_back(world: World, plan: str) -> None:
    (_one, good), (_other, bad) = (_applies(world, plan, name=name) for name in ("Gia Good", "Bo Bad"))
    by = world.actor("partner_lead_a")
    rows = [
        {"Ref": _reference(good, by), "Status": "Approved", "Reason": ""},
        {"Ref": _reference(bad, by), "Status": "Denied", "Reason": "Address not serviceable"},
    ]
    before = [(one.state, one.problem, one.since_on, one.due_on) for one in map(application, (good, bad))]
    answer = answered(rows, by)
    assert count_groups(answer.id)["applications"] == 2
    answer = applied(answer, by, parts=PARTS)
    assert (application(good).state, application(bad).state) == ("approved", "problem")
    refused = application(bad)
    assert (refused.problem, refused.due_rule) == ("address_not_found", "prove")
    answer = taken_back(answer, by)
    assert answer.state == "undone"
    assert [(one.state, one.problem, one.since_on, one.due_on) for one in map(application, (good, bad))] == before
    assert [one.to_state for one in application(bad).moves] == ["prepared", "submitted", "problem", "submitted"]
    assert applied(answered(rows, by), by, parts=PARTS).state == "finished"
    assert application(good).state == "approved"


def test_applications_stay_where_nobody_chose_them(world: World, plan: str) -> None:
    code = _applies(world, plan)[1]
    by = world.actor("partner_lead_a")
    applied(answered([{"Ref": _reference(code, by), "Status": "approved"}], by), by, parts=("on",))
    assert application(code).state == "submitted"


def test_step_noted_since_holds_before_and_after(world: World, plan: str) -> None:
    code = _applies(world, plan)[1]
    by = world.actor("partner_lead_a")
    answer = answered([{"Ref": _reference(code, by), "Status": "approved"}], by)
    moves(world, code, State.PROBLEM, problem="name_mismatch")
    answer = applied(answer, by, parts=PARTS)
    assert _outcomes(answer)[0][0] == "refused"
    assert application(code).state == "problem"
    moves(world, code, State.SUBMITTED)
    again = applied(answered([{"Ref": _reference(code, by), "Status": "accepted"}], by), by, parts=PARTS)
    moves(world, code, State.PROBLEM, problem="no_answer")
    assert _outcomes(taken_back(again, by)) == [("new", [MOVED_SINCE])]
    assert application(code).problem == "no_answer"


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"Status": "denied", "Reason": "policy 12"}, rules.NO_REASON),
        ({"Status": "not found"}, rules.NOT_FOUND),
        ({"Status": "cancelled", "End date": "2026-01-01"}, rules.OF_AN_APPLICATION),
        ({"Price": "12"}, rules.OF_AN_APPLICATION),
    ],
)
def test_what_cannot_be_said_of_an_application_comes_back(
    world: World, plan: str, cells: dict[str, str], sentence: str
) -> None:
    code = _applies(world, plan)[1]
    by = world.actor("partner_lead_a")
    assert _outcomes(answered([{"Ref": _reference(code, by)} | cells], by)) == [("refused", [sentence])]


def test_answer_from_before_it_was_sent_in_and_of_one_that_moved_on(world: World, plan: str) -> None:
    code = _applies(world, plan)[1]
    by = world.actor("partner_lead_a")
    rows = [{"Ref": _reference(code, by), "Status": "approved"}]
    early = answered(rows, by, on=clock.today() - timedelta(days=1))
    assert _outcomes(early) == [("refused", [rules.BEFORE_SENT])]
    moves(world, code, State.APPROVED)
    assert _outcomes(answered(rows, by)) == [("same", [])]
    assert _outcomes(answered([rows[0] | {"Status": "pending"}], by)) == [("refused", [rules.MOVED_ON])]


def test_application_of_another_partner_leaves_nothing(world: World, plan: str) -> None:
    code = _applies(world, plan)[1]
    reference = _reference(code, world.actor("partner_lead_a"))
    stranger = world.actor("partner_lead_b")
    with_line(world, "b")  # so that the company is one of theirs
    use_scope(EVERYTHING)
    answer = answered([{"Ref": reference, "Status": "approved"}], stranger)
    assert _outcomes(answer) == [("foreign", [])]


def test_pages_show_what_becomes_of_applications(client: FlaskClient, world: World, plan: str) -> None:
    household, code = _applies(world, plan)
    by = world.actor("partner_lead_a")
    answer = answered([{"Ref": _reference(code, by), "Status": "denied", "Reason": "duplicate"}], by)
    show = f"/provider-answers/{answer.code}"
    lead = sign_in(client, world.users["partner_lead_a"])
    page = lead.get("/provider-files/new")
    check_page(page)
    assert f"{PROVIDER} · 0 lines, 1 application" in page_text(page)
    rows = lead.get(f"{show}/rows/applications")
    check_page(rows)
    assert all(text in page_text(rows) for text in (code, household.code, "Problem: Somebody has it already"))
    post_form(lead, f"{show}/apply", {"parts": ["applications"], "left_out": ""}, page=show)
    assert application(code).problem == "duplicate"

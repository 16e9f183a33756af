"""Requests for help from the inside: who gets them, what answering does, what is overdue, what is erased."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.casework.actions import answering, asking
from digital_inclusion.casework.actions.asking import RESIDENT
from digital_inclusion.casework.actions.drafting import discard_draft, discard_old_drafts, keep_draft
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.actions.sitting import enroll_in_sitting
from digital_inclusion.casework.models import HelpRequest, Referral
from digital_inclusion.casework.queries.drafts import ENROLLED, ENROLLMENT
from digital_inclusion.casework.queries.requests import find_request, list_history
from digital_inclusion.foundation.access.identity import Actor, system_actor
from digital_inclusion.foundation.database import EVERYTHING, NOTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.jobs import HANDLERS
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from digital_inclusion.households.models import Draft, Household
from digital_inclusion.partners.actions import change_partner
from tests.factories.help import NAME, asks, takes
from tests.factories.households import new_household
from tests.factories.world import World


def _do(world: World, action: Any, who: str, **arguments: Any) -> Any:
    """Let somebody do something, seeing what they may see."""
    use_scope(EVERYTHING)
    by = world.actor(who)
    use_scope(EVERYTHING if by.city_wide else Scope(partner_id=by.partner_id))
    with write_transaction():
        done = action(by=by, **arguments)
    use_scope(EVERYTHING)
    return done


def _request(reference: str) -> HelpRequest:
    session().rollback()
    use_scope(EVERYTHING)
    found = find_request(reference)
    assert found is not None
    session().refresh(found)
    return found


def _referrals(reference: str) -> list[Referral]:
    request = _request(reference)
    return list(session().scalars(select(Referral).where(Referral.request_id == request.id).order_by(Referral.id)))


def _resident(action: Any, reference: str, **arguments: Any) -> Any:
    request_id = _request(reference).id
    use_scope(NOTHING)
    with write_transaction():
        done = action(request_id=request_id, by=RESIDENT, **arguments)
    use_scope(EVERYTHING)
    return done


def _happened(reference: str) -> list[str]:
    return [event.name for event in list_history(_request(reference).id)][::-1]


def _begun() -> list[Draft]:
    """Return the drafts that are still to be enrolled; of others nothing is left."""
    drafts = session().scalars(select(Draft).where(Draft.kind != ENROLLED).order_by(Draft.id)).all()
    assert all(draft.kind == ENROLLMENT or draft.values == {} for draft in drafts)
    return [draft for draft in drafts if draft.kind == ENROLLMENT]


def test_request_goes_to_the_partner_that_fits(app: Flask, world: World) -> None:
    takes(world, "a", languages=["vi"])
    takes(world, "b", languages=["es"], districts=["3"])
    reference, _pin = asks(language="es", zip_code="95113")  # a ZIP code of District 3 alone
    request = _request(reference)
    assert (request.partner_id, request.district, request.state) == (world.partners["b"], "3", "received")
    assert [(one.partner_id, one.name) for one in _referrals(reference)] == [(world.partners["b"], NAME)]


def test_request_goes_to_the_city_when_nobody_fits(app: Flask, world: World) -> None:
    takes(world, "a", languages=["vi"])
    assert _request(asks(language="es")[0]).partner_id == world.partners["city"]


def test_requests_go_around_by_room(app: Flask, world: World) -> None:
    takes(world, "a", most_open=1)
    takes(world, "b", most_open=2)
    went = [_request(asks(f"Person {n}")[0]).partner_id for n in range(4)]
    assert went == [world.partners[code] for code in ("a", "b", "b", "city")]


def test_partner_that_left_the_program_gets_no_request(app: Flask, world: World) -> None:
    takes(world, "a")
    _do(world, change_partner, "administrator", partner_id=world.partners["a"], name="Partner A", active=False)
    assert _request(asks()[0]).partner_id == world.partners["city"]


def test_decline_moves_on_to_who_has_not_had_it_and_blanks_the_name(app: Flask, world: World) -> None:
    takes(world, "a")
    takes(world, "b")
    reference, _pin = asks()
    _do(world, answering.decline_request, "navigator_a", reference=reference, reason="no_room")
    first, second = _referrals(reference)
    assert (first.name, first.phone, first.phone_e164, first.email) == ("", None, None, None)
    assert (second.partner_id, second.name, second.previous_id) == (world.partners["b"], NAME, first.id)
    _do(world, answering.decline_request, "navigator_b", reference=reference, reason="other")
    request = _request(reference)
    assert request.partner_id == world.partners["city"]
    _do(world, answering.decline_request, "program_manager", reference=reference, reason="other_help")
    request = _request(reference)
    assert request.state == "declined" and request.closed_at is not None
    assert [one.name for one in _referrals(reference)] == ["", "", ""]
    assert _happened(reference) == ["sent", "declined", "declined", "declined"]


def test_decline_needs_a_reason_from_the_list(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    with pytest.raises(Invalid):
        _do(world, answering.decline_request, "navigator_a", reference=reference, reason="dislike")
    assert _request(reference).partner_id == world.partners["a"]


def test_other_partner_finds_no_request(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    with pytest.raises(NotFound):
        _do(world, answering.accept_request, "navigator_b", reference=reference)
    _do(world, answering.pass_on_request, "navigator_a", reference=reference, to=world.partners["city"])
    with pytest.raises(NotFound):  # it is no longer theirs
        _do(world, answering.accept_request, "navigator_a", reference=reference)


@pytest.mark.parametrize("who", ["verifier", "auditor", "administrator"])
def test_others_of_the_city_answer_nothing(app: Flask, world: World, who: str) -> None:
    reference, _pin = asks()
    with pytest.raises(NotAllowed):
        _do(world, answering.accept_request, who, reference=reference)


def test_city_passes_every_request_on_and_answers_its_own(app: Flask, world: World) -> None:
    takes(world, "a")
    takes(world, "b", languages=["vi"])
    reference, _pin = asks()
    with pytest.raises(Conflict, match="Another organization"):
        _do(world, answering.accept_request, "program_manager", reference=reference)
    _do(world, answering.pass_on_request, "program_manager", reference=reference, to=world.partners["b"])
    assert _request(reference).partner_id == world.partners["b"]
    other, _pin = asks(language="ti")
    assert _do(world, answering.accept_request, "program_manager", reference=other) is None
    _do(world, answering.finish_request, "program_manager", reference=other, outcome="helped")
    assert (_request(other).state, _request(other).outcome) == ("done", "helped")


@pytest.mark.parametrize("to", ["fiscal", "b", "a"])
def test_pass_on_only_to_who_takes_requests(app: Flask, world: World, to: str) -> None:
    takes(world, "a")
    reference, _pin = asks()
    with pytest.raises(Invalid):
        _do(world, answering.pass_on_request, "navigator_a", reference=reference, to=world.partners[to])


def test_accept_makes_a_draft_and_enrolling_it_makes_the_request_done(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    code = _do(world, answering.accept_request, "navigator_a", reference=reference)
    draft = session().scalars(select(Draft).where(Draft.code == code)).one()
    assert draft.values["members-0-name"] == [NAME]
    assert draft.user_id == world.users["navigator_a"]
    _do(world, enroll_in_sitting, "navigator_a", new=new_household(NAME), draft=code)
    request = _request(reference)
    (referral,) = _referrals(reference)
    assert (request.state, request.outcome) == ("done", "enrolled")
    assert (referral.name, referral.phone_e164) == ("", None)  # the household has its own record now
    assert referral.household_id == session().scalars(select(Household.id)).one()
    assert _begun() == []


def test_colleague_continues_with_a_draft_of_their_own(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    first = _do(world, answering.accept_request, "navigator_a", reference=reference)
    assert _do(world, answering.start_enrollment, "navigator_a", reference=reference) == first
    second = _do(world, answering.start_enrollment, "partner_lead_a", reference=reference)
    assert second != first
    _do(world, enroll_in_sitting, "partner_lead_a", new=new_household(NAME), draft=second)
    assert _request(reference).state == "done"
    assert _begun() == []  # the first one's copy is gone too


def test_wait_and_go_on(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    _do(world, answering.accept_request, "navigator_a", reference=reference)
    _do(world, answering.ask_resident, "navigator_a", reference=reference, waits_for="paper")
    assert (_request(reference).state, _request(reference).waits_for) == ("waiting", "paper")
    _do(world, answering.go_on, "navigator_a", reference=reference)
    assert (_request(reference).state, _request(reference).waits_for) == ("accepted", None)


def _contact(**changes: Any) -> dict[str, Any]:
    from digital_inclusion.casework.rules.requests import Contact, Wish

    return {
        "contact": Contact(name=NAME, email="new@example.org"),
        "wish": Wish(language="es", needs=frozenset({"skills"}), zip_code="95127"),
    } | changes


def test_correct_changes_what_the_partner_sees_and_ends_the_wait_for_a_contact(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    _do(world, answering.accept_request, "navigator_a", reference=reference)
    _do(world, answering.ask_resident, "navigator_a", reference=reference, waits_for="wrong_contact")
    _resident(asking.correct_request, reference, **_contact())
    (draft,) = session().scalars(select(Draft).order_by(Draft.id)).all()
    assert draft.values["email"] == ["new@example.org"] and "phone" not in draft.values
    assert draft.values["needs"] == ["training"] and draft.values["zip_code"] == ["95127"]
    request, (referral,) = _request(reference), _referrals(reference)
    assert (referral.email, referral.phone, request.needs_device, request.needs_skills) == (
        "new@example.org", None, False, True,
    )  # fmt: skip
    assert (request.state, request.district) == ("accepted", "5")


def test_withdraw_blanks_the_contact_and_throws_the_draft_away(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    _do(world, answering.accept_request, "navigator_a", reference=reference)
    _resident(asking.withdraw_request, reference)
    assert _request(reference).state == "withdrawn"
    assert [one.name for one in _referrals(reference)] == [""]
    assert _begun() == []
    with pytest.raises(Conflict):
        _do(world, answering.start_enrollment, "navigator_a", reference=reference)


def _end(world: World, how: str, reference: str) -> None:
    """End the request for the navigator who has it."""
    if how == "passed on":
        to = world.partners["b"]
        _do(world, answering.pass_on_request, "navigator_a", reference=reference, to=to)
    elif how == "closed":
        _do(world, answering.finish_request, "navigator_a", reference=reference, outcome="helped")
    else:
        _resident(asking.withdraw_request if how == "withdrawn" else asking.erase_request, reference)


def _check_kept_nowhere(world: World, code: str) -> None:
    """Check that the form filled in from the request can neither be kept nor enrolled any more."""
    for action, given in ((keep_draft, {"values": TYPED, "code": code}), (enroll_in_sitting, {"draft": code})):
        if action is enroll_in_sitting:
            given["new"] = new_household(NAME)
        with pytest.raises(Conflict, match="Nothing is kept"):
            _do(world, action, "navigator_a", **given)
        session().rollback()
    use_scope(EVERYTHING)
    assert _begun() == [] and session().scalars(select(Household.id)).all() == []


TYPED = {"members-0-name": [NAME], "phone": ["408 555 0100"]}


@pytest.mark.parametrize("how", ["withdrawn", "erased", "passed on", "closed"])
@pytest.mark.parametrize("was_thrown_away", [False, True])
def test_form_still_open_brings_nothing_back(app: Flask, world: World, how: str, was_thrown_away: bool) -> None:
    takes(world, "a")
    takes(world, "b")
    reference, _pin = asks()
    code = _do(world, answering.accept_request, "navigator_a", reference=reference)
    if was_thrown_away:
        _do(world, discard_draft, "navigator_a", code=code)
    _end(world, how, reference)
    _check_kept_nowhere(world, code)
    with clock.frozen(clock.now() + timedelta(days=400)):
        _do(world, discard_old_drafts, "navigator_a")
    assert session().scalars(select(Draft.id)).all() == []


def test_typing_on_in_a_draft_thrown_away_still_belongs_to_its_request(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    code = _do(world, answering.accept_request, "navigator_a", reference=reference)
    _do(world, discard_draft, "navigator_a", code=code)
    assert _begun() == []
    assert _do(world, keep_draft, "navigator_a", values=TYPED, code=code) == code
    assert [draft.values for draft in _begun()] == [TYPED]
    _resident(asking.withdraw_request, reference)
    _check_kept_nowhere(world, code)


def test_form_still_open_after_enrolling_from_it_makes_no_second_copy(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    code = _do(world, answering.accept_request, "navigator_a", reference=reference)
    _do(world, enroll_in_sitting, "navigator_a", new=new_household(NAME), draft=code)
    with pytest.raises(Conflict):
        _do(world, keep_draft, "navigator_a", values=TYPED, code=code)


def test_erase_leaves_nothing_of_a_request(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, pin = asks()
    _do(world, answering.accept_request, "navigator_a", reference=reference)
    assert _resident(asking.erase_request, reference) is True
    request, (referral,) = _request(reference), _referrals(reference)
    assert (request.language, request.needs_device, request.zip_code, request.district) == (None,) * 4
    assert request.consent_language == ""
    assert (request.state, request.pin_hash, request.shown_digest) == ("withdrawn", "", "")
    assert (referral.name, referral.phone, referral.email) == ("", None, None)
    assert _begun() == []
    with pytest.raises(Invalid):
        asking.open_request(reference=reference, pin=pin, address="1.2.3.4", by=RESIDENT)


def test_erase_asks_the_partner_for_what_became_a_household(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, pin = asks()
    code = _do(world, answering.accept_request, "navigator_a", reference=reference)
    _do(world, enroll_in_sitting, "navigator_a", new=new_household(NAME), draft=code)
    assert _resident(asking.erase_request, reference) is False
    request = _request(reference)
    assert request.erasure_asked_at is not None and request.erased_at is None and request.language is None
    household = session().scalars(select(Household)).one()
    assert household.head_name == NAME
    _do(world, erase_household, "partner_lead_a", household_id=household.id, reason="asked")
    assert _request(reference).erased_at is not None
    assert _happened(reference)[-2:] == ["erasure_asked", "erased"]
    session().rollback()
    opened = asking.open_request(reference=reference, pin=pin, address="1.2.3.4", by=RESIDENT)
    assert opened == request.id  # so that they see that it is done


def test_unanswered_goes_to_the_city_after_the_settings_days(app: Flask, world: World) -> None:
    takes(world, "a")
    sent = datetime(2026, 3, 2, 18, tzinfo=UTC)  # ten in the morning of a Monday
    with clock.frozen(sent):
        reference, _pin = asks()
        accepted, _pin = asks("Answered In Time")
        _do(world, answering.accept_request, "navigator_a", reference=accepted)
    job = HANDLERS["casework.escalate_requests"]
    for days, where in ((4, "a"), (5, "city"), (6, "city")):
        with clock.frozen(sent + timedelta(days=days)):
            job({})
        assert _request(reference).partner_id == world.partners[where], days
    request = _request(reference)
    assert (request.escalated, request.state) == (True, "received")
    assert _happened(reference) == ["sent", "escalated"]
    assert [one.name for one in _referrals(reference)] == ["", NAME]
    assert _request(accepted).partner_id == world.partners["a"]


def test_requests_of_a_partner_that_left_go_to_the_city(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    _do(world, answering.accept_request, "navigator_a", reference=reference)
    change = {"partner_id": world.partners["a"], "name": "Partner A", "active": False}
    _do(world, change_partner, "administrator", **change)
    HANDLERS["casework.escalate_requests"]({})
    request = _request(reference)
    assert (request.partner_id, request.state) == (world.partners["city"], "received")
    assert not request.escalated  # nobody failed to answer
    assert list_history(request.id)[0].word == "left"


def test_answered_at_the_last_moment_does_not_move(app: Flask, world: World) -> None:
    takes(world, "a")
    with clock.frozen(datetime(2026, 3, 2, 18, tzinfo=UTC)):
        references = [asks(f"Person {number}")[0] for number in range(6)]
    by = world.actor("navigator_a")
    session().close()
    barrier, moved, refused = threading.Barrier(2, timeout=30), list[int](), list[str]()

    def escalate() -> None:
        with app.app_context():
            use_scope(EVERYTHING)
            barrier.wait()
            with write_transaction():
                moved.append(answering.escalate_unanswered(by=system_actor("requests")))

    def accept() -> None:
        with app.app_context():
            barrier.wait()
            for reference in reversed(references):
                use_scope(Scope(partner_id=by.partner_id))
                try:
                    with write_transaction():
                        answering.accept_request(reference=reference, by=by)
                except (Conflict, NotFound):
                    refused.append(reference)

    threads = [threading.Thread(target=one) for one in (escalate, accept)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    where = {reference: _request(reference) for reference in references}
    assert moved == [len(refused)]
    for reference, request in where.items():
        expected = (world.partners["city"], "received") if reference in refused else (world.partners["a"], "accepted")
        assert (request.partner_id, request.state) == expected


def test_what_a_closed_request_says_is_erased_in_time(app: Flask, world: World) -> None:
    takes(world, "a")
    began = datetime(2026, 3, 2, 18, tzinfo=UTC)
    with clock.frozen(began):
        closed, pin = asks()
        still_open, _pin = asks("Still Waiting")
        _do(world, answering.accept_request, "navigator_a", reference=closed)
        _do(world, answering.finish_request, "navigator_a", reference=closed, outcome="helped")
    job = HANDLERS["casework.forget_requests"]
    for days, language in ((364, "es"), (365, None), (400, None)):
        with clock.frozen(began + timedelta(days=days)):
            job({})
        assert _request(closed).language == language, days
    request = _request(closed)
    assert (request.needs_device, request.zip_code, request.district) == (None, None, None)
    assert request.consent_language == ""
    assert (request.state, request.outcome, _happened(closed)[-1]) == ("done", "helped", "erased")
    assert _happened(closed).count("erased") == 1
    assert _request(still_open).language == "es"
    with pytest.raises(Invalid):
        asking.open_request(reference=closed, pin=pin, address="1.2.3.4", by=RESIDENT)


def test_what_waits_to_be_erased_is_not_forgotten_before(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    code = _do(world, answering.accept_request, "navigator_a", reference=reference)
    _do(world, enroll_in_sitting, "navigator_a", new=new_household(NAME), draft=code)
    _resident(asking.erase_request, reference)
    with clock.frozen(clock.now() + timedelta(days=400)):
        HANDLERS["casework.forget_requests"]({})
    assert _request(reference).erased_at is None  # its household's record still waits


def test_two_who_accept_at_once_one_wins(app: Flask, world: World) -> None:
    takes(world, "a")
    reference, _pin = asks()
    actors = [world.actor("navigator_a"), world.actor("partner_lead_a")]
    session().close()
    barrier, outcomes = threading.Barrier(2, timeout=30), dict[str, object]()

    def accept(by: Actor) -> None:
        with app.app_context():
            use_scope(Scope(partner_id=by.partner_id))
            barrier.wait()
            try:
                with write_transaction():
                    outcomes[by.name] = answering.accept_request(reference=reference, by=by)
            except Conflict as conflict:
                outcomes[by.name] = conflict
            finally:
                db.session.remove()

    threads = [threading.Thread(target=accept, args=(by,)) for by in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lost = [one for one in outcomes.values() if isinstance(one, Conflict)]
    assert len(outcomes) == 2 and len(lost) == 1
    assert "faster" in lost[0].sentence
    assert len(session().scalars(select(Draft).order_by(Draft.id)).all()) == 1
    assert _happened(reference) == ["sent", "accepted"]


def test_lead_says_what_the_own_organization_takes_and_no_other(app: Flask, world: World) -> None:
    values: dict[str, Any] = {
        "takes_requests": True, "languages": ["en"], "districts": [], "most_open": 3, "phone": None,
    }  # fmt: skip
    _do(world, answering.change_intake, "partner_lead_a", partner_id=world.partners["a"], **values)
    with pytest.raises(NotFound):
        _do(world, answering.change_intake, "partner_lead_a", partner_id=world.partners["b"], **values)
    with pytest.raises(NotAllowed):
        _do(world, answering.change_intake, "navigator_a", partner_id=world.partners["a"], **values)
    with pytest.raises(Invalid):
        _do(
            world, answering.change_intake, "program_manager", partner_id=world.partners["b"],
            **values | {"languages": []},
        )  # fmt: skip

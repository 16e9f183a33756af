"""Referring a household to another organization: sent with an agreement, answered, taken back, never unseen."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.agenda.models import Task
from digital_inclusion.casework.actions.changing import withdraw_consent
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.actions.handing_on import send_referral, take_back_referral, tell_senders
from digital_inclusion.casework.actions.sitting import enroll_in_sitting
from digital_inclusion.casework.actions.taking_on import (
    accept_referral,
    decline_referral,
    finish_referral,
    start_referred_enrollment,
)
from digital_inclusion.casework.queries.handing_on import get_referral_page
from digital_inclusion.casework.queries.timeline import list_told
from digital_inclusion.casework.rules.handing_on import MOVES, State, check_step
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from digital_inclusion.households.models import Consent, Draft, Household
from digital_inclusion.matching.models import CandidatePair
from digital_inclusion.partners.models import Partner
from tests.factories.aftercare import does
from tests.factories.households import new_household
from tests.factories.served import serve
from tests.factories.world import SYSTEM, World
from tests.support.referring import WORDS, letter, new_referral, referral, refers, says

PHONE = "(408) 555-0123"


def _home(world: World, partner: str = "a", **changes: Any) -> int:
    values = {"name": "Rosa Delgado", "phone": PHONE, "email": "rosa@example.org", "language": "es"} | changes
    made = serve(world, partner, name=values.pop("name"), deliveries=())
    use_scope(EVERYTHING)
    with write_transaction():
        home = session().get_one(Household, made.id)
        for name, value in values.items():
            setattr(home, name, value)
        session().info["audited"] = True
    return made.id


def _tasks(*, is_open: bool = True) -> list[Task]:
    session().rollback()
    use_scope(EVERYTHING)
    found = select(Task).where(Task.kind == "referral", Task.done_at.is_(None) == is_open)
    return list(session().scalars(found.order_by(Task.id)))


def _told(household_id: int) -> set[tuple[str, str | None, str | None]]:
    session().rollback()
    use_scope(EVERYTHING)
    return {
        (entry.source, entry.thing.what, entry.thing.more)
        for entry in list_told(household_id)
        if "referral" in entry.source
    }


def test_least_goes_along_and_nothing_more(world: World) -> None:
    home = _home(world)
    code = refers(world, home)
    assert sorted(says(code)) == sorted(["Rosa Delgado", PHONE, "es", WORDS])
    one = referral(code)
    assert (one.state, one.needs, one.contact) == ("sent", ["device", "skills"], "phone")
    assert one.answer_by == clock.today() + timedelta(days=4)  # as with requests for help, the day of sending counts
    assert letter(code).partner_id == world.partners["b"]
    assert _told(home) == {("referral", "Partner B", None)}
    told = session().scalars(select(AuditEvent).where(AuditEvent.name == "referral.sent")).one()
    assert told.details == {"to": world.partners["b"], "needs": ["device", "skills"], "contact": "phone"}


def test_not_sent_without_an_agreement_or_a_consent(world: World) -> None:
    home = _home(world)
    today = clock.today()
    wrong: list[dict[str, Any]] = [
        {"agreed": False}, {"agreed_on": today + timedelta(days=1)}, {"agreed_on": today - timedelta(days=31)},
        {"agreed_way": "attested_by_partner"}, {"agreed_way": ""}, {"needs": frozenset()},
        {"needs": frozenset({"gold"})}, {"contact": "pigeon"}, {"words": "x" * 501},
        {"to_partner_id": world.partners["a"]}, {"to_partner_id": world.partners["city"]}, {"to_partner_id": 999_999},
    ]  # fmt: skip
    for values in wrong:
        with pytest.raises(Invalid):
            refers(world, home, **values)
    with pytest.raises(NotFound):
        refers(world, _home(world, "b"))
    with pytest.raises(NotAllowed):
        refers(world, home, who="technician_a")
    does(world, withdraw_consent, who="navigator_a", household_id=home, purposes=["service"])
    with pytest.raises(Conflict, match="No consent"):
        refers(world, home)
    expired = _home(world, name="Late Family")
    use_scope(EVERYTHING)
    with write_transaction():
        consent = session().scalars(select(Consent).where(Consent.household_id == expired)).one()
        consent.expires_on = today - timedelta(days=1)
        session().info["audited"] = True
    with pytest.raises(Conflict, match="No consent"):
        refers(world, expired)


def test_contact_must_be_on_record_and_wanted(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        refers(world, _home(world, phone=None))
    assert "not on record" in refused.value.fields["contact"]
    shy = _home(world, name="Shy Family", safe_contact="none")
    with pytest.raises(Invalid) as refused:
        refers(world, shy)
    assert "not to be contacted" in refused.value.fields["contact"]
    code = refers(world, shy, contact="none")
    assert PHONE not in says(code) and "Shy Family" in says(code)


def test_the_same_again_is_the_one_that_stands(world: World) -> None:
    home = _home(world)
    code = refers(world, home)
    assert refers(world, home) == code
    does(world, take_back_referral, who="navigator_a", code=code)
    assert refers(world, home) != code


def test_accepted_it_is_a_draft_and_then_a_household_of_theirs(world: World) -> None:
    home = _home(world)
    code = refers(world, home)
    draft = does(world, accept_referral, who="navigator_b", code=code)
    use_scope(EVERYTHING)
    kept = session().scalars(select(Draft).where(Draft.code == draft)).one()
    assert kept.partner_id == world.partners["b"] and kept.values["members-0-name"] == ["Rosa Delgado"]
    assert kept.values["phone"] == [PHONE] and kept.values["needs"] == ["device", "training"]
    assert does(world, start_referred_enrollment, who="navigator_b", code=code) == draft
    new = new_household("Rosa Ruiz", grant_id=world.grants["b"])
    made = does(world, enroll_in_sitting, who="navigator_b", new=new, draft=draft).household
    assert letter(code).household_id == made.id and says(code) == []
    pair = session().scalars(select(CandidatePair)).one()
    assert {pair.record_a, pair.record_b} == {home, made.id} and pair.state == "open"
    assert pair.because == "referral"  # of another name no key tells it
    with pytest.raises(Conflict, match="enrolled already"):
        does(world, start_referred_enrollment, who="navigator_b", code=code)
    does(world, finish_referral, who="navigator_b", code=code, outcome="device")
    assert _told(home) == {
        ("referral", "Partner B", None), ("referral_answered", "accepted", None), ("referral_closed", "done", "device"),
    }  # fmt: skip
    assert _told(made.id) == {("referral_in", "Partner A", None)}


def test_two_drafts_of_one_letter_become_one_household(world: World) -> None:
    code = refers(world, _home(world))
    first = does(world, accept_referral, who="navigator_b", code=code)
    second = does(world, start_referred_enrollment, who="partner_lead_b", code=code)
    assert first != second
    new = new_household("Rosa Delgado", grant_id=world.grants["b"])
    does(world, enroll_in_sitting, who="navigator_b", new=new, draft=first)
    with pytest.raises(Conflict):
        does(world, enroll_in_sitting, who="partner_lead_b", new=new_household("Rosa Again"), draft=second)


def test_declined_leaves_nothing_and_gives_the_sender_a_task(world: World) -> None:
    home = _home(world)
    code = refers(world, home)
    with pytest.raises(Invalid):
        does(world, decline_referral, who="navigator_b", code=code, reason="moody")
    does(world, decline_referral, who="navigator_b", code=code, reason="no_room")
    assert says(code) == [] and referral(code).state == "declined"
    (task,) = _tasks()
    assert (task.thing, task.household_id, task.partner_id) == (code, home, world.partners["a"])
    assert task.owner_id == world.users["navigator_a"]
    with pytest.raises(Conflict, match="faster"):
        does(world, accept_referral, who="partner_lead_b", code=code)


def test_taken_back_until_it_is_accepted(world: World) -> None:
    home = _home(world)
    code = refers(world, home)
    does(world, take_back_referral, who="partner_lead_a", code=code)
    assert says(code) == [] and (referral(code).state, referral(code).reason) == ("taken_back", "by_sender")
    with pytest.raises(Conflict, match="faster"):
        does(world, accept_referral, who="navigator_b", code=code)
    other = refers(world, home)
    does(world, accept_referral, who="navigator_b", code=other)
    with pytest.raises(Conflict, match="faster"):
        does(world, take_back_referral, who="navigator_a", code=other)


def test_each_side_does_its_own_part_and_others_nothing(world: World) -> None:
    code = refers(world, _home(world))
    for action, more in (
        (accept_referral, {}), (decline_referral, {"reason": "no_room"}), (finish_referral, {"outcome": "device"}),
    ):  # fmt: skip
        with pytest.raises(Conflict, match="Only the organization"):
            does(world, action, who="navigator_a", code=code, **more)
    with pytest.raises(Conflict, match="Only the organization"):
        does(world, take_back_referral, who="navigator_b", code=code)
    with pytest.raises(NotAllowed):
        does(world, take_back_referral, who="program_manager", code=code)
    use_scope(EVERYTHING)
    third = Partner(code="C", name="Partner C", kind="grantee", created_at=clock.now())
    with write_transaction():
        session().add(third)
        session().info["audited"] = True
    stranger = world.actor("navigator_a")
    object.__setattr__(stranger, "partner_id", third.id)
    use_scope(Scope(partner_id=third.id))
    with pytest.raises(NotFound):
        get_referral_page(code, by=stranger)
    with pytest.raises(NotFound):
        take_back_referral(code=code, by=stranger)
    use_scope(EVERYTHING)
    assert get_referral_page(code, by=world.actor("program_manager")).letter is None  # the city reads no letter


def test_consent_withdrawn_before_anybody_opened_it(world: World) -> None:
    home = _home(world)
    code = refers(world, home)
    does(world, withdraw_consent, who="navigator_a", household_id=home, purposes=["follow_up"])
    assert referral(code).state == "sent"  # another purpose
    does(world, withdraw_consent, who="navigator_a", household_id=home, purposes=["service"])
    assert says(code) == [] and (referral(code).state, referral(code).reason) == ("taken_back", "consent_ended")
    with pytest.raises(Conflict, match="faster"):
        does(world, accept_referral, who="navigator_b", code=code)


def test_erasing_reaches_it_at_once_and_what_was_accepted_is_told(world: World) -> None:
    home, other = _home(world), _home(world, name="Other Family")
    code, accepted = refers(world, home), refers(world, other)
    does(world, accept_referral, who="navigator_b", code=accepted)
    does(world, erase_household, who="partner_lead_a", household_id=home, reason="asked")
    does(world, erase_household, who="partner_lead_a", household_id=other, reason="asked")
    assert says(code) == [] and referral(code).reason == "erased"
    assert "Other Family" in says(accepted) and referral(accepted).agreement_ended_at is not None


def test_nobody_waits_unseen(world: World) -> None:
    home = _home(world)
    code = refers(world, home)
    does_nothing = does(world, tell_senders, who="partner_lead_a")
    assert does_nothing == 0 and _tasks() == []
    with clock.frozen(clock.now() + timedelta(days=5)):
        _tells()
        (task,) = _tasks()
        assert (task.thing, task.due_on) == (code, clock.today())
        _tells()
        assert len(_tasks()) == 1
        does(world, accept_referral, who="navigator_b", code=code)
    assert _tasks() == [] and len(_tasks(is_open=False)) == 1


@pytest.mark.parametrize("is_accepted", [False, True])
def test_organization_that_left_is_told_at_once(world: World, is_accepted: bool) -> None:
    code = refers(world, _home(world))
    if is_accepted:
        does(world, accept_referral, who="navigator_b", code=code)
    use_scope(EVERYTHING)
    with write_transaction():
        session().get_one(Partner, world.partners["b"]).active = False
        session().info["audited"] = True
    _tells()
    assert len(_tasks()) == 1
    with pytest.raises(Invalid):
        refers(world, _home(world, name="Other Family"))
    assert says(code) != []
    does(world, take_back_referral, who="navigator_a", code=code)  # nobody there can close it any more
    assert (referral(code).state, says(code), _tasks()) == ("taken_back", [], [])
    drafts = session().scalars(select(Draft).where(Draft.letter_id == letter(code).id))
    assert [one.values for one in drafts] == ([{}] if is_accepted else [])


def _tells() -> None:
    use_scope(EVERYTHING)
    with write_transaction():
        tell_senders(by=SYSTEM)


def test_every_state_and_step_is_thought_of() -> None:
    for step, (before, after) in MOVES.items():
        for state in State:
            if state == before:
                assert check_step(step, state) == after
            else:
                with pytest.raises(Conflict):
                    check_step(step, state)


def _at_once(app: Flask, *works: tuple[int, Callable[[], object]]) -> list[str]:
    """Do everything at the same moment, each within a partner's scope; return what became of each."""
    barrier, ended = threading.Barrier(len(works), timeout=60), list[str]()

    def run(partner_id: int, work: Callable[[], object]) -> None:
        with app.app_context():
            use_scope(Scope(partner_id=partner_id))
            barrier.wait()
            try:
                with write_transaction():
                    work()
                ended.append("done")
            except Conflict:
                ended.append("told")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def test_taken_back_while_it_is_accepted_has_one_end(app: Flask, world: World) -> None:
    code = refers(world, _home(world))
    ours, theirs = world.actor("navigator_a"), world.actor("navigator_b")
    session().rollback()
    ended = _at_once(
        app,
        (world.partners["a"], lambda: take_back_referral(code=code, by=ours)),
        (world.partners["b"], lambda: accept_referral(code=code, by=theirs)),
    )
    assert ended == ["done", "told"]
    use_scope(EVERYTHING)
    drafts = len(session().scalars(select(Draft.id).order_by(Draft.id)).all())
    assert (referral(code).state, bool(says(code)), drafts) in {("taken_back", False, 0), ("accepted", True, 1)}


def test_sent_twice_at_once_is_one(app: Flask, world: World) -> None:
    home, ours = _home(world), world.actor("navigator_a")
    new = new_referral(world)
    session().rollback()
    work = world.partners["a"], lambda: send_referral(household_id=home, new=new, by=ours)
    assert _at_once(app, work, work) == ["done", "done"]
    assert len([entry for entry in _told(home) if entry[0] == "referral"]) == 1

"""Surveys: what can open, who is asked, what is kept, and who hears of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from digital_inclusion.agenda.models import Task
from digital_inclusion.casework.actions import survey_answers, surveys
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.models import Survey, SurveyInvitation, SurveyLink
from digital_inclusion.casework.queries.survey_results import get_results
from digital_inclusion.casework.queries.surveys import find_linked, get_survey, list_surveys, list_to_ask
from digital_inclusion.casework.rules.surveys import KEPT, Question, State, mark_of, ready_question
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Throttled
from digital_inclusion.foundation.kernel.ids import token_digest
from digital_inclusion.households.models import Household
from digital_inclusion.matching.actions.deciding import link_records, pair_up
from tests.factories.aftercare import does
from tests.factories.households import new_consent
from tests.factories.served import confirm, serve
from tests.factories.surveys import (
    MANAGER,
    answers_by_link,
    answers_by_phone,
    asks_survey,
    invitation_of,
    makes_survey_link,
    new_audience,
    opens_survey,
    own_question,
    writes_survey,
)
from tests.factories.world import SYSTEM, World

GIVEN = {0: "yes", 1: "yes", 2: ["school", "work"], 3: "7", 4: "no"}


def on_record(code: str) -> Survey:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalars(select(Survey).where(Survey.code == code)).one()


def asked_of(code: str) -> list[SurveyInvitation]:
    session().rollback()
    use_scope(EVERYTHING)
    of_survey = (
        select(SurveyInvitation).join(Survey, Survey.id == SurveyInvitation.survey_id).where(Survey.code == code)
    )
    return list(session().scalars(of_survey.order_by(SurveyInvitation.id)))


def open_calls(household_id: int) -> list[Task]:
    session().rollback()
    use_scope(EVERYTHING)
    calls = select(Task).where(Task.household_id == household_id, Task.kind == "survey", Task.done_at.is_(None))
    return list(session().scalars(calls.order_by(Task.id)))


def test_survey_opens_only_when_complete(world: World) -> None:
    serve(world)
    english = replace(own_question(), words={"en": "Only English"})
    code = writes_survey(world, ready=[], own=[english])
    with pytest.raises(Conflict, match="missing"):
        opens_survey(world, code)
    does(world, surveys.put_question, who=MANAGER, code=code, version=2, place=0, question=own_question())
    opens_survey(world, code)
    assert on_record(code).state == State.OPEN
    for change in (
        lambda: opens_survey(world, code),
        lambda: does(world, surveys.drop_question, who=MANAGER, code=code, version=4, place=0),
        lambda: does(
            world, surveys.change_survey, who=MANAGER, code=code, version=4, title="T", introduction={"en": "Other"}
        ),
    ):
        with pytest.raises(Conflict):
            change()


def test_two_at_one_draft_lose_nothing(world: World) -> None:
    code = writes_survey(world)
    does(world, surveys.drop_question, who=MANAGER, code=code, version=1, place=0)
    with pytest.raises(surveys.SurveyChangedMeanwhile):
        does(world, surveys.drop_question, who=MANAGER, code=code, version=1, place=0)
    assert [one.ready for one in on_record(code).asks] == ["internet_on", "used_for", "feels_sure", "wants_help"]


def test_survey_takes_eight_questions_each_ready_made_one_once(world: World) -> None:
    code = writes_survey(world, own=[own_question(), own_question()])

    def puts(question: Question, version: int) -> None:
        does(world, surveys.put_question, who=MANAGER, code=code, version=version, place=None, question=question)

    with pytest.raises(Conflict, match="already"):
        puts(ready_question("device_in_use"), 3)
    puts(own_question(), 3)
    with pytest.raises(Conflict, match="at most 8"):
        puts(own_question(), 4)
    assert len(on_record(code).asks) == 8


def test_only_who_agreed_is_asked_and_who_did_not_is_counted(world: World) -> None:
    agreed = serve(world)
    serve(world, name="Ana Silent", consent=replace(new_consent(), purposes=["service"]))
    unsafe = serve(world, "b", name="Bao Unsafe", safe_contact="none")
    code = asks_survey(world)
    assert [one.household_id for one in asked_of(code)] == [agreed.id]
    assert on_record(code).reach == {str(world.partners["a"]): [2, 1], str(world.partners["b"]): [1, 0]}
    assert unsafe.id not in {one.household_id for one in asked_of(code)}


def test_audience_narrows_by_milestone_day_partner_and_place(world: World) -> None:
    counted, pending, other = serve(world), serve(world, name="Pia Pending"), serve(world, "b", name="Ono Other")
    confirm(world, *counted.delivery_facts)
    confirm(world, *other.delivery_facts)
    use_scope(EVERYTHING)

    def asked(**changes: object) -> set[int]:
        audience = new_audience(**changes)
        use_scope(EVERYTHING)
        _fits, chosen = surveys.preview_survey(audience=audience, seed=1, by=world.actor(MANAGER))
        return {one.record_id for one in chosen}

    assert asked() == {counted.id, pending.id, other.id}
    assert asked(milestone="connected") == {counted.id, other.id}
    assert asked(milestone="connected", partner_ids=[world.partners["b"]]) == {other.id}
    assert asked(zip_codes=["95113"]) == {counted.id, pending.id, other.id}
    for nobody in ({"zip_codes": ["95116"]}, {"days": 3000}, {"milestone": "skills"}, {"districts": ["9"]}):
        with pytest.raises(Invalid):
            asked(**nobody)


def test_sample_is_drawn_again_by_its_number(world: World) -> None:
    for number in range(12):
        serve(world, name=f"Family Number{number}")
    use_scope(EVERYTHING)
    by, audience = world.actor(MANAGER), new_audience(size=5)
    first = surveys.preview_survey(audience=audience, seed=41, by=by)[1]
    again = surveys.preview_survey(audience=audience, seed=41, by=by)[1]
    other = surveys.preview_survey(audience=audience, seed=42, by=by)[1]
    assert len(first) == 5 and mark_of(first) == mark_of(again) != mark_of(other)
    code = writes_survey(world)
    opens_survey(world, code, size=5, seed=41)
    assert {one.household_id for one in asked_of(code)} == {one.record_id for one in first}
    assert on_record(code).seed == 41


def test_opening_what_was_not_looked_at_is_refused(world: World) -> None:
    serve(world)
    code = writes_survey(world)
    audience = new_audience()
    use_scope(EVERYTHING)
    mark = mark_of(surveys.preview_survey(audience=audience, seed=1, by=world.actor(MANAGER))[1])
    serve(world, name="Came Meanwhile")
    with pytest.raises(Conflict, match="Other households"):
        does(world, surveys.open_survey, who=MANAGER, code=code, audience=audience, seed=1, mark=mark)
    assert asked_of(code) == []


def test_answer_is_kept_once_and_may_be_changed(world: World) -> None:
    home = serve(world)
    code = asks_survey(world)
    token = makes_survey_link(world, home.id)
    answers_by_link(token, GIVEN)
    answers_by_link(token, GIVEN | {3: "2", 2: []})
    (held,) = asked_of(code)
    assert held.answers == {"0": "yes", "1": "yes", "3": 2, "4": "no"}
    assert (held.state, held.way, held.told_to, held.revision) == ("answered", "link", None, 2)


def test_every_link_of_a_household_opens_the_same_answers(world: World) -> None:
    home = serve(world)
    asks_survey(world)
    first, second = makes_survey_link(world, home.id), makes_survey_link(world, home.id)
    for token in (first, second):
        answers_by_link(token, GIVEN)
    assert invitation_of(home.id).revision == 2


@pytest.mark.parametrize(
    "given", [{}, {0: "maybe"}, {3: "11"}, {3: "x"}, {2: ["school", "nonsense"]}, {0: ["yes"]}, {5: "x" * 301}]
)
def test_what_is_no_answer_is_refused(world: World, given: dict[int, object]) -> None:
    home = serve(world)
    asks_survey(world, own=[own_question()])
    with pytest.raises(Invalid):
        answers_by_link(makes_survey_link(world, home.id), given)
    assert invitation_of(home.id).state == "waiting"


def test_link_opens_nothing_after_the_last_day_or_when_closed(world: World) -> None:
    home = serve(world)
    code = asks_survey(world)
    token = makes_survey_link(world, home.id)
    with clock.frozen(clock.now() + timedelta(days=16)), pytest.raises(NotFound):
        answers_by_link(token, GIVEN)
    does(world, surveys.close_survey, who=MANAGER, code=code)
    with pytest.raises(NotFound):
        answers_by_link(token, GIVEN)
    with pytest.raises(Conflict):
        answers_by_phone(world, home.id, GIVEN)
    assert find_linked(token_digest("x" * 43), today=clock.today()) is None


def test_withdrawn_consent_ends_the_asking(world: World) -> None:
    home = serve(world)
    asks_survey(world)
    token = makes_survey_link(world, home.id)
    with write_transaction():
        for consent in session().get_one(Household, home.id).consents:
            consent.withdrawn_purposes, consent.withdrawn_on, consent.withdrawn_by = ["follow_up"], clock.today(), 1
        surveys.record("consent.withdrawn", by=SYSTEM)
    use_scope(EVERYTHING)
    assert list_to_ask(mine_of=None, today=clock.today()) == []
    with pytest.raises(NotFound):
        answers_by_link(token, GIVEN)


def test_who_asks_by_phone_does_not_write_over_what_came_meanwhile(world: World) -> None:
    home = serve(world)
    asks_survey(world)
    answers_by_link(makes_survey_link(world, home.id), GIVEN)
    with pytest.raises(Conflict, match="meanwhile"):
        answers_by_phone(world, home.id, {0: "no"}, seen=0)
    answers_by_phone(world, home.id, {0: "no"})
    held = invitation_of(home.id)
    assert (held.answers, held.way, held.told_to) == ({"0": "no"}, "phone", world.users["navigator_a"])


def test_many_answers_from_one_address_are_slowed_down(world: World) -> None:
    home = serve(world)
    asks_survey(world)
    token = makes_survey_link(world, home.id)
    for _try in range(survey_answers.PER_ADDRESS):
        answers_by_link(token, GIVEN)
    with pytest.raises(Throttled):
        answers_by_link(token, GIVEN)
    answers_by_link(token, GIVEN, address="192.0.2.10")


def test_device_not_in_use_makes_one_task_for_the_navigator(world: World) -> None:
    home = serve(world)
    asks_survey(world)
    token = makes_survey_link(world, home.id)
    answers_by_link(token, GIVEN | {0: "no"})
    answers_by_link(token, GIVEN | {0: "no", 4: "yes"})
    (task,) = open_calls(home.id)
    assert task.owner_id == world.users["navigator_a"]
    assert task.due_on == clock.today() + survey_answers.CALL_WITHIN
    answers_by_link(token, GIVEN)
    assert open_calls(home.id) == []


def test_refusing_takes_the_household_off_the_list(world: World) -> None:
    home = serve(world)
    asks_survey(world)
    does(world, survey_answers.refuse_survey, who="navigator_a", code=invitation_of(home.id).code)
    use_scope(EVERYTHING)
    assert list_to_ask(mine_of=None, today=clock.today()) == []
    with pytest.raises(Conflict):
        does(world, survey_answers.refuse_survey, who="navigator_a", code=invitation_of(home.id).code)


def test_foreign_partner_finds_nothing(world: World) -> None:
    home = serve(world)
    code = asks_survey(world)
    for act, more in (
        (survey_answers.make_survey_link, {}),
        (survey_answers.refuse_survey, {}),
        (survey_answers.answer_by_phone, {"seen": 0, "given": GIVEN}),
    ):
        with pytest.raises(NotFound):
            does(world, act, who="navigator_b", code=invitation_of(home.id).code, **more)
    lead = world.actor("partner_lead_b")
    use_scope(Scope(partner_id=world.partners["b"]))
    assert list_to_ask(mine_of=None, today=clock.today()) == []
    assert list_surveys(by=lead) == []
    with pytest.raises(NotFound):
        get_survey(code, by=lead)


@pytest.mark.parametrize("who", ["navigator_a", "partner_lead_a", "auditor", "verifier"])
def test_only_the_program_manager_writes_surveys(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        does(world, surveys.create_survey, who=who, title="T", introduction={}, ready=[])


def test_erasing_a_household_erases_its_answers_and_links(world: World) -> None:
    home, other = serve(world), serve(world, name="Stays Here")
    asks_survey(world, own=[own_question()])
    token = makes_survey_link(world, home.id)
    answers_by_link(token, GIVEN | {0: "no", 5: "Zoraida said so"})
    answers_by_phone(world, other.id, GIVEN)
    does(world, erase_household, who="partner_lead_a", household_id=home.id, reason="asked")
    assert invitation_of(home.id).answers is None and invitation_of(home.id).state == "answered"
    assert invitation_of(other.id).answers is not None
    assert open_calls(home.id) == []
    assert session().scalars(select(SurveyLink.id).order_by(SurveyLink.id)).all() == []
    with pytest.raises(NotFound):
        answers_by_link(token, GIVEN)


def test_records_of_one_family_answer_once(world: World) -> None:
    ours, theirs = serve(world), serve(world, "b", name="Rosa Delgado")
    _become_one(world, ours.code, theirs.code)
    code = asks_survey(world)
    assert len(asked_of(code)) == 1
    assert sum(fits for fits, _able in (on_record(code).reach or {}).values()) == 1


def test_records_that_turn_out_to_be_one_family_are_counted_once(world: World) -> None:
    ours, theirs = serve(world), serve(world, "b", name="Rosa Delgado")
    code = asks_survey(world)
    answers_by_phone(world, ours.id, GIVEN | {0: "no"})
    answers_by_phone(world, theirs.id, GIVEN, who="navigator_b")
    _become_one(world, ours.code, theirs.code)
    use_scope(EVERYTHING)
    results = get_results(on_record(code), by=world.actor(MANAGER))
    assert (results.response.asked, results.response.answered) == (1, 1)
    assert results.questions[0].counts == {"yes": 1, "no": 0, "not_sure": 0}  # what was said last
    (row,) = list_surveys(by=world.actor(MANAGER))
    assert (row.asked, row.answered) == (1, 1)


def test_small_numbers_are_hidden_from_who_may_not_see_households(world: World) -> None:
    homes = [serve(world, name=f"Family Number{number}") for number in range(12)]
    code = asks_survey(world, own=[own_question()])
    for place, home in enumerate(homes):
        answers_by_phone(world, home.id, {0: "yes", 1: "no" if place == 5 else "yes", 5: "In words"})
    use_scope(EVERYTHING)
    survey = on_record(code)
    shown = get_results(survey, by=world.actor("finance"))
    assert not shown.exact
    assert shown.questions[0].counts == {"yes": 12, "no": 0, "not_sure": 0}
    assert shown.questions[1].counts is None and shown.questions[1].said is None  # one said no
    assert shown.questions[5].words == () and shown.questions[5].said == 12
    assert get_results(survey, by=world.actor("auditor")).questions[1].counts == {"yes": 11, "no": 1, "not_sure": 0}
    file = get_results(survey, by=world.actor("program_manager"), for_file=True)  # a file is passed on
    assert not file.exact and file.questions[1].counts is None and file.questions[5].words == ()
    answers_by_phone(world, homes[0].id, {0: "no"})
    assert get_results(on_record(code), by=world.actor("finance")).questions[0].counts is None


def test_after_a_year_only_numbers_stay(world: World) -> None:
    homes = [serve(world, name=f"Family Number{number}") for number in range(3)]
    code = asks_survey(world, own=[own_question()])
    makes_survey_link(world, homes[2].id)
    for home in homes[:2]:
        answers_by_phone(world, home.id, GIVEN | {5: "It is fine"})
    with clock.frozen(clock.now() + timedelta(days=16)):
        for _twice in range(2):
            does(world, surveys.close_over, who=MANAGER)
    before = get_results(on_record(code), by=world.actor(MANAGER))
    assert on_record(code).closed_by == world.users[MANAGER]
    with clock.frozen(clock.now() + timedelta(days=17) + KEPT):
        for _twice in range(2):
            does(world, surveys.forget_answers, who=MANAGER)
    after = get_results(on_record(code), by=world.actor(MANAGER))
    assert [one.answers for one in asked_of(code)] == [None, None, None]
    assert session().scalars(select(SurveyLink.id).order_by(SurveyLink.id)).all() == []
    assert [one.counts for one in after.questions] == [one.counts for one in before.questions]
    assert after.response == before.response
    assert (before.questions[5].words, after.questions[5].words, after.questions[5].said) != ((), (), 0)
    assert after.questions[5].words == [] and after.questions[5].said == 2


def test_audit_tells_nothing_that_was_said(world: World) -> None:
    home = serve(world)
    asks_survey(world, own=[own_question()])
    token = makes_survey_link(world, home.id)
    answers_by_link(token, GIVEN | {5: "Zoraida Quispemamani"})
    use_scope(EVERYTHING)
    told = session().scalars(select(AuditEvent).where(AuditEvent.name.like("survey.%")).order_by(AuditEvent.id)).all()
    assert {one.name for one in told} >= {"survey.opened", "survey.link_made", "survey.answered"}
    words = " ".join(str(one.details) for one in told)
    assert not [word for word in ("Zoraida", "school", token, token_digest(token)) if word in words]


def _become_one(world: World, *codes: str) -> None:
    pair = does(world, pair_up, who=MANAGER, code_a=codes[0], code_b=codes[1])
    does(world, link_records, who=MANAGER, pair_id=pair.id, reason="They showed one lease.")

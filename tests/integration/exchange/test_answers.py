"""The round trip with internet companies: what they are asked, what their answers bring, and taking that back."""

import io
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from digital_inclusion.casework.actions.correcting import correct_delivery
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.connectivity.models import Subscription
from digital_inclusion.exchange.actions import applying
from digital_inclusion.exchange.actions.answering import Work
from digital_inclusion.exchange.actions.comparing import give_up_comparing
from digital_inclusion.exchange.models import AnswerFile, AnswerRow, ProviderColumn, ProviderFile
from digital_inclusion.exchange.queries.answers import count_groups
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.files import StoredFile, path_of
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid
from digital_inclusion.households.models import Consent
from digital_inclusion.progress.models import FactRow
from digital_inclusion.progress.queries.verification import verify
from tests.factories.households import new_line
from tests.factories.world import World, sign_in
from tests.support.answers import PROVIDER, again, answered, applied, asked, standing, taken_back, with_line
from tests.support.pages import check_page, page_text, post_form

SAID = {
    "on": {"Status": "active"},
    "off": {"Status": "cancelled", "End date": "2026-04-12"},
    "price": {"Rate": "45,50"},
    "promo": {"Rate": "10", "Promo end": "2026-12-31", "Regular price": "60"},
    "twice": {"Rate": "12"},  # and another row says 45.50
    "silent": {"Status": "pending"},
}


def _rows(answer: AnswerFile) -> dict[int, AnswerRow]:
    rows = session().scalars(select(AnswerRow).where(AnswerRow.file_id == answer.id).order_by(AnswerRow.row))
    return {row.row: row for row in rows}


def test_company_gets_only_what_it_needs_of_those_who_agreed(world: World) -> None:
    made = with_line(world, name="Ana Agreed")
    with_line(world, agreed=False, name="Nia Notasked")
    by = world.actor("partner_lead_a")
    references = asked(by)
    assert list(references) == [made.delivery_facts[0]]
    file = session().scalars(select(ProviderFile)).one()
    text = path_of(session().get_one(StoredFile, file.file_id)).read_text("utf-8-sig")
    assert (file.rows, file.left_out) == (1, 1)
    assert "Ana Agreed" in text and "200 E Santa Clara St" in text and references[made.delivery_facts[0]] in text
    for private in ("Notasked", made.code, "555-0123", "1980"):
        assert private not in text


def test_answer_confirms_ends_and_changes_terms_and_is_taken_back_whole(world: World) -> None:
    lines = [with_line(world, name=f"Head Number{place}").delivery_facts[0] for place in range(3)]
    by = world.actor("partner_lead_a")
    references = asked(by)
    before = standing()
    rows = [
        {"Ref": references[lines[0]], "Status": "Active", "Rate": "", "End date": ""},
        {"Ref": references[lines[1]], "Status": "Cancelled", "Rate": "", "End date": "2026-04-12"},
        {"Ref": references[lines[2]], "Status": "", "Rate": "$45,50", "End date": ""},
    ]
    answer = answered(rows, by)
    counts = count_groups(answer.id)
    assert (answer.state, counts["on"], counts["ended"], counts["terms"]) == ("compared", 1, 1, 1)
    assert standing() == before  # nothing is written before somebody chose
    answer = applied(answer, by)
    assert answer.state == "finished"
    check = session().scalars(select(FactRow).where(FactRow.kind == "check")).one()
    assert (check.refers_to, check.positive, check.self_verified) == (lines[0], True, False)  # rule 8
    assert session().get_one(Subscription, lines[1]).ended_on == date(2026, 4, 12)
    assert session().get_one(Subscription, lines[2]).price_cents == 4550
    assert verify(session()).holds
    with pytest.raises(Invalid) as refused:
        answered(rows, by)
    assert "already taken" in refused.value.fields["file"]
    assert taken_back(answer, by).state == "undone"
    assert standing() == before
    assert verify(session()).holds
    assert applied(answered(rows, by), by).state == "finished"


def test_confirmation_verifies_itself_only_when_the_city_took_it_in(world: World) -> None:
    line = with_line(world).delivery_facts[0]
    city = world.actor("program_manager")
    applied(answered([{"Ref": asked(city)[line], "Status": "on"}], city), city)
    assert session().scalars(select(FactRow).where(FactRow.kind == "check")).one().self_verified


def test_rows_of_others_leave_nothing_but_their_number(world: World) -> None:
    own, other = with_line(world).delivery_facts[0], with_line(world, "b", name="Bo Foreign").delivery_facts[0]
    by = world.actor("partner_lead_a")
    reference = asked(world.actor("partner_lead_b"))[other]
    rows = [
        {"Ref": reference, "Status": "active", "Account": "SECRET-1", "End date": "nonsense"},
        {"Ref": asked(by)[own], "Status": "active", "Account": "A-17", "End date": ""},
    ]
    answer = answered(rows, by)
    foreign = _rows(answer)[2]
    assert (foreign.outcome, foreign.fact_number, foreign.account_key, foreign.problems) == (
        "foreign",
        None,
        None,
        None,
    )
    assert session().get_one(StoredFile, answer.file_id).removed_at is not None  # nor the file with them in it
    assert answer.returned_id is None
    applied(answer, by)
    known = answered([{"Account": "a-17", "Status": "active", "Rate": "10"}], by)  # by the account of the answer before
    assert _rows(known)[2].fact_number == own


def test_rows_that_disagree_both_come_back_with_a_sentence(world: World) -> None:
    line = with_line(world).delivery_facts[0]
    by = world.actor("partner_lead_a")
    reference = asked(by)[line]
    answer = answered([{"Ref": reference, "Price": "10"}, {"Ref": reference, "Price": "20"}], by)
    assert [row.outcome for row in _rows(answer).values()] == ["refused", "refused"]
    text = path_of(session().get_one(StoredFile, answer.returned_id)).read_text("utf-8-sig")
    assert "Row 3 says something else" in text and "Row 2 says something else" in text


def test_apply_goes_on_where_a_killed_worker_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [with_line(world, name=f"Head Number{place}").delivery_facts[0] for place in range(3)]
    by = world.actor("partner_lead_a")
    references = asked(by)
    answer = answered([{"Ref": references[line], "Status": "on"} for line in lines], by)
    monkeypatch.setattr(applying, "CHUNK", 1)
    with write_transaction():
        use_scope(EVERYTHING)
        held = again(answer.id)
        held.state, held.chosen, held.rows_done = "running", ["on"], 0
        session().info["audited"] = True
    work = Work.on(answer, by)
    assert applying._apply_chunk(work)  # then it is killed
    for _again in range(2):
        applying.run_answer(work)
    checks = session().scalars(select(FactRow).where(FactRow.kind == "check").order_by(FactRow.number)).all()
    assert [check.refers_to for check in checks] == lines
    assert len({check.posting for check in checks}) == 3


def test_terms_that_somebody_wrote_since_stay_when_the_answer_is_taken_back(world: World) -> None:
    line = with_line(world).delivery_facts[0]
    by = world.actor("partner_lead_a")
    answer = applied(answered([{"Ref": asked(by)[line], "Price": "40"}], by), by)
    with write_transaction():
        use_scope(EVERYTHING)
        session().get_one(Subscription, line).price_cents = 1200
        session().info["audited"] = True
    taken_back(answer, by)
    assert session().get_one(Subscription, line).price_cents == 1200


def test_line_corrected_since_keeps_what_the_person_wrote(world: World) -> None:
    kept, corrected = (with_line(world, name=name) for name in ("Kim Kept", "Cora Corrected"))
    by, line = world.actor("partner_lead_a"), corrected.delivery_facts[0]
    references = asked(by)
    rows = [
        {"Ref": references[kept.delivery_facts[0]], "Status": "active", "Price": "40"},
        {"Ref": references[line], "Status": "active", "Price": "40"},
    ]
    answer = applied(answered(rows, by), by)
    with write_transaction():
        use_scope(EVERYTHING)
        right = new_line(price_cents=4000, provider="Hill Cable")
        correct_delivery(household_id=corrected.id, number=line, delivery=right, by=world.actor("navigator_a"))
    answer = taken_back(answer, by)
    assert (answer.state, count_groups(answer.id)["applied"]) == ("undone", 1)
    left = session().scalars(select(AnswerRow).where(AnswerRow.row == 3)).one()
    assert left.fact_number == line and left.problems == [
        {"column": "", "value": "", "message": applying.LEFT_AS_IT_IS}
    ]
    prices = {row.fact_number: row.price_cents for row in session().scalars(select(Subscription)) if not row.is_void}
    assert sorted(prices.values()) == [3000, 4000]
    assert verify(session()).holds


def test_earlier_answer_is_taken_back_after_the_later_one(world: World) -> None:
    line = with_line(world).delivery_facts[0]
    by = world.actor("partner_lead_a")
    reference, before = asked(by)[line], standing()
    first = applied(answered([{"Ref": reference, "Price": "40"}], by), by)
    second = applied(answered([{"Ref": reference, "Price": "50", "Promo end": "2026-12-31"}], by), by)
    with pytest.raises(Conflict, match="later answer"):
        taken_back(first, by)
    taken_back(second, by)
    taken_back(first, by)
    assert standing() == before


def test_price_of_another_day_survives_when_only_the_promotion_was_brought(world: World) -> None:
    line = with_line(world).delivery_facts[0]
    by = world.actor("partner_lead_a")
    answer = applied(answered([{"Ref": asked(by)[line], "Promo end": "2026-12-31"}], by), by)
    with write_transaction():
        use_scope(EVERYTHING)
        session().get_one(Subscription, line).price_cents = 1200  # a person, who saw the promotion too
        session().info["audited"] = True
    taken_back(answer, by)
    found = session().get_one(Subscription, line)
    assert (found.price_cents, found.promo_until_on) == (1200, date(2026, 12, 31))


@pytest.mark.parametrize("since", ["other company", "promotion gone", "erased"])
def test_row_that_fits_no_more_comes_back_and_the_others_go_in(world: World, since: str) -> None:
    changed, other = with_line(world, name="Chad Changed"), with_line(world, name="Ola Other").delivery_facts[0]
    line, by = changed.delivery_facts[0], world.actor("partner_lead_a")
    references = asked(by)
    _set(line, promo_until_on=date(2026, 12, 31))
    answer = answered([{"Ref": references[one], "Regular price": "60"} for one in (line, other)], by)
    assert [row.outcome for row in _rows(answer).values()] == ["new", "refused"]
    _set(other, promo_until_on=date(2026, 12, 31))
    answer = answered([{"Ref": references[one], "Regular price": "61"} for one in (line, other)], by)
    if since == "erased":
        with write_transaction():
            use_scope(EVERYTHING)
            erase_household(household_id=changed.id, reason="asked", by=world.actor("partner_lead_a"))
    else:
        _set(line, **({"provider": "Hill Cable"} if since == "other company" else {"promo_until_on": None}))
    answer = applied(answer, by)
    assert answer.state == "finished"
    assert [row.outcome for row in _rows(answer).values()] == ["refused", "new"]
    assert session().get_one(Subscription, line).price_after_cents is None
    assert session().get_one(Subscription, other).price_after_cents == 6100


def _set(line: int, **values: object) -> None:
    with write_transaction():
        use_scope(EVERYTHING)
        for name, value in values.items():
            setattr(session().get_one(Subscription, line), name, value)
        session().info["audited"] = True


def test_undoing_that_gave_up_can_only_be_undone_to_its_end(world: World) -> None:
    line = with_line(world).delivery_facts[0]
    by = world.actor("partner_lead_a")
    reference, before = asked(by)[line], standing()
    answer = applied(answered([{"Ref": reference, "Price": "40"}], by), by)
    with write_transaction():
        use_scope(EVERYTHING)
        again(answer.id).state = "undoing"
        session().info["audited"] = True
    give_up_comparing(Work.on(answer, by))
    answer = again(answer.id)
    assert (answer.state, answer.error_code) == ("stopped", "undo_gave_up")
    with pytest.raises(Conflict):
        applied(answer, by)
    answer = taken_back(answer, by)
    assert (answer.state, answer.error_code) == ("undone", None)
    assert standing() == before


def test_answer_that_stopped_goes_on_with_what_was_chosen_first(world: World) -> None:
    line = with_line(world).delivery_facts[0]
    by = world.actor("partner_lead_a")
    answer = answered([{"Ref": asked(by)[line], "Status": "active", "Price": "40"}], by)
    with write_transaction():
        use_scope(EVERYTHING)
        held = again(answer.id)
        held.state, held.chosen, held.rows_done = "stopped", ["on"], 0
        session().info["audited"] = True
    answer = applied(again(answer.id), by, parts=["terms"])
    assert answer.chosen == ["on"]
    assert session().get_one(Subscription, line).price_cents == 3000


def test_line_is_not_known_by_the_number_of_a_row_that_came_back(world: World) -> None:
    lines = [with_line(world, name=f"Head Number{place}").delivery_facts[0] for place in range(2)]
    by = world.actor("partner_lead_a")
    references = asked(by)
    rows = [
        {"Ref": references[lines[0]], "Account": "A-1", "Status": "active", "End date": "2026-04-01"},  # contradicts
        {"Ref": references[lines[1]], "Account": "A-2", "Status": "active", "End date": ""},
    ]
    applied(answered(rows, by), by)
    again_told = answered([{"Account": name, "Status": "active", "Price": "9"} for name in ("A-1", "A-2")], by)
    assert [row.fact_number for row in _rows(again_told).values()] == [None, lines[1]]


def test_what_is_done_in_the_background_is_done_for_who_asked(world: World) -> None:
    line = with_line(world).delivery_facts[0]
    sender, presser = world.actor("partner_lead_a"), replace(world.actor("partner_lead_a"), user_id=77)
    answer = answered([{"Ref": asked(sender)[line], "Price": "40"}], sender)
    applied(answer, presser)
    events = session().scalars(select(AuditEvent).where(AuditEvent.name == "answer_file.chunk_applied"))
    assert [event.user_id for event in events] == [77]


def test_erasing_forgets_what_came_back_and_the_files_of_partner_and_city(world: World) -> None:
    made = with_line(world)
    for by in (world.actor("partner_lead_a"), world.actor("program_manager")):
        answered([{"Ref": asked(by)[made.delivery_facts[0]], "Account": "A-9", "Status": "Rosa moved out"}], by)
    with write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        erase_household(household_id=made.id, reason="asked", by=world.actor("partner_lead_a"))
    use_scope(EVERYTHING)
    session().rollback()
    rows = session().scalars(select(AnswerRow)).all()
    assert [(row.problems, row.account_key) for row in rows] == [(None, None), (None, None)]
    kept = select(StoredFile.name).where(
        StoredFile.purpose.in_(("provider", "answer")), StoredFile.removed_at.is_(None)
    )
    assert session().scalars(kept).all() == []


def test_company_is_asked_by_the_consent_given_last_also_when_part_of_it_was_taken_back(world: World) -> None:
    made = with_line(world)
    by = world.actor("partner_lead_a")
    _consent(made.id, withdrawn_on=date(2026, 3, 1), withdrawn_by=1, withdrawn_purposes=["follow_up"])
    assert list(asked(by)) == made.delivery_facts
    _consent(made.id, expires_on=clock.today())
    assert list(asked(by)) == made.delivery_facts  # its last day
    _consent(made.id, withdrawn_purposes=["follow_up", "provider_check"])
    with pytest.raises(Invalid):
        asked(by)


def _consent(household_id: int, **values: object) -> None:
    with write_transaction():
        use_scope(EVERYTHING)
        session().execute(update(Consent).where(Consent.household_id == household_id).values(values))
        session().info["audited"] = True


def test_way_through_the_pages(client: FlaskClient, world: World) -> None:
    line = with_line(world).delivery_facts[0]
    lead = sign_in(client, world.users["partner_lead_a"])
    for path in ("/provider-answers", "/provider-files/new", "/provider-answers/new"):
        check_page(lead.get(path))
    shown = post_form(lead, "/provider-files/new", {"provider": PROVIDER, "kind": "csv"}).location
    check_page(lead.get(shown))
    with lead.get(f"{shown}/download") as download:
        assert download.data.startswith(b"\xef\xbb\xbfOur reference")
    use_scope(EVERYTHING)
    reference = asked(world.actor("partner_lead_a"))[line]
    content = f"Ref,Zustand,Tempo\n{reference},active,50/10\nNOTOURS,active,1/1\n".encode()
    sent = {"provider": PROVIDER, "answered_on": "2026-05-01", "file": (io.BytesIO(content), "answer.csv")}
    columns = post_form(lead, "/provider-answers/new", sent).location
    check_page(lead.get(columns))
    wrong = post_form(lead, columns, {"column_0": "reference", "column_1": "", "column_2": ""})
    assert wrong.status_code == 400 and "Say which column holds the state" in page_text(wrong)
    show = post_form(lead, columns, {"column_0": "reference", "column_1": "state", "column_2": "speeds"}).location
    page = lead.get(show)
    check_page(page)
    assert "Confirmations wait for a verifier" in page_text(page)
    for group in ("on", "foreign", "speeds"):
        check_page(lead.get(f"{show}/rows/{group}"))
    refused = post_form(lead, f"{show}/apply", {"parts": ["on"], "left_out": "x"}, page=show)
    assert refused.status_code == 400 and "Write row numbers" in page_text(refused)
    post_form(lead, f"{show}/apply", {"parts": ["on"], "left_out": ""}, page=show)
    assert "1 rows went in" in page_text(lead.get(show))
    post_form(lead, f"{show}/undo", {}, page=show)
    assert "Nothing of this answer is in force" in page_text(lead.get(show))
    use_scope(EVERYTHING)
    assert {row.header for row in session().scalars(select(ProviderColumn))} == {"ref", "zustand", "tempo"}
    stranger = sign_in(client, world.users["partner_lead_b"])
    assert stranger.get(show).status_code == 404


@given(says=st.lists(st.sampled_from(["on", "off", "price", "promo", "twice", "silent"]), min_size=1, max_size=4))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_applying_and_taking_back_leaves_everything_as_before(world: World, says: list[str]) -> None:
    by = world.actor("partner_lead_a")
    lines = [with_line(world, name=f"Head Number{place}").delivery_facts[0] for place in range(len(says))]
    references = asked(by)
    rows = [SAID[said] | {"Ref": references[line]} for said, line in zip(says, lines, strict=True)]
    rows += [
        SAID["price"] | {"Ref": references[line]} for said, line in zip(says, lines, strict=True) if said == "twice"
    ]
    before = standing()
    answer = applied(answered(rows, by), by) if set(says) - {"silent", "twice"} else answered(rows, by)
    after = standing()
    applying.run_answer(Work.on(answer, by))
    assert standing() == after  # a job that comes once more finds nothing to do
    if answer.state == "finished":
        taken_back(answer, by)
    assert standing() == before

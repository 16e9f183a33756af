"""Journey 8: confirm or question, one by one or many that rest on one document; the question returns when answered."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, NotAllowed, NotFound, TooLarge
from digital_inclusion.households.models import Household
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import post
from digital_inclusion.progress.actions.verifying import (
    answer_question,
    confirm_evidence,
    effect_of_confirming,
    question_evidence,
)
from digital_inclusion.progress.models import FactRow, Proof
from digital_inclusion.progress.queries.figures import figures
from digital_inclusion.progress.rules.facts import Kind
from tests.factories.world import World, sign_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form

START = date(2026, 3, 1)
KEY = "a1b2c3d4e5f60718" * 2


def _enroll(world: World, *, partner: str = "a", by: str = "navigator_a") -> tuple[int, int]:
    """Enroll a household with a laptop and a line that rests on a shared document; return the facts' numbers."""
    actor, now = world.actor(by), clock.now()
    owner = world.partners[partner]
    with write_transaction() as target:
        use_scope(EVERYTHING)
        code = f"T{len(target.scalars(select(Household.id).order_by(Household.id)).all()):06}"
        household = Household(partner_id=owner, code=code, head_name="Ana", created_at=now, updated_at=now)
        target.add(household)
        target.flush()

        def fact(kind: Kind, **values: object) -> NewFact:
            return NewFact(kind=kind, record_id=household.id, partner_id=owner, occurred_on=START, values=values)

        device = fact(Kind.DELIVERY, item="device", device_kind="laptop", donated=False)
        line = fact(Kind.DELIVERY, item="line", down_kbps=100_000, up_kbps=20_000, document_key=KEY)
        home = fact(Kind.ADDRESS, zip_code="95113", fixed=True)
        post([fact(Kind.ENROLLED), fact(Kind.CONSENT), home, device, line], cause="test", by=actor)
        record("household.enrolled", by=actor)
    use_scope(EVERYTHING)
    return device.number, line.number


def _state(fact: int) -> str:
    state = session().scalar(select(Proof.state).where(Proof.fact_number == fact))
    session().rollback()
    use_scope(EVERYTHING)
    return str(state)


def _verified() -> int:
    use_scope(EVERYTHING)
    return figures().of("connected", "verified")


def test_confirm_evidence_counts_and_shows_the_effect_before(world: World) -> None:
    facts = _enroll(world)
    by = world.actor("verifier")
    assert effect_of_confirming(facts=facts, by=by).of("connected", "verified") == 1
    assert effect_of_confirming(facts=facts[:1], by=by).of("connected", "verified") == 0
    with write_transaction():
        posting = confirm_evidence(facts=facts, by=by)
    assert posting.effect.of("connected", "verified") == 1
    assert _verified() == 1
    with pytest.raises(Conflict), write_transaction():
        confirm_evidence(facts=facts, by=by)


def test_question_evidence_goes_to_the_partner_and_returns(world: World) -> None:
    device, line = _enroll(world)
    by, lead = world.actor("verifier"), world.actor("partner_lead_a")
    with write_transaction():
        confirm_evidence(facts=[device, line], by=by)
    with write_transaction():
        question_evidence(fact=line, sentence="Which line?", by=by, seen="confirmed")
    assert (_verified(), _state(line)) == (0, "questioned")
    with pytest.raises(Conflict), write_transaction():
        question_evidence(fact=line, sentence="Again?", by=by, seen="confirmed")
    with write_transaction():
        answer_question(fact=line, sentence="The one of March.", by=lead)
    assert _state(line) == "answered"
    with pytest.raises(Conflict), write_transaction():
        answer_question(fact=line, sentence="Once more.", by=lead)
    with write_transaction():
        confirm_evidence(facts=[line], by=by, seen="answered")
    assert (_verified(), _state(line)) == (1, "confirmed")


def test_confirm_evidence_refuses_a_state_nobody_saw(world: World) -> None:
    device, _line = _enroll(world)
    by = world.actor("verifier")
    with write_transaction():
        question_evidence(fact=device, sentence="Why?", by=by, seen="waiting")
    with pytest.raises(Conflict), write_transaction():
        confirm_evidence(facts=[device], by=by, seen="waiting")


def test_confirm_evidence_is_refused_to_whoever_entered_it_and_to_partners(world: World) -> None:
    own, _line = _enroll(world, partner="fiscal", by="verifier")
    for name, error in (("verifier", NotFound), ("navigator_a", NotAllowed), ("program_manager", NotAllowed)):
        with pytest.raises(error), write_transaction():
            confirm_evidence(facts=[own], by=world.actor(name))
    with pytest.raises(NotFound), write_transaction():
        confirm_evidence(facts=[10**6], by=world.actor("verifier"))
    with pytest.raises(TooLarge), write_transaction():
        confirm_evidence(facts=range(1, 502), by=world.actor("verifier"))


def test_answer_question_is_not_found_for_another_partner(world: World) -> None:
    device, _line = _enroll(world)
    with write_transaction():
        question_evidence(fact=device, sentence="Why?", by=world.actor("verifier"))
    with pytest.raises(NotFound), write_transaction():
        use_scope(EVERYTHING)
        answer_question(fact=device, sentence="Because.", by=world.actor("partner_lead_b"))


def test_void_takes_evidence_out_of_the_queue(world: World) -> None:
    device, line = _enroll(world)
    row = session().get_one(FactRow, line)
    void = NewFact(
        kind=Kind.VOID, record_id=row.record_id, partner_id=row.partner_id, occurred_on=START, refers_to=line
    )
    with write_transaction():
        use_scope(EVERYTHING)
        post([void], cause="test", by=world.actor("navigator_a"))
        record("fact.voided", by=world.actor("navigator_a"))
    assert (_state(device), _state(line)) == ("waiting", "void")


def test_queue_pages_confirm_question_and_answer(world: World, client: FlaskClient) -> None:
    device, line = _enroll(world)
    _enroll(world, partner="fiscal", by="verifier")
    sign_in(client, world.users["verifier"])
    page = client.get("/verify")
    check_page(page)
    assert page_text(page).count("Laptop") == 1  # not the verifier's own organization's
    check_page(client.get(f"/verify/{device}"))
    response = post_form(client, f"/verify/{device}/confirm?show=turn", page=f"/verify/{device}")
    assert (response.status_code, response.location) == (303, f"/verify/{line}")
    empty = post_form(client, f"/verify/{line}/question", {"sentence": ""}, page=f"/verify/{line}")
    assert empty.status_code == 400
    asked = post_form(client, f"/verify/{line}/question", {"sentence": "Which line?"}, page=f"/verify/{line}")
    assert asked.status_code == 303
    use_scope(EVERYTHING)
    assert (_state(device), _state(line)) == ("confirmed", "questioned")
    db.session.remove()
    sign_in(client, world.users["navigator_a"])
    questions = client.get("/questions")
    check_page(questions)
    assert "Which line?" in page_text(questions)
    answered = post_form(client, f"/questions/{line}", {"sentence": "The one of March."})
    assert answered.status_code == 303
    use_scope(EVERYTHING)
    assert _state(line) == "answered"


def test_document_page_decides_about_many_at_once(world: World, client: FlaskClient) -> None:
    lines = [_enroll(world)[1] for _ in range(3)]
    sign_in(client, world.users["verifier"])
    url = f"/verify/documents/{world.partners['a']}/{KEY}"
    check_page(client.get(url))
    checked = post_form(client, f"{url}/check", {"facts": lines[:2]}, page=url)
    check_page(checked)
    assert "from 0 to 2" in page_text(checked)
    token = {"csrf_token": _token(client, url), "facts": lines[:2], "move": "confirm"}
    assert client.post(url, data=token).status_code == 303
    use_scope(EVERYTHING)
    assert [_state(line) for line in lines] == ["confirmed", "confirmed", "waiting"]
    token = {"csrf_token": _token(client, url), "facts": lines, "move": "confirm"}
    assert client.post(url, data=token).status_code == 409
    token = {
        "csrf_token": _token(client, url),
        "facts": lines[2:],
        "move": "question",
        "sentence": "Is it on the list?",
    }
    assert client.post(url, data=token).status_code == 303
    use_scope(EVERYTHING)
    assert _state(lines[2]) == "questioned"
    assert client.get(url).status_code == 404


def test_queue_is_closed_to_partners(world: World, client: FlaskClient) -> None:
    device, _line = _enroll(world)
    sign_in(client, world.users["partner_lead_a"])
    for url in ("/verify", f"/verify/{device}"):
        assert client.get(url).status_code == 403
    sign_in(client, world.users["partner_lead_b"])
    assert client.get(f"/questions/{device}").status_code == 404


def test_settings_page_marks_what_is_to_be_confirmed(world: World, client: FlaskClient) -> None:
    sign_in(client, world.users["administrator"])
    page = client.get("/program-settings")
    check_page(page)
    assert "to be confirmed" in page_text(page)


def _token(client: FlaskClient, url: str) -> str:
    return hidden_fields(client.get(url), f"{url}/check")["csrf_token"]

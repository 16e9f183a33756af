"""One family or two: link, keep apart, split, through the real use cases and pages, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.jobs import HANDLERS
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotAllowed
from digital_inclusion.matching.actions import deciding
from digital_inclusion.matching.actions.finding import find_pairs
from digital_inclusion.matching.jobs import JOB
from digital_inclusion.matching.models import CandidatePair, MatchKey
from digital_inclusion.progress.models import EntryRow
from digital_inclusion.progress.queries.figures import figures
from tests.factories.households import new_laptop, new_line
from tests.factories.served import confirm, last_posting, serve
from tests.factories.world import SYSTEM, World, sign_in
from tests.support.pages import check_page, page_text, post_form


def _two_connected(world: World) -> CandidatePair:
    """Scenario 8: A connects a household on January 10, B the same one on January 20; then both are found alike."""
    for partner, day in (("a", 10), ("b", 20)):
        made = serve(world, partner, deliveries=[new_laptop(date(2026, 1, day)), new_line(date(2026, 1, day))])
        confirm(world, *made.delivery_facts)
    return _find()[0]


def _find() -> list[CandidatePair]:
    with write_transaction():
        find_pairs(by=SYSTEM)
    return list(session().scalars(select(CandidatePair).order_by(CandidatePair.id)))


def _entries(posting: int) -> list[tuple[int, str, int, date]]:
    rows = session().scalars(
        select(EntryRow).where(EntryRow.posting == posting, EntryRow.milestone == "connected").order_by(EntryRow.id)
    )
    return sorted((row.identity, row.aspect, row.sign, row.occurred_on) for row in rows)


def test_link_and_split_scenario_8(world: World) -> None:
    pair = _two_connected(world)
    one, two = pair.record_a, pair.record_b
    by = world.actor("program_manager")
    assert figures().of("connected", "verified") == 2
    assert deciding.preview_decision(pair_id=pair.id, by=by).of("connected", "verified") == -1
    with write_transaction():
        deciding.link_records(pair_id=pair.id, reason="They showed one lease.", by=by)
    link = _entries(last_posting())
    assert link == sorted(_scenario_8(one, two))
    assert figures().of("connected", "verified") == 1
    with write_transaction():
        deciding.split_records(pair_id=pair.id, reason="Cousins, two leases.", by=by)
    split = _entries(last_posting())
    assert split == sorted((identity, aspect, -sign, day) for identity, aspect, sign, day in link)
    assert figures().of("connected", "verified") == 2
    assert session().get_one(CandidatePair, pair.id).state == "different"


def _scenario_8(one: int, two: int) -> list[tuple[int, str, int, date]]:
    """Return the entries of the link as the table of scenarios writes them."""
    return [
        (two, "verified", -1, date(2026, 1, 20)),
        (two, "current", -1, date(2026, 1, 20)),
        (two, "current", 1, date(2027, 1, 20)),
        (one, "current", 1, date(2027, 1, 10)),
        (one, "current", -1, date(2027, 1, 20)),
    ]


def test_find_pairs_after_a_split_stays_silent_until_a_new_key(world: World) -> None:
    pair = _two_connected(world)
    by = world.actor("program_manager")
    with write_transaction():
        deciding.keep_apart(pair_id=pair.id, reason="Two leases.", by=by)
    assert [found.state for found in _find()] == ["different"]
    with write_transaction():
        for record_id in (pair.record_a, pair.record_b):
            session().add(MatchKey(record_id=record_id, kind="name_birth_email", fingerprint="f" * 32))
        session().info["audited"] = True
    assert [found.state for found in _find()] == ["open"]
    assert "name_birth_email" in session().get_one(CandidatePair, pair.id).because


def test_find_pairs_twice_finds_nothing_new(app: Flask, world: World) -> None:
    _two_connected(world)
    runner = app.test_cli_runner()
    before = session().scalars(select(AuditEvent.id)).all()
    result = runner.invoke(args=["matching", "find", "--json"])
    assert result.exit_code == 0, result.output
    assert '"new_pairs": 0' in result.output
    use_scope(EVERYTHING)
    assert session().scalars(select(AuditEvent.id)).all() == before


def test_find_pairs_finds_two_records_of_one_partner(world: World) -> None:
    serve(world, "a", deliveries=[])
    serve(world, "a", deliveries=[], name="ROSA DELGADO")
    serve(world, "a", deliveries=[], name="Somebody Else")
    assert len(_find()) == 1


@pytest.mark.parametrize("answer", [deciding.link_records, deciding.keep_apart])
def test_second_answer_gets_a_conflict(world: World, answer: Callable[..., CandidatePair]) -> None:
    pair = _two_connected(world)
    with write_transaction():
        deciding.link_records(pair_id=pair.id, reason="One lease.", by=world.actor("program_manager"))
    with pytest.raises(Conflict), write_transaction():
        answer(pair_id=pair.id, reason="I say so too.", by=world.actor("verifier"))


def test_two_answers_at_the_same_time_one_wins(app: Flask, world: World) -> None:
    pair_id = _two_connected(world).id
    session().rollback()

    def answer(name: str, use_case: Callable[..., CandidatePair]) -> str:
        with app.app_context():
            use_scope(EVERYTHING)
            by = world.actor(name)
            session().rollback()
            try:
                with write_transaction():
                    use_case(pair_id=pair_id, reason="Seen the papers.", by=by)
                return "done"
            except Conflict:
                return "conflict"
            finally:
                session().close()

    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(answer, "program_manager", deciding.link_records),
            pool.submit(answer, "verifier", deciding.keep_apart),
        ]
        assert sorted(job.result() for job in jobs) == ["conflict", "done"]


def test_link_records_without_reason_or_right(world: World) -> None:
    pair = _two_connected(world)
    with pytest.raises(Invalid), write_transaction():
        deciding.link_records(pair_id=pair.id, reason="  ", by=world.actor("program_manager"))
    with pytest.raises(NotAllowed), write_transaction():
        deciding.link_records(pair_id=pair.id, reason="One lease.", by=world.actor("partner_lead_a"))


def test_pages_from_list_to_undo(client: FlaskClient, world: World) -> None:
    pair_id = _two_connected(world).id
    sign_in(client, world.users["program_manager"])
    listed = client.get("/likely-pairs")
    check_page(listed)
    assert f"/likely-pairs/{pair_id}" in listed.get_data(as_text=True)
    assert "Delgado" not in listed.get_data(as_text=True)
    shown = client.get(f"/likely-pairs/{pair_id}")
    check_page(shown)
    text = page_text(shown)
    assert "Rosa Delgado" in text and "Partner A" in text and "Partner B" in text
    assert "Connected households, verified" in text
    use_scope(EVERYTHING)
    assert len(session().scalars(select(AuditEvent).where(AuditEvent.name == "household.viewed")).all()) == 2
    url = f"/likely-pairs/{pair_id}/answer"
    empty = post_form(client, url, {"answer": "same"}, page=f"/likely-pairs/{pair_id}")
    assert empty.status_code == 400 and "Please fill this in" in page_text(empty)
    done = post_form(client, url, {"answer": "same", "reason": "One lease."}, page=f"/likely-pairs/{pair_id}")
    assert done.status_code == 303
    again = client.post(url, data={"answer": "same"})
    assert again.status_code == 400
    undone = post_form(
        client, f"/likely-pairs/{pair_id}/undo", {"reason": "Two leases."}, page=f"/likely-pairs/{pair_id}"
    )
    assert undone.status_code == 303
    assert "Two households" in page_text(client.get("/likely-pairs?show=decided"))


def test_compare_two_records_by_their_codes(client: FlaskClient, world: World) -> None:
    one = serve(world, "a", deliveries=[])
    two = serve(world, "b", deliveries=[], name="Other Person")
    sign_in(client, world.users["verifier"])
    wrong = post_form(client, "/likely-pairs", {"code_a": one.code, "code_b": "nothing"})
    assert wrong.status_code == 400 and "no household with this code" in page_text(wrong)
    done = post_form(client, "/likely-pairs", {"code_a": one.code, "code_b": two.code})
    assert done.status_code == 303
    assert "share no exact key" in page_text(client.get(done.location))


@pytest.mark.parametrize("name", ["navigator_a", "partner_lead_a", "auditor", "administrator"])
def test_pages_are_closed_to_others(client: FlaskClient, world: World, name: str) -> None:
    pair_id = _two_connected(world).id
    sign_in(client, world.users[name])
    assert client.get(f"/likely-pairs/{pair_id}").status_code == 403


def test_find_pairs_job_runs_twice_and_finds_once(world: World) -> None:
    serve(world, "a", deliveries=[])
    serve(world, "b", deliveries=[])
    for _run in range(2):
        HANDLERS[JOB]({"after": 0})
    use_scope(EVERYTHING)
    assert len(session().scalars(select(CandidatePair)).all()) == 1

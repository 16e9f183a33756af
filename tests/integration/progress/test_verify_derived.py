"""Whatever is derived and disagrees with the facts makes ``flask progress verify`` leave with 1 and name it."""

import pytest
from flask import Flask
from sqlalchemy import text

from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope, write_transaction
from digital_inclusion.matching.actions.deciding import link_records, pair_up
from digital_inclusion.progress.actions.verifying import answer_question, question_evidence
from digital_inclusion.progress.models import Proof, RecordIdentity, Standing, UnitOut
from tests.factories.households import new_laptop, new_line
from tests.factories.served import confirm, serve
from tests.factories.world import World

CONNECTED, WAITING, LINKED = 1, 2, 3  # records, by id

DAMAGE = {
    "standings.record_id": "DELETE FROM standings WHERE record_id = 1",
    "standings.partner_id": "UPDATE standings SET partner_id = 4 WHERE record_id = 1",
    "standings.identity": "UPDATE standings SET identity = 2 WHERE record_id = 1",
    "standings.linked": "UPDATE standings SET linked = NOT linked WHERE record_id = 1",
    "standings.device_verified_on": "UPDATE standings SET device_verified_on = NULL WHERE record_id = 1",
    "standings.connectivity_verified_on": "UPDATE standings SET connectivity_verified_on = NULL WHERE record_id = 1",
    "standings.skills_verified_on": "UPDATE standings SET skills_verified_on = '2026-01-12' WHERE record_id = 1",
    "standings.connected_verified_on": "UPDATE standings SET connected_verified_on = '2026-01-13' WHERE record_id = 1",
    "standings.connected_pending_on": "UPDATE standings SET connected_pending_on = NULL WHERE record_id = 2",
    "standings.connected_until": "UPDATE standings SET connected_until = '2020-01-01' WHERE record_id = 1",
    "standings.connected_open": "UPDATE standings SET connected_open = NOT connected_open WHERE record_id = 1",
    "standings.skills_sustained_on": "UPDATE standings SET skills_sustained_on = '2026-06-12' WHERE record_id = 1",
    "standings.district": "UPDATE standings SET district = '10' WHERE record_id = 1",
    "standings.reason": "UPDATE standings SET reason = 'no_line' WHERE record_id = 2",
    "standings.owed_by": "UPDATE standings SET owed_by = 'city' WHERE record_id = 2",
    "standings.since": "UPDATE standings SET since = '2020-01-01' WHERE record_id = 2",
    "standings.details": "UPDATE standings SET details = NULL WHERE record_id = 2",
    "reason_cells.households": "UPDATE reason_cells SET households = 99",
    "reason_cells.reason": "DELETE FROM reason_cells",
    "record_identities.record_id": "DELETE FROM record_identities WHERE record_id = 3",
    "record_identities.identity": "UPDATE record_identities SET identity = 3 WHERE record_id = 3",
    "units_out.unit_key": "UPDATE units_out SET unit_key = 'OTHER'",
    "units_out.fact_number": "DELETE FROM units_out",
    "units_out.record_id": "UPDATE units_out SET record_id = 2",
    "proofs.fact_number": "DELETE FROM proofs WHERE record_id = 2",
    "proofs.record_id": "UPDATE proofs SET record_id = 2 WHERE record_id = 1",
    "proofs.partner_id": "UPDATE proofs SET partner_id = 4 WHERE record_id = 1",
    "proofs.state": "UPDATE proofs SET state = 'waiting' WHERE record_id = 1",
    "proofs.since": "UPDATE proofs SET since = '2020-01-01 00:00:00+00:00' WHERE record_id = 1",
    "proofs.document_key": "UPDATE proofs SET document_key = 'x' WHERE record_id = 1",
    "proofs.item": "UPDATE proofs SET item = 'training' WHERE record_id = 1",
    "proofs.question": "UPDATE proofs SET question = 'What?' WHERE record_id = 2",
    "proofs.answer": "UPDATE proofs SET answer = NULL WHERE record_id = 2",
}
CHANGES = {
    "an identity nobody linked": (
        "INSERT INTO record_identities (record_id, identity) VALUES (2, 1)",
        "identity of record 2",
    ),
    "a unit nobody handed over": (
        "INSERT INTO units_out (unit_key, fact_number, record_id) SELECT 'Z', number, record_id FROM facts"
        " WHERE kind = 'address' AND record_id = 2",
        "is kept and not out",
    ),
    "a reason nobody has": (
        "INSERT INTO reason_cells (partner_id, district, reason, households) VALUES (3, '9', 'no_line', 1)",
        "reason cells, partner 3, district 9",
    ),
}


@pytest.fixture
def book(world: World) -> World:
    """A counted household with a unit, one that waits with a question asked and answered, one linked to the first."""
    counted = serve(world, deliveries=[new_laptop(unit="X1"), new_line()])
    waiting = serve(world, name="Bao Tran")
    linked = serve(world, "b", name="Rosa Delgado", deliveries=[])
    assert (counted.id, waiting.id, linked.id) == (CONNECTED, WAITING, LINKED)
    confirm(world, *counted.delivery_facts)
    by = world.actor("program_manager")
    line = waiting.delivery_facts[1]
    with write_transaction():
        pair = pair_up(code_a=counted.code, code_b=linked.code, by=by)
        link_records(pair_id=pair.id, reason="one lease", by=by)
    with write_transaction():
        question_evidence(fact=line, sentence="Whose bill is it?", by=world.actor("verifier"))
    with write_transaction():
        answer_question(fact=line, sentence="The mother's.", by=world.actor("navigator_a"))
    return world


def _verify(app: Flask) -> tuple[int, str]:
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["progress", "verify"])
    use_scope(EVERYTHING)
    return result.exit_code, result.output


def _damage(statement: str) -> None:
    use_scope(EVERYTHING)
    with write_transaction():
        session().execute(text(statement))
        session().info["audited"] = True


def test_progress_verify_holds_before_any_damage(app: Flask, book: World) -> None:
    assert _verify(app) == (0, _verify(app)[1])


@pytest.mark.parametrize("column", DAMAGE)
def test_progress_verify_names_the_column_that_was_changed(app: Flask, book: World, column: str) -> None:
    _damage(DAMAGE[column])
    code, output = _verify(app)
    table, name = column.split(".")
    word = {"standings": "standing of record", "proofs": "proof of fact", "reason_cells": "reason cells",
            "record_identities": "identity of record", "units_out": "unit of hand-over"}[table]  # fmt: skip
    assert code == 1 and word in output, output
    if table in ("standings", "proofs") and not name.endswith(("record_id", "number")):
        assert f"{name} " in output, output


@pytest.mark.parametrize("what", CHANGES)
def test_progress_verify_names_what_no_fact_says(app: Flask, book: World, what: str) -> None:
    statement, named = CHANGES[what]
    _damage(statement)
    code, output = _verify(app)
    assert code == 1 and named in output, output


def test_every_derived_column_is_damaged_here() -> None:
    derived = {Standing, Proof, RecordIdentity, UnitOut}
    columns = {f"{model.__tablename__}.{column.key}" for model in derived for column in model.__table__.columns}
    assert columns <= DAMAGE.keys()

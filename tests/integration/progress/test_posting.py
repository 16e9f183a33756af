"""Posting on real databases: scenario 1 and the guards of the ledger."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import post
from digital_inclusion.progress.models import EntryRow, MarginCell, Proof, Standing
from digital_inclusion.progress.rules.facts import Item, Kind
from tests.factories.world import World


def _household(world: World, code: str) -> int:
    now = clock.now()
    row = Household(partner_id=world.partners["a"], code=code, created_at=now, updated_at=now)
    session().add(row)
    session().flush()
    return row.id


def _scenario_1(world: World) -> tuple[int, NewFact, NewFact]:
    by = world.actor("navigator_a")
    with write_transaction():
        record_id = _household(world, "TEST-0001")

        def fact(kind: Kind, day: date, **values: object) -> NewFact:
            return NewFact(
                kind=kind, record_id=record_id, partner_id=world.partners["a"], occurred_on=day, values=values
            )

        device = fact(
            Kind.DELIVERY,
            date(2026, 1, 10),
            item=Item.DEVICE,
            device_kind="laptop",
            donated=False,
            grant_id=world.grants["a"],
        )
        line = fact(
            Kind.DELIVERY,
            date(2026, 1, 12),
            item=Item.LINE,
            down_kbps=100_000,
            up_kbps=20_000,
            grant_id=world.grants["a"],
        )
        start = date(2026, 1, 5)
        post(
            [
                fact(Kind.ENROLLED, start),
                fact(Kind.CONSENT, start),
                fact(Kind.ADDRESS, start, zip_code="95113", fixed=True),
                device,
                line,
            ],
            cause="test",
            by=by,
            fresh={record_id},
        )
        record("household.enrolled", by=by)
    return record_id, device, line


def test_post_scenario_1(world: World) -> None:
    record_id, device, line = _scenario_1(world)
    verifier = world.actor("verifier")
    for fact in (device, line):
        with write_transaction():
            decision = NewFact(
                kind=Kind.DECISION,
                record_id=record_id,
                partner_id=world.partners["fiscal"],
                occurred_on=date(2026, 2, 1),
                refers_to=fact.number,
                values={"positive": True},
            )
            posting = post([decision], cause="test", by=verifier)
            record("evidence.confirmed", by=verifier)
    entries = session().scalars(
        select(EntryRow)
        .where(EntryRow.milestone == "connected", EntryRow.posting == posting.number)
        .order_by(EntryRow.id)
    )
    seen = sorted((entry.aspect, entry.sign, entry.occurred_on, entry.district) for entry in entries)
    assert seen == [
        ("current", -1, date(2027, 1, 12), "3"),
        ("current", 1, date(2026, 1, 12), "3"),
        ("pending", -1, date(2026, 1, 12), "3"),
        ("verified", 1, date(2026, 1, 12), "3"),
    ]
    standing = session().get_one(Standing, record_id)
    assert standing.connected_verified_on == date(2026, 1, 12)
    assert standing.reason is None
    assert {proof.state for proof in session().scalars(select(Proof))} == {"confirmed"}
    total = (
        session()
        .scalars(
            select(MarginCell.net).where(
                MarginCell.panel == "total",
                MarginCell.grain == "month",
                MarginCell.milestone == "connected",
                MarginCell.aspect == "verified",
            )
        )
        .all()
    )
    assert sum(total) == 1
    assert clock.today() - timedelta(days=1) < clock.today()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET sign = -sign",
        "DELETE FROM entries",
        "UPDATE facts SET occurred_on = '2020-01-01'",
        "UPDATE facts SET note = 'x'",
        "DELETE FROM facts",
        "UPDATE postings SET cause = 'x'",
        "DELETE FROM postings",
        "DELETE FROM audit_events",
        "UPDATE audit_events SET name = 'x'",
        "UPDATE program_versions SET text = 'x'",
    ],
)
def test_ledger_refuses_change(world: World, statement: str) -> None:
    _scenario_1(world)
    with pytest.raises(DBAPIError, match="append-only"), write_transaction():
        session().execute(text(statement))

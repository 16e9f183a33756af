"""Reasons that change by the calendar alone are said anew without a posting."""

from datetime import timedelta

from flask import Flask

from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.queue import sweep_jobs
from digital_inclusion.progress.actions.everybody import refresh_standings
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import post
from digital_inclusion.progress.models import PostingRow, Standing
from digital_inclusion.progress.queries.verification import verify
from digital_inclusion.progress.rules.facts import Kind
from tests.factories.world import World
from tests.integration.progress.test_posting import _household


def _enrolled_and_withdrawn(world: World) -> int:
    """Return a household that enrolled and withdrew its consent today."""
    by, today = world.actor("navigator_a"), clock.today()
    with write_transaction():
        record_id = _household(world, "TEST-0001")
        facts = [
            NewFact(
                kind=kind, record_id=record_id, partner_id=world.partners["a"], occurred_on=today, values=dict(values)
            )
            for kind, values in (
                (Kind.ENROLLED, {}),
                (Kind.CONSENT, {}),
                (Kind.ADDRESS, {"zip_code": "95113", "fixed": True}),
                (Kind.WITHDRAWAL, {}),
            )
        ]
        post(facts, cause="test", by=by, fresh={record_id})
        record("household.enrolled", by=by)
    return record_id


def _reason(record_id: int) -> str | None:
    session().expire_all()
    return session().get_one(Standing, record_id).reason


def test_refresh_standings_tells_a_withdrawal_from_the_next_day(world: World) -> None:
    record_id = _enrolled_and_withdrawn(world)
    assert _reason(record_id) == "no_device"
    with clock.frozen(clock.now() + timedelta(days=1)), write_transaction():
        refresh_standings(after=0)
    assert _reason(record_id) == "consent_withdrawn"


def test_refresh_standings_posts_nothing_and_ends(world: World) -> None:
    record_id = _enrolled_and_withdrawn(world)
    before = session().query(PostingRow).count()
    with write_transaction():
        assert refresh_standings(after=0) == record_id
        assert refresh_standings(after=record_id) is None
    assert session().query(PostingRow).count() == before


def test_sweep_refreshes_standings_every_day(app: Flask, world: World) -> None:
    record_id = _enrolled_and_withdrawn(world)
    with clock.frozen(clock.now() + timedelta(days=1)):
        sweep_jobs(app)
    assert _reason(record_id) == "consent_withdrawn"


def test_verify_takes_a_standing_as_of_its_posting_or_its_refresh(world: World) -> None:
    _enrolled_and_withdrawn(world)
    for days in (0, 1, 9):
        with clock.frozen(clock.now() + timedelta(days=days)):
            assert verify(session()).holds
    with clock.frozen(clock.now() + timedelta(days=9)), write_transaction():
        refresh_standings(after=0)
        assert verify(session()).holds

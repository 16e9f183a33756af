"""Two partners at the same instant (scenario 15), and settings loaded in between: posted once each, on PostgreSQL."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert, select, text

from digital_inclusion.casework.actions.correcting import hold_household, void_fact
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, db, program_session, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from digital_inclusion.matching.actions.deciding import link_records, pair_up
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import post
from digital_inclusion.progress.actions.settings import apply_settings
from digital_inclusion.progress.models import EntryRow
from digital_inclusion.progress.queries.verification import Report, verify
from digital_inclusion.progress.rules.facts import Kind
from tests.factories.facts import CITY, A, B, program
from tests.factories.served import serve
from tests.factories.stored import BY, StoredBook, settings_text
from tests.factories.world import World

PAIRS = 1000
START = date(2026, 1, 5)
DEVICE = {"item": "device", "device_kind": "laptop", "donated": False, "self_verified": True}
LINE = {"item": "line", "down_kbps": 100_000, "up_kbps": 20_000, "self_verified": True}


def _fact(kind: Kind, record_id: int, partner_id: int, day: date = START, **values: object) -> NewFact:
    return NewFact(kind=kind, record_id=record_id, partner_id=partner_id, occurred_on=day, values=values)


def _enroll(pairs: int, *, first: int) -> list[tuple[int, int]]:
    """Make pairs of records that A and B share: every second one is two linked records, the others one record."""
    now, shared = clock.now(), []
    for start in range(first, first + pairs * 2, 200):
        records = list(range(start, min(start + 200, first + pairs * 2)))
        with write_transaction() as target:
            use_scope(EVERYTHING)
            target.execute(
                insert(Household),
                [
                    {"id": n, "partner_id": B if n % 2 else A, "code": f"P{n}", "created_at": now, "updated_at": now}
                    for n in records
                ],
            )
            facts = []
            for number in records:
                owner = B if number % 2 else A
                facts += [_fact(kind, number, owner) for kind in (Kind.ENROLLED, Kind.CONSENT)]
                facts.append(_fact(Kind.ADDRESS, number, owner, district="D3", fixed=True))
            for number in records[::2]:
                is_linked = number % 4 == 0
                shared.append((number, number + 1 if is_linked else number))
                if is_linked:
                    facts.append(_fact(Kind.LINK, number, CITY, other_record_id=number + 1))
            post(facts, cause="test", by=BY, fresh=set(records))
            record("household.enrolled", by=BY)
    return shared


def _together(app: Flask, *works: Callable[[threading.Barrier], None]) -> None:
    """Run the works at the same time, each on a connection of its own; raise what any of them raised."""
    barrier, failed = threading.Barrier(len(works), timeout=60), list[BaseException]()

    def run(work: Callable[[threading.Barrier], None]) -> None:
        with app.app_context():
            try:
                work(barrier)
            except BaseException as error:
                failed.append(error)
                barrier.abort()
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _deliver(record_id: int, partner_id: int, values: dict[str, object]) -> None:
    with write_transaction():
        use_scope(EVERYTHING)
        post([_fact(Kind.DELIVERY, record_id, partner_id, date(2026, 2, 1), **values)], cause="test", by=BY)
        record("device.handed_over", by=BY)


def _verify() -> Report:
    use_scope(EVERYTHING)
    with program_session("test") as city:
        return verify(city)


@pytest.mark.only_postgresql
def test_post_two_deliveries_of_one_identity_at_once(app: Flask) -> None:
    StoredBook(program())
    shared = _enroll(PAIRS, first=100)
    assert len(shared) == PAIRS

    def delivering(values: dict[str, object], partner_id: int, place: int) -> Callable[[threading.Barrier], None]:
        def work(barrier: threading.Barrier) -> None:
            for pair in shared:
                barrier.wait()
                _deliver(pair[place], partner_id, values)

        return work

    _together(app, delivering(DEVICE, A, 0), delivering(LINE, B, 1))
    use_scope(EVERYTHING)
    entries = session().execute(
        select(EntryRow.identity, EntryRow.aspect, EntryRow.sign)
        .where(EntryRow.milestone == "connected")
        .order_by(EntryRow.id)
    )
    posted = Counter((identity, aspect, sign) for identity, aspect, sign in entries)
    assert posted == Counter(
        {
            (pair[0], aspect, sign): 1
            for pair in shared
            for aspect, sign in (("verified", 1), ("current", 1), ("current", -1))
        }
    )
    assert _verify().holds


@pytest.mark.only_postgresql
def test_apply_settings_while_others_deliver(app: Flask) -> None:
    StoredBook(program())
    shared = _enroll(60, first=100)
    slower = program(changed_on="2026-06-01")  # 25/3 until June: what counts changes under the deliveries
    slow_line = LINE | {"down_kbps": 25_000, "up_kbps": 3_000}

    def delivering(barrier: threading.Barrier) -> None:
        barrier.wait()
        for pair in shared:
            _deliver(pair[0], A, DEVICE)
            _deliver(pair[1], B, slow_line)

    def loading(first: bool) -> Callable[[threading.Barrier], None]:
        def work(barrier: threading.Barrier) -> None:
            barrier.wait()
            for settings in (slower, program(), slower) if first else (program(starts_on=date(2023, 1, 1)),):
                with write_transaction():
                    use_scope(EVERYTHING)
                    apply_settings(settings_text(settings), by=BY)

        return work

    _together(app, delivering, loading(True), loading(False))
    report = _verify()
    assert report.holds, [difference for check in report.checks for difference in check.differences]


def _wait_until_somebody_waits() -> None:
    """Return when a connection of this database waits for a lock; fail after ten seconds."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _try in range(200):
        with db.engine.connect() as other:
            if other.scalar(waiting):
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.only_postgresql
def test_two_partners_correct_one_family_at_once(app: Flask, world: World) -> None:
    """Each holds its own record first; whoever comes second waits for the whole family, not for half of it."""
    made = {partner: serve(world, partner) for partner in ("a", "b")}
    with write_transaction():
        by = world.actor("program_manager")
        pair = pair_up(code_a=made["a"].code, code_b=made["b"].code, by=by)
        link_records(pair_id=pair.id, reason="one lease", by=by)
    actors = {partner: world.actor(f"navigator_{partner}") for partner in made}
    session().rollback()
    held = threading.Event()

    def void(partner: str) -> None:
        its = made[partner]
        void_fact(household_id=its.id, number=its.delivery_facts[0], reason="mistake", by=actors[partner])

    def first(_barrier: threading.Barrier) -> None:
        with write_transaction():
            use_scope(EVERYTHING)
            hold_household(made["a"].id, "household:correct", actors["a"])
            held.set()
            _wait_until_somebody_waits()
            void("a")

    def second(_barrier: threading.Barrier) -> None:
        assert held.wait(20)
        with write_transaction():
            use_scope(EVERYTHING)
            void("b")

    _together(app, first, second)
    assert _verify().holds

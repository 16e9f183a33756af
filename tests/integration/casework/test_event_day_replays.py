"""Whatever the order, the number and the batches in which a computer sends its taps, the result is that of one run."""

import random
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from digital_inclusion.casework.actions.event_days import take_taps
from digital_inclusion.casework.rules.event_days import Tap
from digital_inclusion.devices.models import Device, DeviceRequest
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.progress.models import FactRow
from digital_inclusion.skills.queries.attendance import list_known
from digital_inclusion.skills.queries.classes import get_session
from tests.factories.classes import family, joins, plans
from tests.factories.event_days import hands_over, in_batches, prepares, ticks, waits
from tests.factories.world import World

Result = tuple[object, ...]


class Prepared:
    """An event day with taps of every kind: fine ones, a wrong tag, an unknown household, somebody without a seat."""

    def __init__(self, world: World) -> None:
        homes = [waits(world, number) for number in range(3)]
        course, (self.lesson,) = plans(world, hours=0)
        home, members = family(world, "Ana Ruiz", "Ben Ruiz", "Cleo Ruiz")
        for member in members[:2]:
            joins(world, course, home, member=member)
        self.day = prepares(world, *(tag for _home, tag in homes), lesson=self.lesson)
        self.by = world.actor("navigator_a")
        use_scope(EVERYTHING)
        on = clock.local(get_session(self.lesson).starts_at).date()
        (first, tag), (second, other), (third, last) = homes
        self.taps: list[Tap] = [
            hands_over(first, tag), hands_over(second, other), hands_over(second, tag), hands_over(third, "nothing"),
            hands_over("AAAA-AAAA", last), *(ticks(home, member, on=on) for member in members),
            ticks(first, members[0], on=on),
        ]  # fmt: skip

    def run(self, batches: list[list[Tap]]) -> Result:
        """Send the batches, look at everything, and take it all back."""
        use_scope(EVERYTHING)
        outer = session().begin_nested()
        try:
            return self._look(self._send(batches))
        finally:
            outer.rollback()
            session().expire_all()
            session().info.pop("posting_since", None)  # each run has the time of a transaction of its own

    def _send(self, batches: list[list[Tap]]) -> dict[str, set[tuple[str, str | None]]]:
        told: dict[str, set[tuple[str, str | None]]] = {}
        for batch in batches:
            for item in take_taps(code=self.day, taps=batch, by=self.by):
                told.setdefault(item.key, set()).add((item.result, item.reason))
            session().flush()
        return told

    def _look(self, told: dict[str, set[tuple[str, str | None]]]) -> Result:
        assert all(len(outcomes) == 1 for outcomes in told.values())  # a key has one outcome, whenever it is asked
        facts = select(FactRow.record_id, FactRow.kind, FactRow.item, FactRow.member_id, FactRow.occurred_on,
                       FactRow.evidence_reference, FactRow.minutes)  # fmt: skip
        attended = {member: known.minutes for member, known in list_known(get_session(self.lesson).id).items()}
        return (
            told,
            sorted(map(str, session().execute(facts.order_by(FactRow.number)))),
            session().execute(select(Device.code, Device.state).order_by(Device.code)).all(),
            session().execute(select(DeviceRequest.code, DeviceRequest.state).order_by(DeviceRequest.code)).all(),
            attended,
        )


@pytest.fixture
def prepared(app: Flask, world: World) -> Iterator[Prepared]:
    made = Prepared(world)
    yield made
    session().rollback()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(more=st.lists(st.integers(0, 8), max_size=12), chance=st.randoms(use_true_random=False))
def test_any_replay_gives_the_result_of_one_run(prepared: Prepared, more: list[int], chance: random.Random) -> None:
    plain = prepared.run([prepared.taps])
    results = sorted(next(iter(outcomes))[0] for outcomes in plain[0].values())  # type: ignore[attr-defined]
    assert results == ["conflict"] * 4 + ["taken"] * 5
    queue = [*prepared.taps, *(prepared.taps[place % len(prepared.taps)] for place in more)]
    chance.shuffle(queue)
    assert prepared.run(in_batches(queue, chance)) == plain

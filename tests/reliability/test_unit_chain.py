"""Units through random lives on a real database: in one place at a time, never used unwiped, never lost from sight."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from digital_inclusion.casework.actions.correcting import end_thing, void_fact
from digital_inclusion.devices.actions import recycling
from digital_inclusion.devices.actions.bench import assign_devices, go_on
from digital_inclusion.devices.actions.handing_over import Signed, hand_over_scanned
from digital_inclusion.devices.actions.harvesting import shelve_part, use_part
from digital_inclusion.devices.actions.requesting import withdraw_request
from digital_inclusion.devices.actions.reserving import end_overdue_reservations, release_device
from digital_inclusion.devices.models import (
    Device,
    DeviceMove,
    DevicePart,
    DeviceRequest,
    RecyclingBatch,
    RecyclingUnit,
    Reservation,
    Sanitization,
)
from digital_inclusion.devices.queries import balance
from digital_inclusion.devices.queries.bench import step_of
from digital_inclusion.devices.queries.parts import list_parts, list_shelf
from digital_inclusion.devices.queries.units import media_in, unit_of
from digital_inclusion.devices.rules.balance import balance_of
from digital_inclusion.devices.rules.bench import ON_BENCH
from digital_inclusion.devices.rules.handing_over import OneMore
from digital_inclusion.devices.rules.states import IN_STOCK, MOVES, State, moves_from
from digital_inclusion.devices.schemas import read_factors
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import DomainError
from digital_inclusion.progress.models import UnitOut
from tests.conftest import Template
from tests.factories import media, requests
from tests.factories.aftercare import begun, does, weighs
from tests.factories.devices import STROKES, goes, grades, specifies, takes_in, takes_part
from tests.factories.served import serve
from tests.factories.world import SYSTEM, build_world

STEPS, EXAMPLES = 30, {"sqlite": 15, "postgresql": 8}
which = st.integers(0, 10**6)
USABLE = frozenset({State.READY, State.RESERVED, State.HANDED_OVER})


@contextmanager
def _or_refused() -> Iterator[None]:
    """Let the product refuse; nothing else may go wrong."""
    try:
        yield
    except DomainError:
        session().rollback()
    use_scope(EVERYTHING)


class Chain(RuleBasedStateMachine):
    """One partner's workshop, one household, up to four units."""

    template: Template  # the empty, migrated database with which every example begins

    def __init__(self) -> None:
        super().__init__()
        self.template.lay_out()
        self.context = self.template.app.app_context()
        self.context.push()
        self.world = build_world()
        made = [serve(self.world, name=name, deliveries=()) for name in ("Rosa Delgado", "Binh Tran")]
        self.household, self.homes = made[0].id, [one.code for one in made]
        self.codes: list[str] = []

    def teardown(self) -> None:
        """Leave the database for the next example."""
        session().rollback()
        self.context.pop()

    def unit(self, choice: int) -> Device:
        code = self.codes[choice % len(self.codes)]
        return session().scalars(select(Device).where(Device.code == code)).one()

    def do(self, action: Callable[..., Any], **arguments: Any) -> None:
        by = self.world.actor("navigator_a")
        with _or_refused():
            use_scope(Scope(partner_id=by.partner_id))
            with write_transaction():
                action(household_id=self.household, by=by, **arguments)

    @initialize(goes_home=st.booleans())
    def begin(self, goes_home: bool) -> None:
        """Start with one unit that is ready, or in a home: random steps alone seldom lead so far."""
        self.take_in(disks=1)
        self.make_ready(choice=0, left_out=set())
        if goes_home:
            self.hand_over(choice=0, how="screen")
        (unit,) = self.units()
        assert unit.state == (State.HANDED_OVER if goes_home else State.READY)

    @precondition(lambda self: len(self.codes) < 4)
    @rule(disks=st.integers(0, 2))
    def take_in(self, disks: int) -> None:
        number = len(self.codes)
        code = takes_in(self.world, f"5CD1234AB{number}X{number}")
        self.codes.append(code)
        media.lists(self.world, code, *(f"WD-{number}-{disk}" for disk in range(disks)))

    @precondition(lambda self: self.codes)
    @rule(choice=which, to=st.sampled_from(sorted(State)))
    def move_anywhere(self, choice: int, to: str) -> None:
        with _or_refused():
            goes(self.world, self.unit(choice).code, to)

    @precondition(lambda self: self.codes)
    @rule(choice=which, way=which)
    def move_by_the_table(self, choice: int, way: int) -> None:
        unit = self.unit(choice)
        if ways := moves_from(unit.state):
            with _or_refused():
                goes(self.world, unit.code, ways[way % len(ways)])

    @precondition(lambda self: self.codes)
    @rule(choice=which, left_out=st.sets(st.sampled_from(["list", "wipe", "grade", "system"]), max_size=1))
    def make_ready(self, choice: int, left_out: set[str]) -> None:
        """Do everything as it should be done, from where the unit is, or leave one thing out."""
        code = self.unit(choice).code
        if "list" not in left_out:
            with _or_refused():
                media.lists(self.world, code)
        for place in range(1, 3) if "wipe" not in left_out else ():
            with _or_refused():
                media.certified(self.world, code, place)
        for state in ("sanitized", "testing"):
            with _or_refused():
                goes(self.world, code, state)
        if "system" not in left_out:
            with _or_refused():
                specifies(self.world, code)
        with _or_refused():
            grades(self.world, code, "F3" if "grade" in left_out else "F5")
        with _or_refused():
            goes(self.world, code, "ready")

    @precondition(lambda self: self.codes)
    @rule(choice=which)
    def declare(self, choice: int) -> None:
        with _or_refused():
            media.lists(self.world, self.unit(choice).code)

    @precondition(lambda self: self.codes)
    @rule(choice=which, place=st.integers(1, 2), succeeded=st.sampled_from([True, True, True, False]))
    def wipe(self, choice: int, place: int, succeeded: bool) -> None:
        with _or_refused():
            media.wipes(self.world, self.unit(choice).code, place, succeeded=succeeded)

    @precondition(lambda self: self.codes)
    @rule(choice=which, verified=st.sampled_from([True, True, True, False]))
    def verify(self, choice: int, verified: bool) -> None:
        if waits := self.tries(Sanitization.verified.is_(None)):
            with _or_refused():
                media.verifies(self.world, waits[choice % len(waits)], verified=verified)

    @precondition(lambda self: self.codes)
    @rule(choice=which, verdict=st.sampled_from(["accept", "accept", "accept", "repeat"]))
    def validate(self, choice: int, verdict: str) -> None:
        if waits := self.tries(Sanitization.verified.is_not(None), Sanitization.verdict.is_(None)):
            with _or_refused():
                media.validates(self.world, waits[choice % len(waits)], verdict)

    def tries(self, *conditions: Any) -> list[str]:
        return list(session().scalars(select(Sanitization.code).where(*conditions).order_by(Sanitization.id)))

    @precondition(lambda self: self.codes)
    @rule(choice=which, functional=st.sampled_from(["F3", "F4", "F5", "F5"]))
    def grade(self, choice: int, functional: str) -> None:
        with _or_refused():
            grades(self.world, self.unit(choice).code, functional)

    @precondition(lambda self: self.codes)
    @rule(choice=which, how=st.sampled_from(["screen", "paper"]))
    def hand_over(self, choice: int, how: str) -> None:
        signed = Signed(how=how, seen_by="Somebody", strokes=STROKES)
        self.do(
            hand_over_scanned, scanned=self.unit(choice).code, on=clock.today(), signed=signed, loan_due_on=None,
            grant_id=None, one_more=OneMore("as the program allows"),
        )  # fmt: skip

    @precondition(lambda self: self.codes)
    @rule(choice=which, reason=st.sampled_from(["returned", "lost", "broken"]))
    def end(self, choice: int, reason: str) -> None:
        if number := self.unit(choice).fact_number:
            self.do(end_thing, number=number, ended_on=clock.today(), reason=reason)

    @precondition(lambda self: self.codes)
    @rule(choice=which)
    def void(self, choice: int) -> None:
        if number := self.unit(choice).fact_number:
            self.do(void_fact, number=number, reason="never_happened")

    @precondition(lambda self: self.codes)
    @rule(choice=which, weight=st.sampled_from([None, 20, 700]))
    def take_part(self, choice: int, weight: int | None) -> None:
        with _or_refused():
            takes_part(self.world, self.unit(choice).code, "memory", weight_g=weight)

    @precondition(lambda self: self.codes)
    @rule(choice=which, part=which)
    def use_part(self, choice: int, part: int) -> None:
        if code := self.part(part):
            self.at_work(use_part, code=code, scanned=self.unit(choice).code)

    @precondition(lambda self: self.codes)
    @rule(part=which)
    def shelve_part(self, part: int) -> None:
        if code := self.part(part):
            self.at_work(shelve_part, code=code)

    @precondition(lambda self: self.codes)
    @rule(choice=which, whose=st.booleans())
    def assign(self, choice: int, whose: bool) -> None:
        to = self.world.users["technician_a"] if whose else None
        self.at_work(assign_devices, scanned=[self.unit(choice).code], to=to)

    @precondition(lambda self: self.codes)
    @rule(choice=which)
    def go_on(self, choice: int) -> None:
        """Press the key of the bench."""
        unit = self.unit(choice)
        if step := step_of(unit):
            self.at_work(go_on, code=unit.code, shown=step)

    def part(self, choice: int) -> str | None:
        codes = list(session().scalars(select(DevicePart.code).order_by(DevicePart.id)))
        return codes[choice % len(codes)] if codes else None

    def at_work(self, action: Callable[..., Any], **arguments: Any) -> None:
        by = self.world.actor("technician_a")
        with _or_refused():
            use_scope(Scope(partner_id=by.partner_id))
            with write_transaction():
                action(by=by, **arguments)

    @rule(choice=which)
    def ask(self, choice: int) -> None:
        with _or_refused():
            requests.asks_for(self.world, self.homes[choice % 2])

    @precondition(lambda self: self.codes)
    @rule(choice=which, which_unit=which, why=st.sampled_from(["as they wished", None]))
    def reserve(self, choice: int, which_unit: int, why: str | None) -> None:
        if open_ := self.asked():
            with _or_refused():
                code = open_[choice % len(open_)]
                requests.reserves(self.world, code, self.unit(which_unit).code, reason=why)

    @rule(choice=which, days=st.sampled_from([0, 8]))
    def let_go(self, choice: int, days: int) -> None:
        """Release one by hand, or let days pass in which nobody comes."""
        by, open_ = self.world.actor("navigator_a"), self.asked()
        with _or_refused(), clock.frozen(clock.now() + timedelta(days=days)), write_transaction():
            if days:
                end_overdue_reservations(by=SYSTEM)
            elif open_:
                release_device(code=open_[choice % len(open_)], by=by)

    @rule(choice=which)
    def withdraw(self, choice: int) -> None:
        if open_ := self.asked():
            by = self.world.actor("navigator_a")
            with _or_refused(), write_transaction():
                withdraw_request(code=open_[choice % len(open_)], reason="not_wanted", by=by)

    def asked(self) -> list[str]:
        session().rollback()
        use_scope(EVERYTHING)
        open_ = select(DeviceRequest.code).where(DeviceRequest.closed_at.is_(None))
        return list(session().scalars(open_.order_by(DeviceRequest.id)))

    @precondition(lambda self: self.codes)
    @rule(choice=which, grams=st.integers(1, 3000), parts=st.lists(st.none() | st.integers(1, 900), max_size=2))
    def weigh(self, choice: int, grams: int, parts: list[int | None]) -> None:
        weighs(self.world, self.unit(choice).code, grams, *parts)

    @precondition(lambda self: self.codes)
    @rule(choice=which, ends=st.sampled_from(["open", "sent", "void"]))
    def recycle(self, choice: int, ends: str) -> None:
        """Put a unit into a new batch, as far as it may; send it, and perhaps take the sending back."""
        batch = begun(self.world)
        with _or_refused():
            does(self.world, recycling.scan_into_batch, code=batch, scanned=[self.unit(choice).code])
        with _or_refused():
            if ends != "open":
                does(self.world, recycling.send_batch, code=batch, sent_on=clock.today())
        with _or_refused():
            if ends == "void":
                does(self.world, recycling.void_batch, code=batch, reason="It never left")

    def units(self) -> list[Device]:
        session().rollback()
        return list(session().scalars(select(Device).order_by(Device.id)))

    @invariant()
    def nothing_is_used_before_it_is_wiped_and_good(self) -> None:
        for unit in self.units():
            if unit.state in USABLE:
                seen = unit_of(unit)
                assert seen.media_listed and not seen.uncertified and (seen.functional or "") >= "F4"
                assert all(
                    any(one.certificate and one.round == unit.round for one in medium.sanitizations)
                    for medium in media_in(unit)
                )

    @invariant()
    def a_unit_in_a_home_is_out_and_no_other(self) -> None:
        out = set(session().scalars(select(UnitOut.fact_number)))
        homes = {unit.fact_number for unit in self.units() if unit.state == State.HANDED_OVER}
        ended_there = {unit.fact_number for unit in self.units() if unit.state == State.LOST}
        assert homes <= out <= homes | ended_there

    @invariant()
    def a_unit_is_reserved_for_one_request_and_then_in_no_home(self) -> None:
        reserved = [unit.id for unit in self.units() if unit.state == State.RESERVED]
        use_scope(EVERYTHING)
        live = session().scalars(select(Reservation).where(Reservation.ended_at.is_(None)).order_by(Reservation.id))
        found = [(one.device_id, one.request_id) for one in live]
        assert sorted(device_id for device_id, _request in found) == reserved
        held = select(DeviceRequest.id).where(DeviceRequest.state == "reserved").order_by(DeviceRequest.id)
        assert sorted(request for _device, request in found) == list(session().scalars(held))

    @invariant()
    def the_balance_closes(self) -> None:
        factors, everything = read_factors(), balance.Asked()
        came = balance.weigh_in(everything, factors.weights_g)
        found = balance_of(balance.list_came(everything), factors, came=came)
        assert (found.difference_g, found.missing_units) == (0, 0)
        assert found.came.units == len(self.codes)
        assert found.came.grams == sum(unit.weight_g or factors.weights_g["laptop"] for unit in self.units())

    @invariant()
    def a_unit_is_in_one_batch_and_what_was_sent_is_recycled(self) -> None:
        inside = (
            session()
            .execute(
                select(RecyclingUnit.device_id, RecyclingBatch.state, Device.state)
                .join(RecyclingBatch, RecyclingBatch.id == RecyclingUnit.batch_id)
                .join(Device, Device.id == RecyclingUnit.device_id)
                .where(RecyclingUnit.left_at.is_(None))
            )
            .all()
        )
        assert len({row[0] for row in inside}) == len(inside)
        assert all(unit == State.RECYCLED for _id, batch, unit in inside if batch == "sent")

    @invariant()
    def every_step_follows_the_last(self) -> None:
        for unit in self.units():
            moves = session().scalars(
                select(DeviceMove).where(DeviceMove.device_id == unit.id).order_by(DeviceMove.id)
            ).all()  # fmt: skip
            here = None
            for one in moves:
                assert one.from_state == here
                assert here is None or one.to_state in MOVES[State(here)]
                here = one.to_state
            assert here == unit.state

    @invariant()
    def parts_are_in_one_place(self) -> None:
        for unit in self.units():
            inside = [row for row in list_parts(unit) if row.part.used_in_id == unit.id]
            assert all(row.used_in == unit.code for row in inside)
        shelf = {row.code for row in list_shelf(by=self.world.actor("technician_a"))}
        for part in session().scalars(select(DevicePart).order_by(DevicePart.id)):
            assert (part.used_in_id is None) is (part.code in shelf) is (part.used_at is None)

    @invariant()
    def who_has_a_unit_can_work_on_it(self) -> None:
        for unit in self.units():
            assert unit.assigned_to is None or unit.state in ON_BENCH
            assert (step_of(unit) is not None) is (unit.state in ON_BENCH)

    @invariant()
    def no_computer_is_ready_without_a_system(self) -> None:
        assert all(unit.system for unit in self.units() if unit.state in USABLE)

    @invariant()
    def what_came_is_somewhere(self) -> None:
        states = [State(unit.state) for unit in self.units()]
        stays = sum(state in IN_STOCK for state in states)
        gone = sum(state not in IN_STOCK for state in states)
        assert len(states) == len(self.codes) == stays + gone and State.PLEDGED not in states


def test_units_keep_their_chain(laid_out: Template, database_kind: str) -> None:
    scale = int(os.environ.get("PROMISES_SCALE", "1"))
    machine: type[Chain] = type("Chain", (Chain,), {"template": laid_out})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[database_kind] * scale,
            stateful_step_count=STEPS,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes on a database
            suppress_health_check=list(HealthCheck),
        ),
    )

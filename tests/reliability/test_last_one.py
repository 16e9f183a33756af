"""Two people want the last device at the same instant: one has it, the other reads a sentence."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.devices.actions.handing_over import Signed, hand_over_scanned
from digital_inclusion.devices.actions.requesting import ask_for_device, withdraw_request
from digital_inclusion.devices.actions.reserving import reserve_device
from digital_inclusion.devices.models import DeviceRequest
from digital_inclusion.devices.rules.requests import Wanted
from digital_inclusion.foundation.access.identity import Actor
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError
from digital_inclusion.progress.queries.served import get_served
from tests.factories.devices import STROKES, device, is_ready, takes_in
from tests.factories.requests import asked, asks_for, live, reserves
from tests.factories.served import serve
from tests.factories.world import World

ROUNDS = 5


def _at_once(app: Flask, by: Actor, *works: Callable[[Actor], Any]) -> list[DomainError]:
    """Do the works each in a thread and transaction of its own, begun together; return what was refused."""
    barrier, refused, broken = threading.Barrier(len(works)), list[DomainError](), list[BaseException]()

    def run(work: Callable[[Actor], Any]) -> None:
        with app.app_context():
            try:
                barrier.wait(30)
                with write_transaction():
                    use_scope(Scope(partner_id=by.partner_id))
                    work(by)
            except DomainError as error:
                refused.append(error)
            except BaseException as error:
                broken.append(error)
            finally:
                db.session.remove()

    session().rollback()
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    use_scope(EVERYTHING)
    return refused


def _takes_home(household_id: int, code: str) -> Callable[[Actor], Any]:
    signed = Signed(how="screen", seen_by="", strokes=STROKES)
    return lambda by: hand_over_scanned(
        household_id=household_id, scanned=code, on=clock.today(), signed=signed, loan_due_on=None, grant_id=None, by=by
    )


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_reserve_the_last_one(app: Flask, world: World, turn: int) -> None:
    code, by = is_ready(world, takes_in(world)), world.actor("navigator_a")
    families = [serve(world, name=name, deliveries=()) for name in ("Rosa Delgado", "Binh Tran")]
    requests = [asks_for(world, one.code) for one in families]

    def reserving(request: str) -> Callable[[Actor], Any]:
        return lambda by: reserve_device(code=request, scanned=code, reason="first come", by=by)

    (refused,) = _at_once(app, by, *(reserving(one) for one in requests))
    assert isinstance(refused, Conflict) and "Somebody reserved this device a moment ago" in refused.sentence
    assert [one.device_id for one in live()] == [device(code).id]
    assert sorted(asked(one).state for one in requests) == ["reserved", "waiting"]


def test_one_reserves_while_another_hands_it_over(app: Flask, world: World) -> None:
    code, by = is_ready(world, takes_in(world)), world.actor("navigator_a")
    waiting, fetching = (serve(world, name=name, deliveries=()) for name in ("Rosa Delgado", "Binh Tran"))
    request = asks_for(world, waiting.code)
    refused = _at_once(
        app, by, lambda by: reserve_device(code=request, scanned=code, reason=None, by=by),
        _takes_home(fetching.id, code),
    )  # fmt: skip
    assert len(refused) == 1
    assert device(code).state == ("reserved" if live() else "handed_over")
    assert asked(request).state == ("reserved" if live() else "waiting")


def test_one_withdraws_while_another_hands_it_over(app: Flask, world: World) -> None:
    """The device is in a home or in stock, the request closed, and no reservation is left, whoever was first."""
    code, by = is_ready(world, takes_in(world)), world.actor("navigator_a")
    family = serve(world, deliveries=())
    request = asks_for(world, family.code)
    reserves(world, request, code)
    _at_once(
        app, by, lambda by: withdraw_request(code=request, reason="has_one", by=by), _takes_home(family.id, code)
    )  # fmt: skip
    assert not live() and asked(request).closed_at is not None
    assert device(code).state in ("ready", "handed_over")


def test_two_ask_for_the_same_household(app: Flask, world: World) -> None:
    family, by = serve(world, deliveries=()), world.actor("navigator_a")

    def asking(by: Actor) -> Any:
        return ask_for_device(household=get_served(family.code), wanted=Wanted(kind="laptop"), by=by)

    refused = _at_once(app, by, asking, asking)
    assert len(refused) == 1 and "asked for a device of this kind already" in str(refused[0].fields)  # type: ignore[attr-defined]
    assert session().scalars(select(DeviceRequest.state)).all() == ["waiting"]


def test_two_devices_of_a_kind_for_one_household_at_once(app: Flask, world: World) -> None:
    first, second = (is_ready(world, takes_in(world, serial)) for serial in ("5CD1234ABC", "PF99ZZZ77"))
    family, by = serve(world, deliveries=()), world.actor("navigator_a")
    refused = _at_once(app, by, _takes_home(family.id, first), _takes_home(family.id, second))
    assert len(refused) == 1 and "one of a kind" in refused[0].sentence
    assert sorted([device(first).state, device(second).state]) == ["handed_over", "ready"]

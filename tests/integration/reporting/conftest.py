"""A small book: A and B each connect a family, one waits, one lacks a line; and one family of A's and B's together."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from digital_inclusion.casework.actions.enrolling import EnrolledHousehold
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.matching.actions import deciding
from digital_inclusion.matching.actions.finding import find_pairs
from digital_inclusion.matching.models import CandidatePair
from tests.factories.households import new_laptop, new_line
from tests.factories.served import confirm, serve
from tests.factories.world import SYSTEM, World


@dataclass
class Book:
    """The households by what happened to them."""

    connected_a: EnrolledHousehold
    connected_b: EnrolledHousehold
    waiting_a: EnrolledHousehold
    no_line_a: EnrolledHousehold
    shared_a: EnrolledHousehold
    shared_b: EnrolledHousehold


def link(world: World) -> None:
    """Let the city say that the pair it finds is one household."""
    with write_transaction():
        find_pairs(by=SYSTEM)

    pair = session().scalars(select(CandidatePair).where(CandidatePair.state == "open")).one()
    with write_transaction():
        deciding.link_records(pair_id=pair.id, reason="They showed one lease.", by=world.actor("program_manager"))


@pytest.fixture
def book(world: World) -> Book:
    """Fill the small book; the shared family has A's laptop and B's line."""
    made = Book(
        connected_a=serve(world, "a", name="Ana Connected", phone=None, phone_e164=None),
        connected_b=serve(world, "b", name="Ben Connected", phone=None, phone_e164=None),
        waiting_a=serve(world, "a", name="Wei Waiting", phone=None, phone_e164=None),
        no_line_a=serve(world, "a", name="Nora Noline", phone=None, phone_e164=None, deliveries=[new_laptop()]),
        shared_a=serve(world, "a", name="Sam Shared", deliveries=[new_laptop()]),
        shared_b=serve(world, "b", name="Sam Shared", deliveries=[new_line()]),
    )
    for one in (made.connected_a, made.connected_b, made.shared_a, made.shared_b, made.no_line_a):
        confirm(world, *one.delivery_facts)
    link(world)
    return made

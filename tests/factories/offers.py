"""Offers of internet companies, as a program manager writes them down."""

from datetime import date
from typing import Any

from digital_inclusion.connectivity.actions.offers import write_offer
from digital_inclusion.connectivity.rules.fitting import Plan
from digital_inclusion.connectivity.rules.offers import NewOffer, NewTerms
from digital_inclusion.foundation.database import write_transaction
from tests.factories.world import World

STARTS = date(2026, 1, 1)


def new_terms(**changes: Any) -> NewTerms:
    """Return terms of 100/20 Mbps for $30 a month."""
    values: dict[str, Any] = {"from_on": STARTS, "price_cents": 3000, "down_kbps": 100_000, "up_kbps": 20_000}
    return NewTerms(**(values | changes))


def new_offer(plan: str = "Basic", *, terms: NewTerms | None = None, **changes: Any) -> NewOffer:
    """Return an offer that is open to everybody."""
    values: dict[str, Any] = {"provider": "Bay Fiber", "plan": plan, "kind": "home"}
    return NewOffer(**(values | changes), terms=terms or new_terms())


def offers(world: World, *new: NewOffer) -> list[str]:
    """Write the offers down; return their codes."""
    with write_transaction():
        by = world.actor("program_manager")
        return [write_offer(new=one, by=by).code for one in new]


def plan(number: int = 1, **changes: Any) -> Plan:
    """Return a plan that meets the standard, for $30 a month."""
    values: dict[str, Any] = {
        "id": number, "code": f"P{number}", "provider": "Bay Fiber", "name": f"Plan {number}",
        "price_cents": 3000, "first_cents": 3000, "down_kbps": 100_000, "up_kbps": 20_000,
    }  # fmt: skip
    return Plan(**(values | changes))

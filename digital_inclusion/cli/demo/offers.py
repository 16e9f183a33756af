"""The demo's offers: those shipped for San José. Somebody has looked at some of them."""

from pathlib import Path

from ...connectivity.actions.offers import confirm_offer, load_offer
from ...connectivity.queries.offers import find_named
from ...connectivity.schemas import read_offers
from .doing import Desk
from .world import BY

SHIPPED = Path(__file__).resolve().parents[3] / "programs" / "offers-san-jose.toml"
_LOOKED_AT = ("Internet Essentials", "Internet Essentials Plus")


def fill_offers(desk: Desk) -> None:
    """Load the shipped offers as of the plan's first day; the program manager looks at some on its last."""
    with desk.at(desk.plan.first):
        for one in read_offers(SHIPPED):
            load_offer(new=one, by=BY)
    with desk.at(desk.plan.until):
        for plan in _LOOKED_AT:
            offer = find_named("Comcast Xfinity", plan)
            if offer is not None:
                confirm_offer(code=offer.code, by=desk.world.manager)

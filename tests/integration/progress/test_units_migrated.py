"""Units that were out before an asset tag became its partner's own (migration 0002), there and back."""

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope
from digital_inclusion.progress.models import UnitOut
from tests.factories.households import new_laptop
from tests.factories.served import serve
from tests.factories.world import World


def _keys() -> list[str]:
    use_scope(EVERYTHING)
    keys = list(session().scalars(select(UnitOut.unit_key).order_by(UnitOut.fact_number)))
    db.session.remove()
    return keys


def test_keys_of_units_out_down_and_up(app: Flask, world: World) -> None:
    for partner, unit in (("a", "5CD1234ABC"), ("a", "PC-12"), ("b", "7")):
        serve(world, partner, name=f"Home of {unit}", deliveries=[new_laptop(unit=unit)])
    now = ["5CD1234ABC", f"{world.partners['a']}:PC12", f"{world.partners['b']}:7"]
    assert _keys() == now
    downgrade(revision="0001")
    assert _keys() == ["5CD1234ABC", "PC12", "7"]
    upgrade()
    assert _keys() == now


def test_keys_of_equal_tags_down(app: Flask, world: World) -> None:
    for partner in ("a", "b"):
        serve(world, partner, name=f"Home of {partner}", deliveries=[new_laptop(unit="7")])
    downgrade(revision="0001")
    assert _keys() == ["7"]
    upgrade()

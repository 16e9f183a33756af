"""Two households never get the same code, even when chance says so."""

from datetime import date

import pytest

from digital_inclusion.casework.actions import rows
from digital_inclusion.casework.actions.enrolling import NewHousehold, NewMember, enroll_households
from digital_inclusion.foundation.database import Scope, Unaudited, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel.ids import new_code
from digital_inclusion.households.models import Household
from tests.factories.world import World


def _enroll(world: World) -> str:
    with write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        new = NewHousehold(members=[NewMember("Pat", is_head=True)], enrolled_on=date(2026, 1, 5))
        made = enroll_households(
            [new], partner_id=world.partners["a"], cause="household.enrolled", by=world.actor("navigator_a")
        )
    assert made.households[0] is not None
    return made.households[0].code


def test_enroll_households_draws_another_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = _enroll(world)
    drawn = iter([taken, taken, new_code()])
    monkeypatch.setattr(rows, "new_code", lambda: next(drawn))
    assert _enroll(world) != taken


def test_savepoint_does_not_hide_an_unaudited_change(world: World) -> None:
    _enroll(world)
    with pytest.raises(Unaudited), write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        with session().begin_nested():
            session().query(Household).one().email = "pat@example.org"
            session().flush()

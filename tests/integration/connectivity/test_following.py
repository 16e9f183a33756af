"""A line's subscription says what the facts say, whatever becomes of them, and for facts of before the migration."""

from datetime import date

from digital_inclusion.casework.actions import changing, correcting
from digital_inclusion.casework.rules.enrollment import NewAddress
from digital_inclusion.connectivity.models import Subscription
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from tests.factories.households import new_line
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.subscriptions import from_facts, on_record


def _only() -> Subscription:
    session().rollback()
    use_scope(EVERYTHING)
    return session().query(Subscription).order_by(Subscription.fact_number.desc()).first()


def test_line_has_a_subscription_from_its_posting(world: World) -> None:
    made = serve(world)
    row = _only()
    assert row.fact_number == made.delivery_facts[1]
    assert (row.household_id, row.is_given, row.is_void) == (made.id, True, False)
    assert (row.starts_on, row.ended_on, row.down_kbps, row.up_kbps) == (date(2026, 1, 12), None, 100_000, 20_000)
    assert on_record() == from_facts() != []


def test_end_void_and_correction_are_followed(world: World) -> None:
    made = serve(world)
    line = made.delivery_facts[1]
    by = world.actor("navigator_a")
    with write_transaction():
        correcting.end_thing(household_id=made.id, number=line, ended_on=date(2026, 4, 12), reason="canceled", by=by)
    assert _only().ended_on == date(2026, 4, 12)
    assert on_record() == from_facts()
    with write_transaction():
        right = new_line(date(2026, 2, 12), grant_id=world.grants["a"])
        correcting.correct_delivery(household_id=made.id, number=line, delivery=right, by=by)
    assert on_record() == from_facts()
    assert [row[2] for row in on_record()] == [True, False]


def test_terms_stay_when_facts_move(world: World) -> None:
    made = serve(world)
    by = world.actor("navigator_a")
    with write_transaction():
        row = _only()
        row.promo_until_on, row.price_after_cents, row.kind = date(2026, 12, 31), 5000, "mobile"
        session().info["audited"] = True
    with write_transaction():
        home = NewAddress(line="9 Other Street", city="San José", zip_code="95127")
        changing.move_household(household_id=made.id, address=home, from_on=date(2026, 3, 1), by=by)
    row = _only()
    assert (row.promo_until_on, row.price_after_cents, row.kind, row.district) == (
        date(2026, 12, 31),
        5000,
        "mobile",
        "5",
    )
    assert on_record() == from_facts()

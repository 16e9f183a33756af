"""Whose household a row is: two families never become one, and what was delivered is known again."""

from datetime import date

from sqlalchemy import func, select

from digital_inclusion.casework.actions.correcting import correct_delivery, void_fact
from digital_inclusion.exchange.models import ImportBatch, ImportProblem
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.households.models import Household
from digital_inclusion.progress.models import FactRow
from digital_inclusion.progress.rules.deliveries import NewDelivery
from digital_inclusion.progress.rules.facts import Item
from tests.factories.world import World
from tests.support.files import DEVICE, ROW, counts, import_rows


def _codes(batch: ImportBatch) -> set[str]:
    return set(session().scalars(select(ImportProblem.code).where(ImportProblem.batch_id == batch.id)))


def _households() -> int:
    return session().scalar(select(func.count()).select_from(Household)) or 0


OTHER = ROW | {"Name": "Bo Li", "Birth date": "1970-01-01", "Phone": "(408) 555-0177", "Address": "9 Paper Owl Ln"}


def test_references_that_differ_in_case_are_two_households(world: World) -> None:
    rows = [ROW | {"Client ID": "0035e00000AbcDa"}, OTHER | {"Client ID": "0035e00000AbcDA"}]
    assert counts(import_rows(rows, world.partners["a"])) == (2, 0, 0, 0, 0, 0)
    assert counts(import_rows(rows, world.partners["a"])) == (0, 0, 2, 0, 0, 0)


def test_number_that_now_names_somebody_else_comes_back(world: World) -> None:
    import_rows([ROW], world.partners["a"])
    batch = import_rows([OTHER], world.partners["a"])
    assert counts(batch) == (0, 0, 0, 0, 1, 0)
    assert _codes(batch) == {"somebody_else"}
    assert session().scalars(select(Household)).one().phone_e164 == "+14085550101"


def test_number_that_stands_twice_in_a_file_for_two_people_takes_the_first(world: World) -> None:
    batch = import_rows([ROW, OTHER], world.partners["a"])
    assert counts(batch) == (1, 0, 0, 0, 1, 0)
    assert session().scalars(select(Household)).one().phone_e164 == "+14085550101"


def test_two_people_of_one_name_in_one_house_without_birth_dates_stay_two(world: World) -> None:
    one = ROW | {"Client ID": "", "Birth date": ""}
    batch = import_rows([one, one | {"Phone": "(408) 555-0177"}], world.partners["a"])
    assert counts(batch) == (2, 0, 0, 0, 0, 0)
    assert _households() == 2


def _deliveries() -> list[tuple[str | None, date]]:
    facts = session().scalars(select(FactRow).where(FactRow.kind == "delivery").order_by(FactRow.number))
    return [(fact.device_kind or fact.topic, fact.occurred_on) for fact in facts]


def test_second_device_of_another_kind_on_the_same_day_comes_in(world: World) -> None:
    laptop = {"Device 1 kind": "laptop", "Device 1 date": "2026-01-10"}
    tablet = {"Device 2 kind": "tablet", "Device 2 date": "2026-01-10"}
    import_rows([ROW | laptop], world.partners["a"])
    assert import_rows([ROW | laptop | tablet], world.partners["a"]).created_deliveries == 1
    assert [kind for kind, _day in _deliveries()] == ["laptop", "tablet"]


def test_training_of_another_topic_on_the_same_day_comes_in(world: World) -> None:
    def training(topic: str) -> dict[str, str]:
        return {"Training 1 topic": topic, "Training 1 hours": "2", "Training 1 date": "2026-01-10"}

    import_rows([ROW | training("Email")], world.partners["a"])
    assert import_rows([ROW | training("Video calls")], world.partners["a"]).created_deliveries == 1
    assert import_rows([ROW | training("VIDEO CALLS")], world.partners["a"]).created_deliveries == 0


def test_delivery_taken_back_by_hand_stays_back(world: World) -> None:
    import_rows([ROW | DEVICE], world.partners["a"])
    fact = session().scalars(select(FactRow).where(FactRow.kind == "delivery")).one()
    with write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        void_fact(household_id=fact.record_id, number=fact.number, reason="mistake", by=world.actor("partner_lead_a"))
    use_scope(EVERYTHING)
    batch = import_rows([ROW | DEVICE | {"Email": "ana@example.org"}], world.partners["a"])
    assert counts(batch) == (0, 1, 0, 0, 0, 0)
    assert _codes(batch) == {"row_updates", "delivery_taken_back"}


def test_day_corrected_by_hand_does_not_come_back_wrong(world: World) -> None:
    import_rows([ROW | DEVICE], world.partners["a"])
    fact = session().scalars(select(FactRow).where(FactRow.kind == "delivery")).one()
    right = NewDelivery(
        item=Item.DEVICE, occurred_on=date(2026, 1, 11), device_kind="laptop", donated=False, unit="SN1"
    )
    with write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        correct_delivery(
            household_id=fact.record_id, number=fact.number, delivery=right, by=world.actor("partner_lead_a")
        )
    use_scope(EVERYTHING)
    batch = import_rows([ROW | DEVICE | {"Email": "ana@example.org"}], world.partners["a"])
    assert batch.created_deliveries == 0 and "delivery_taken_back" in _codes(batch)
    corrected = DEVICE | {"Device 1 date": "2026-01-11"}
    batch = import_rows([ROW | corrected], world.partners["a"])
    assert batch.created_deliveries == 0 and "delivery_taken_back" not in _codes(batch)

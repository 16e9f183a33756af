"""An import taken back as a whole: scenario 13, refusals, and the same file once more."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.queries.household import get_page
from digital_inclusion.casework.queries.lists import ListFilter, list_households
from digital_inclusion.exchange.actions import undoing
from digital_inclusion.exchange.actions.undoing import preview_undo, request_undo, run_undo, undo_import
from digital_inclusion.exchange.models import ImportBatch
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel.errors import Conflict, NotFound
from digital_inclusion.households.models import Household, SearchTerm
from digital_inclusion.progress.actions.correcting import void_of
from digital_inclusion.progress.actions.everybody import refresh_standings
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import post
from digital_inclusion.progress.actions.recording import record_delivery
from digital_inclusion.progress.actions.verifying import confirm_evidence
from digital_inclusion.progress.models import EntryRow, FactRow, PostingRow, ReasonCell, Standing
from digital_inclusion.progress.queries.figures import Filter
from digital_inclusion.progress.queries.served import get_served
from digital_inclusion.progress.queries.verification import verify
from digital_inclusion.progress.rules.deliveries import NewDelivery
from digital_inclusion.progress.rules.facts import Item, Kind
from digital_inclusion.reporting.queries.uncounted import Asked, list_uncounted
from tests.factories.world import SYSTEM, World
from tests.support.files import DEVICE, LINE, ROW, counts, import_rows


def _undo(batch: ImportBatch) -> None:
    with write_transaction():
        use_scope(Scope(partner_id=batch.partner_id))
        undo_import(batch=session().get_one(ImportBatch, batch.id), by=SYSTEM)
    use_scope(EVERYTHING)


def _confirm_all(world: World) -> None:
    with write_transaction():
        use_scope(EVERYTHING)
        numbers = session().scalars(select(FactRow.number).where(FactRow.kind == "delivery").order_by(FactRow.number))
        confirm_evidence(facts=list(numbers), by=world.actor("verifier"))
    use_scope(EVERYTHING)


def _entries(posting: int) -> list[tuple[str, str, int, date]]:
    columns = (EntryRow.milestone, EntryRow.aspect, EntryRow.sign, EntryRow.occurred_on)
    rows = session().execute(select(*columns).where(EntryRow.posting == posting).order_by(EntryRow.id))
    return [tuple(one) for one in rows]  # type: ignore[misc]


def test_undo_takes_exactly_back_what_counted(world: World) -> None:
    batch = import_rows([ROW | DEVICE | LINE], world.partners["a"])
    _confirm_all(world)
    assert preview_undo(batch=batch, by=SYSTEM).of("connected", "verified") == -1  # type: ignore[union-attr]
    _undo(batch)
    undone = session().get_one(ImportBatch, batch.id, populate_existing=True)
    assert undone.state == "undone" and undone.undo_posting is not None
    posted = {entry for entry in _entries(undone.undo_posting) if entry[0] == "connected"}
    assert posted == {
        ("connected", "verified", -1, date(2026, 1, 12)),
        ("connected", "current", -1, date(2026, 1, 12)),
        ("connected", "current", 1, date(2027, 1, 12)),
    }
    net = select(func.coalesce(func.sum(EntryRow.sign), 0))
    assert session().scalar(net) == 0
    assert verify(session()).holds


def test_undone_file_can_come_in_again(world: World) -> None:
    batch = import_rows([ROW | DEVICE], world.partners["a"])
    _undo(batch)
    assert session().scalar(select(func.count()).select_from(SearchTerm)) == 0
    assert counts(import_rows([ROW | DEVICE], world.partners["a"])) == (1, 0, 0, 0, 0, 1)
    assert session().scalar(select(func.count()).select_from(Household)) == 2


def test_undo_is_refused_when_something_was_recorded_since(world: World) -> None:
    batch = import_rows([ROW | DEVICE], world.partners["a"])
    household = session().scalars(select(Household)).one()
    end = NewFact(kind=Kind.END, record_id=household.id, partner_id=household.partner_id, occurred_on=date(2026, 2, 1))
    with write_transaction():
        use_scope(EVERYTHING)
        post([end], cause="fact.ended", by=SYSTEM)
        session().info["audited"] = True
    use_scope(EVERYTHING)
    with pytest.raises(Conflict, match="1 households of this import have something recorded since"):
        preview_undo(batch=batch, by=SYSTEM)
    with write_transaction():
        fact = session().scalars(select(FactRow).where(FactRow.kind == "end")).one()
        post([void_of(fact, reason="mistake")], cause="fact.voided", by=SYSTEM)
        session().info["audited"] = True
    use_scope(EVERYTHING)
    assert preview_undo(batch=batch, by=SYSTEM) is not None  # what rested on it is void


def test_undo_of_a_later_batch_leaves_the_first_one_alone(world: World) -> None:
    first = import_rows([ROW], world.partners["a"])
    second = import_rows([ROW | DEVICE], world.partners["a"])
    with pytest.raises(Conflict):
        preview_undo(batch=first, by=SYSTEM)
    _undo(second)
    household = session().scalars(select(Household)).one()
    assert household.reference == "C1"
    _undo(session().get_one(ImportBatch, first.id, populate_existing=True))


def test_households_of_an_undone_import_are_in_no_list_and_take_nothing(world: World) -> None:
    batch = import_rows([ROW | DEVICE, ROW | {"Client ID": "C2", "Name": "Bo Other"}], world.partners["a"])
    import_rows([ROW | {"Client ID": "C3", "Name": "Cy Kept"}], world.partners["a"])
    gone = session().scalars(select(Household).where(Household.import_batch_id == batch.id)).all()
    by = world.actor("partner_lead_a")
    assert list_households(ListFilter(), by=by).total == 3
    _undo(batch)
    assert [row.head_name for row in list_households(ListFilter(), by=by).rows] == ["Cy Kept"]
    assert list_households(ListFilter(), by=by).total == 1
    waiting = list_uncounted(Asked(where=Filter()), by=by)
    assert ([row.head_name for row in waiting.rows], waiting.total) == (["Cy Kept"], 1)
    assert sum(session().scalars(select(ReasonCell.households).order_by(ReasonCell.reason))) == 1
    with pytest.raises(Conflict, match="was undone"):
        get_served(gone[0].code)
    again = NewDelivery(item=Item.DEVICE, occurred_on=date(2026, 1, 20), device_kind="tablet", donated=False)
    with write_transaction(), pytest.raises(NotFound):
        record_delivery(household_id=gone[0].id, delivery=again, cause="delivery.recorded", by=by)
    use_scope(EVERYTHING)
    assert get_page(gone[0].code, today=date(2026, 11, 1)).events  # its history stays
    assert session().scalar(select(func.count()).where(FactRow.record_id == gone[0].id)) or 0
    with write_transaction():
        refresh_standings(after=0)  # nightly
        session().info["audited"] = True
    assert session().scalar(select(func.count()).select_from(Standing)) == 1
    assert verify(session()).holds


def test_household_of_an_undone_import_can_be_erased(world: World) -> None:
    batch = import_rows([ROW | DEVICE], world.partners["a"])
    _undo(batch)
    household = session().scalars(select(Household)).one()
    assert get_served(household.code, even_undone=True).id == household.id
    with write_transaction():
        use_scope(Scope(partner_id=batch.partner_id))
        erase_household(household_id=household.id, reason="asked", by=world.actor("partner_lead_a"))
    use_scope(EVERYTHING)
    assert session().scalars(select(Household)).one().head_name == ""


def test_deliveries_of_an_undone_update_come_in_with_the_same_file_again(world: World) -> None:
    import_rows([ROW], world.partners["a"])
    second = import_rows([ROW | DEVICE], world.partners["a"])
    _undo(second)
    assert counts(import_rows([ROW | DEVICE], world.partners["a"])) == (0, 1, 0, 0, 0, 1)
    assert counts(import_rows([ROW | DEVICE], world.partners["a"])) == (0, 0, 1, 0, 0, 0)


def test_large_undo_takes_several_postings_and_can_go_on(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "PORTION", 2)
    monkeypatch.setitem(app.extensions, "dispatch_job", lambda _job_id: None)
    rows = [ROW | DEVICE | {"Client ID": f"C{n}", "Name": f"Ana T{n}", "Device 1 serial": f"SN{n}"} for n in range(5)]
    batch = import_rows(rows, world.partners["a"])
    by = world.actor("partner_lead_a")
    with write_transaction():
        use_scope(Scope(partner_id=batch.partner_id))
        request_undo(batch=session().get_one(ImportBatch, batch.id), by=by)
    assert undoing._undo_portion(batch.id, batch.partner_id, by)  # and then the worker was killed
    run_undo(batch_id=batch.id, partner_id=batch.partner_id, user_id=by.user_id)
    use_scope(EVERYTHING)
    assert session().get_one(ImportBatch, batch.id, populate_existing=True).state == "undone"
    assert session().scalar(select(func.count()).where(FactRow.kind == "void")) == 20
    assert session().scalar(select(func.count()).where(PostingRow.cause == "import.undone")) == 3
    assert verify(session()).holds


def test_undo_requested_twice_runs_once(world: World) -> None:
    batch = import_rows([ROW], world.partners["a"])
    by = world.actor("partner_lead_a")
    with write_transaction():
        use_scope(Scope(partner_id=batch.partner_id))
        request_undo(batch=session().get_one(ImportBatch, batch.id), by=by)
    for _time in range(2):
        run_undo(batch_id=batch.id, partner_id=batch.partner_id, user_id=by.user_id)
    use_scope(EVERYTHING)
    assert session().get_one(ImportBatch, batch.id, populate_existing=True).state == "undone"
    assert session().scalar(select(func.count()).where(FactRow.kind == "void")) == 3

"""The live stock and loans: every number opens its list, and what is due comes first."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.correcting import end_thing, extend_loan
from digital_inclusion.devices.actions.handing_over import Signed, hand_over_scanned
from digital_inclusion.devices.queries.loans import count_loans, list_loans
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid
from digital_inclusion.progress.actions.settings import apply_settings
from digital_inclusion.progress.models import FactRow
from tests.factories.devices import STROKES, device, is_ready, takes_in
from tests.factories.requests import asks_for, reserves
from tests.factories.served import serve
from tests.factories.world import SYSTEM, World, san_jose
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form
from tests.support.statements import count_statements

LINES = {"laptop": 3, "tablet": 1}


def _do(world: World, action: Any, who: str = "navigator_a", **arguments: Any) -> Any:
    use_scope(EVERYTHING)
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        done = action(by=by, **arguments)
    use_scope(EVERYTHING)
    return done


def _lends(world: World, number: int = 1, days: int | None = 10) -> tuple[Any, int]:
    """Lend a laptop for so many days from 20 days ago; return the household and the fact's number."""
    family, code = (
        serve(world, name=f"Family Number{number}", deliveries=()),
        is_ready(world, takes_in(world, f"5CD{number}44XYZ")),
    )
    on = clock.today() - timedelta(days=20)
    due = on + timedelta(days=days) if days is not None else None
    signed = Signed(how="screen", seen_by="", strokes=STROKES)
    given = {"household_id": family.id, "scanned": code, "on": on, "signed": signed, "grant_id": None}
    return family, _do(world, hand_over_scanned, loan_due_on=due, **given)


def test_every_number_of_the_stock_opens_its_list(client: FlaskClient, world: World) -> None:
    codes = [is_ready(world, takes_in(world, f"5CD{number}99ABC"), grade="F4") for number in range(2)]
    tablet = is_ready(world, takes_in(world, "TAB77X1Y2", kind="tablet"))
    takes_in(world, "5CD777XABC")
    is_ready(world, takes_in(world, "5CD888XABC", who="technician_b"), who="technician_b")
    signed_in(client, world, "technician_a")
    page = client.get("/devices/stock")
    check_page(page)
    assert "Ready 3" in page_text(page)
    for query, expected in (
        ("state=ready&kind=laptop", codes),
        ("state=ready&grade=F4", codes),
        ("state=ready&grade=F5", [tablet]),
        (f"state=ready&site={quote('Main')}", [*codes, tablet]),
        ("state=ready&age=week", [*codes, tablet]),
        ("state=ready&age=longer", []),
    ):
        path = f"/devices?{query}"
        listed = client.get(path)
        check_page(listed)
        assert (path.replace("&", "&amp;") in page.text) is bool(expected), query
        for code in (*codes, tablet):
            assert (code in listed.text) is (code in expected), query
    workshop = client.get("/devices?state=workshop")
    assert tablet not in workshop.text and "Quarantined" in workshop.text
    for wrong in ("state=nowhere", "kind=x", "grade=F9", "age=old", "site=%00"):
        check_page(client.get(f"/devices?{wrong}"))


def test_stock_takes_few_statements(client: FlaskClient, world: World) -> None:
    for number in range(3):
        is_ready(world, takes_in(world, f"5CD{number}99ABC"))
        asks_for(world, serve(world, name=f"Family Number{number}", deliveries=()).code, needs=["battery"])
    signed_in(client, world, "navigator_a")
    client.get("/devices/stock")
    with count_statements() as statements:
        page = client.get("/devices/stock")
    assert page.status_code == 200 and len(statements) <= 15


def test_city_sees_the_stock_of_all_and_nobody_in_line_by_unit(client: FlaskClient, world: World) -> None:
    is_ready(world, takes_in(world))
    is_ready(world, takes_in(world, "5CD888XABC", who="technician_b"), who="technician_b")
    signed_in(client, world, "program_manager")
    page = client.get("/devices/stock")
    check_page(page)
    assert "Ready 2" in page_text(page)


def test_loans_due_the_longest_overdue_first(client: FlaskClient, world: World) -> None:
    _lends(world, 1, 30)
    late, number = _lends(world, 2, 10)
    _lends(world, 3, None)
    signed_in(client, world, "navigator_a")
    page = client.get("/devices/loans")
    check_page(page)
    text = page_text(page)
    assert "1 device is overdue" in text and "10 days overdue" in text and "Number3" not in text
    assert text.index("Number2") < text.index("Number1")
    check_page(client.get(f"/households/{late.code}/facts/{number}/loan"))
    _do(world, end_thing, household_id=late.id, number=number, ended_on=clock.today(), reason="returned")
    use_scope(EVERYTHING)
    assert count_loans(clock.today()) == (1, 0)
    assert [loan.household for loan in list_loans()] == ["Family Number1"]
    assert list_loans(after=list_loans()[0].fact.number) == []
    use_scope(Scope(partner_id=world.partners["b"]))
    assert list_loans() == []


def test_loan_is_extended_and_the_unit_stays_out(world: World) -> None:
    family, number = _lends(world)
    until = clock.today() + timedelta(days=100)
    with pytest.raises(Invalid):
        _do(world, extend_loan, household_id=family.id, number=number, due_on=clock.today() - timedelta(days=15))
    _do(world, extend_loan, household_id=family.id, number=number, due_on=until)
    use_scope(EVERYTHING)
    (loan,) = list_loans()
    assert loan.fact.loan_due_on == until and loan.tag is not None
    assert (device(loan.tag).state, device(loan.tag).fact_number) == ("handed_over", loan.fact.number)
    assert (loan.fact.evidence_type, loan.fact.evidence_file_id is None) == ("scanned_label", False)
    kept = serve(world, name="Keeps It", deliveries=None)
    use_scope(EVERYTHING)
    fact = session().scalars(select(FactRow.number).where(FactRow.record_id == kept.id, FactRow.item == "device")).one()
    with pytest.raises(Conflict):
        _do(world, extend_loan, household_id=kept.id, number=fact, due_on=until)


def test_hand_over_asks_whether_they_keep_it(client: FlaskClient, world: World) -> None:
    family, code = serve(world, deliveries=()), is_ready(world, takes_in(world))
    signed_in(client, world, "navigator_a")
    at = f"/households/{family.code}/devices/scan"
    shown = post_form(client, at, {"scanned": code})
    check_page(shown)
    assert f'value="{(clock.today() + timedelta(days=365)).isoformat()}"' in shown.text
    data = {"scanned": code, "confirm": "1", "signed": "paper", "occurred_on": clock.today().isoformat()}
    empty = post_form(client, at, data | {"terms": "loan", "loan_due_on": ""})
    assert empty.status_code == 400 and "Please say until when." in page_text(empty)
    due = clock.today() + timedelta(days=30)
    assert post_form(client, at, data | {"terms": "loan", "loan_due_on": due.isoformat()}).status_code == 303
    use_scope(EVERYTHING)
    assert session().scalars(select(FactRow.loan_due_on).where(FactRow.loan_due_on.is_not(None))).all() == [due]


def test_kept_device_has_no_day_although_one_is_shown(client: FlaskClient, world: World) -> None:
    family, code = serve(world, deliveries=()), is_ready(world, takes_in(world))
    at = f"/households/{family.code}/devices/scan"
    data = {"scanned": code, "confirm": "1", "signed": "paper", "occurred_on": clock.today().isoformat(),
            "terms": "keeps", "loan_due_on": (clock.today() + timedelta(days=30)).isoformat()}  # fmt: skip
    assert post_form(signed_in(client, world, "navigator_a"), at, data).status_code == 303
    use_scope(EVERYTHING)
    assert session().scalars(select(FactRow.loan_due_on).where(FactRow.loan_due_on.is_not(None))).all() == []


def test_exception_is_offered_where_the_program_has_one(client: FlaskClient, world: World) -> None:
    first, second = (is_ready(world, takes_in(world, serial)) for serial in ("5CD1234ABC", "PF99ZZZ77"))
    family = serve(world, deliveries=())
    at = f"/households/{family.code}/devices/scan"
    data = {"confirm": "1", "signed": "paper", "occurred_on": clock.today().isoformat()}
    signed_in(client, world, "navigator_a")
    assert "The rule applies" not in page_text(post_form(client, at, {"scanned": first}))
    assert post_form(client, at, data | {"scanned": first}).status_code == 303
    shown = post_form(client, at, {"scanned": second})
    assert "The rule applies" in page_text(shown) and "study or work from home" in page_text(shown)
    silent = post_form(client, at, data | {"scanned": second, "more": "y"})
    check_page(silent)
    assert silent.status_code == 400 and "Please say why this household gets one more." in page_text(silent)
    use_scope(EVERYTHING)
    line = next(one for one in san_jose().splitlines() if one.startswith("more_when"))
    with write_transaction():
        apply_settings(san_jose().replace(line, 'more_when = ""'), by=SYSTEM)
    hidden = post_form(client, at, {"scanned": second})
    assert "The rule applies" not in page_text(hidden) and "The program allows no more." in page_text(hidden)
    forged = post_form(client, at, data | {"scanned": second, "more": "y", "more_why": "let me"})
    assert forged.status_code == 400 and "one of a kind" in page_text(forged)
    asked = post_form(client, f"/households/{family.code}/device-requests/new", {"kind": "laptop", "keyboard": ""})
    assert asked.status_code == 400 and "one of a kind" in page_text(asked)


def test_settings_without_a_word_about_devices_still_load(world: World) -> None:
    text = san_jose()
    start, end = text.index("[devices]"), text.index("[imports]")
    unconfirmed = [line for line in text.splitlines() if line.startswith('  "devices.')]
    old = text[:start] + text[end:]
    for line in unconfirmed:
        old = old.replace(f"{line}\n", "")
    use_scope(EVERYTHING)
    with write_transaction():
        apply_settings(old, by=SYSTEM)
    family, code = serve(world, deliveries=()), is_ready(world, takes_in(world))
    reserves(world, asks_for(world, family.code), code)
    assert device(code).state == "reserved"

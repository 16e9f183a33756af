"""A lot from its donor's list to the receiving table: shown before it is written, scanned, compared, closed."""

import io
import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from digital_inclusion.devices.actions.moving import Place
from digital_inclusion.devices.actions.pledging import NewLot, note_lot
from digital_inclusion.devices.actions.receiving import scan_unit
from digital_inclusion.devices.actions.taking_in import Described
from digital_inclusion.devices.models import Device, DeviceMove, Donation
from digital_inclusion.devices.queries.lots import count_lot, get_lot
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel.errors import Invalid, NotFound
from tests.factories.devices import device, goes, takes_in
from tests.factories.media import certified, lists
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, parse, post_form

NEW = "/devices/lots/new"
LIST = (
    "Type\tMake\tModel\tSerial\nNotebook\tHP\t840 G3\t5CD0001AAA\nTablet\tApple\tiPad\tDMPX0002BB\nMonitor\tDell\tP24\t"
)


def notes(world: World, lines: str = LIST, *, who: str = "technician_a", donor: str = "Acme Giving") -> str:
    """Note a lot as a technician does; return its code."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        code = note_lot(lot=NewLot(donor=donor, contact="giver@example.org"), lines=lines, chosen={}, by=by).code
    use_scope(EVERYTHING)
    return code


def scans(
    world: World, lot: str, word: str | None, *, who: str = "technician_a", kind: str | None = None
) -> str | None:
    """Scan as a technician does; return the unit's code, None when somebody must say what it is."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    unit = Described(kind=kind, serial=word) if kind else None
    try:
        with write_transaction():
            came = scan_unit(lot=get_lot(lot), word=word, unit=unit, place=Place(site="Main"), by=by).device
            return came.code if came is not None else None
    finally:
        use_scope(EVERYTHING)


def counted(lot: str) -> dict[str, int]:
    session().rollback()
    use_scope(EVERYTHING)
    return count_lot(get_lot(lot))


def units() -> int:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalar(select(func.count(Device.id))) or 0


def test_list_is_shown_before_it_is_written(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "technician_a")
    check_page(client.get(NEW))
    takes_in(world, "5CD0001AAA")
    typed = {
        "donor": "Acme Giving",
        "contact": "giver@example.org",
        "lines": LIST + "\nTV\tLG\t\tT1\nPhone\t\t\t6.37E+15",
    }
    shown = post_form(client, NEW, typed)
    check_page(shown)
    text = page_text(shown)
    assert "2 devices would be noted" in text and "3 rows stay out." in text
    assert "It is here already, as device" in text and "spreadsheet turned this serial number" in text
    assert units() == 1
    fields = hidden_fields(shown, NEW) | typed | {"words-0-kind": ""}
    again = client.post(NEW, data=fields | {"words-0-kind": "monitor"})
    check_page(again)  # what was changed is shown once more
    assert "3 devices would be noted" in page_text(again) and units() == 1
    made = client.post(NEW, data=hidden_fields(again, NEW) | typed | {"words-0-kind": "monitor"})
    assert made.status_code == 303 and units() == 4
    page = client.get(made.location)
    check_page(page)
    assert "0 of 3 promised devices came" in page_text(page) and "Acme Giving" in page_text(page)
    event = session().scalars(select(AuditEvent).where(AuditEvent.name == "donation.noted")).one()
    assert event.details == {"pledged": 3, "refused": 2}


def test_file_is_read_into_lines_that_can_be_corrected(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "technician_a")
    file = (io.BytesIO(b"Category;Manufacturer;Serial\rLaptop;HP;AAA1111\rLaptop;HP;AAA1111\r"), "list.csv")
    shown = post_form(client, NEW, {"donor": "Acme", "file": file})
    check_page(shown)
    assert "1 device would be noted" in page_text(shown) and "The same serial number is in row 2 already." in page_text(
        shown
    )
    lines = next(one.text for one in check_page(shown).iter("textarea") if one.get("name") == "lines")
    made = client.post(
        NEW, data=hidden_fields(shown, NEW) | {"donor": "Acme", "lines": (lines or "").replace("\n", "\r\n")}
    )
    assert made.status_code == 303 and units() == 1
    assert session().scalars(select(Donation)).one().manifest_name == "list.csv"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "The file is empty."), (b"Name,Birth date\nA,1980-01-01\n", "We found no devices in this file."),
     (b"%PDF-1.7 \n", "This is not a spreadsheet but")],
)  # fmt: skip
def test_file_that_lists_no_devices(client: FlaskClient, world: World, content: bytes, sentence: str) -> None:
    signed_in(client, world, "technician_a")
    shown = post_form(client, NEW, {"donor": "Acme", "file": (io.BytesIO(content), "list.csv")})
    check_page(shown)
    assert shown.status_code == 400 and sentence in page_text(shown)


def test_same_list_twice_creates_nothing(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "technician_a")
    lines = "Laptop, HP, 840\nLaptop, HP, 840"  # no serial number tells them apart
    first = notes(world, lines)
    typed = {"donor": "Acme", "lines": lines}
    shown = post_form(client, NEW, typed)
    assert "This very list is a lot already" in page_text(shown) and first in page_text(shown)
    refused = client.post(NEW, data=hidden_fields(shown, NEW) | typed)
    assert refused.status_code == 400 or "Nothing was written" in page_text(refused)
    assert units() == 2
    meant = client.post(NEW, data=hidden_fields(shown, NEW) | typed | {"again": "y"})
    made = client.post(NEW, data=hidden_fields(meant, NEW) | typed | {"again": "y"})
    assert made.status_code == 303 and units() == 4


def test_replayed_form_notes_one_lot(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "technician_a")
    fields = hidden_fields(client.get(NEW), NEW) | {"donor": "A walk-in donor"}
    first, second = client.post(NEW, data=fields), client.post(NEW, data=fields)
    assert first.status_code == second.status_code == 303 and first.location == second.location
    use_scope(EVERYTHING)
    assert session().scalar(select(func.count(Donation.id))) == 1


def test_longest_list_goes_through_the_form(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "technician_a")
    rows = "\n".join(f"Laptop,Lenovo,ThinkPad T480s,SER{number:07}X" for number in range(20_000))
    file = FileStorage(io.BytesIO(f"Type,Make,Model,Serial\n{rows}\n".encode()), "list.csv", content_type="text/csv")
    shown = _send(client, hidden_fields(client.get(NEW), NEW) | {"donor": "A company", "file": file})
    assert "20000 devices would be noted" in page_text(shown).replace(",", "")
    lines = next(one.text for one in parse(shown).iter("textarea") if one.get("name") == "lines") or ""
    typed = {"donor": "A company", "lines": lines.replace("\n", "\r\n")}  # as a browser sends it
    made = _send(client, hidden_fields(shown, NEW) | typed)
    assert made.status_code == 303 and units() == 20_000
    moves = session().execute(select(DeviceMove.to_state, func.count(DeviceMove.id)).group_by(DeviceMove.to_state))
    assert [tuple(row) for row in moves] == [("pledged", 20_000)]
    assert session().scalar(select(func.count(AuditEvent.id)).where(AuditEvent.name == "donation.noted")) == 1


def _send(client: FlaskClient, fields: dict[str, Any]) -> TestResponse:
    """Send the form as a browser does, from memory: the test client would leave a temporary file open."""
    boundary, body = encode_multipart(fields)
    return client.post(NEW, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def test_promised_against_came(client: FlaskClient, world: World) -> None:
    lot = notes(world)
    known = scans(world, lot, "5cd-0001-aaa")
    assert known is not None and device(known).state == "quarantined" and device(known).site == "Main"
    assert scans(world, lot, "UNKNOWN-77") is None  # somebody must say what it is
    assert scans(world, lot, "UNKNOWN-77", kind="phone") is not None
    assert scans(world, lot, None, kind="router") is not None
    use_scope(EVERYTHING)
    assert get_lot(lot).received_on is not None
    signed_in(client, world, "technician_a")
    form = f"/devices/{known}/change"
    check_page(client.get(form))
    changed = {"kind": "laptop", "maker": "HP", "model": "820 G1", "serial": "5CD0001AAA"}
    assert post_form(client, form, changed).status_code == 303
    assert counted(lot) == {"promised": 3, "came": 1, "missing": 2, "extra": 2, "different": 1}
    for shown in ("came", "missing", "extra", "different"):
        check_page(client.get(f"/devices/lots/{lot}?show={shown}"))
    assert "840 G3" in page_text(client.get(f"/devices/lots/{lot}?show=different"))
    assert post_form(client, form, changed | {"serial": "UNKNOWN77"}).status_code == 400  # another unit's
    close = f"/devices/lots/{lot}/close"
    check_page(client.get(close))
    assert post_form(client, close).status_code == 303
    assert "2 devices did not come" in page_text(client.get(f"/devices/lots/{lot}"))
    receive = f"/devices/lots/{lot}/receive"
    assert "This lot is closed" in page_text(post_form(client, receive, {"scanned": "DMPX0002BB"}))


def test_receiving_table_keeps_the_place_and_asks_only_for_the_unknown(client: FlaskClient, world: World) -> None:
    lot = notes(world)
    signed_in(client, world, "technician_a")
    receive = f"/devices/lots/{lot}/receive"
    field = next(one for one in check_page(client.get(receive)).iter("input") if one.get("name") == "scanned")
    assert field.get("autofocus") is not None
    came = post_form(client, receive, {"scanned": "5CD0001AAA", "site": "Main", "shelf": "B2"})
    assert came.status_code == 303 and "site=Main" in came.location and "shelf=B2" in came.location
    page = client.get(came.location)
    check_page(page)
    assert "is taken in: Laptop HP 840 G3" in page_text(page)
    twice = post_form(client, receive, {"scanned": "5CD0001AAA"})
    assert twice.status_code == 400 and "is here already, as device" in page_text(twice)
    check_page(twice)
    asked = post_form(client, receive, {"scanned": "NEW-123"})
    check_page(asked)
    assert "The list does not name this device" in page_text(asked)
    assert (
        client.post(receive, data=hidden_fields(asked, receive) | {"scanned": "NEW-123", "kind": "tablet"}).status_code
        == 303
    )
    without = post_form(client, receive, {"without": "y"})
    check_page(without)
    assert client.post(receive, data=hidden_fields(without, receive) | {"kind": "monitor"}).status_code == 303
    assert "Scan or type a serial number" in page_text(post_form(client, receive, {}))
    foreign = post_form(client, receive, {"scanned": "https://example.org/menu"})
    assert "This QR code is not one of our labels" in page_text(foreign)
    assert counted(lot) == {
        "promised": 3,
        "came": 2,
        "missing": 1,
        "extra": 1,
        "different": 0,
    }  # a monitor was promised


def test_unit_that_another_lot_promised_stays_in_that_lot(world: World) -> None:
    first, second = notes(world), notes(world, "Laptop, HP, 840, ZZZ0009")
    code = scans(world, second, "DMPX0002BB")
    assert code is not None and device(code).donation_id == get_lot(first).id
    assert counted(first)["came"] == 1 and counted(second) == {
        "promised": 1, "came": 0, "missing": 1, "extra": 0, "different": 0,
    }  # fmt: skip


def test_unit_promised_without_a_serial_number_is_met_by_its_kind(world: World) -> None:
    lot = notes(world, "Laptop, HP, 840\nLaptop, Dell, 5490\nMonitor, Dell, P24")
    scans(world, lot, "FIRST-0001", kind="laptop")
    scans(world, lot, None, kind="monitor")
    scans(world, lot, "SECOND-0002", kind="laptop")
    scans(world, lot, "THIRD-0003", kind="laptop")
    assert counted(lot) == {"promised": 3, "came": 3, "missing": 0, "extra": 1, "different": 0}


def test_two_technicians_scan_the_same_serial_at_once(app: Flask, world: World) -> None:
    lot = notes(world)
    for word, kind in (("5CD0001AAA", None), ("BRANDNEW-9", "laptop")):
        barrier, told = threading.Barrier(2, timeout=30), list[str]()

        def scan(word: str = word, kind: str | None = kind) -> None:
            with app.app_context():
                barrier.wait()  # noqa: B023 - both run within this turn
                try:
                    scans(world, lot, word, kind=kind)
                except Invalid as error:
                    told.append(error.sentence)  # noqa: B023
                finally:
                    db.session.remove()

        both = [threading.Thread(target=scan) for _one in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert len(told) == 1 and "is here already, as device" in told[0]
    assert counted(lot)["came"] == 1 and counted(lot)["extra"] == 1


def test_lot_of_another_partner_is_not_there(client: FlaskClient, world: World) -> None:
    lot = notes(world)
    with pytest.raises(NotFound):
        scans(world, lot, "5CD0001AAA", who="technician_b")
    signed_in(client, world, "technician_b")
    for path in ("", "/receive", "/close", "/erase-donor"):
        assert client.get(f"/devices/lots/{lot}{path}").status_code == 404
    assert lot not in page_text(client.get("/devices/lots"))
    assert client.get(f"/devices/labels?lot={lot}").status_code == 404


def test_serial_in_two_organizations_is_told_to_the_city_alone(client: FlaskClient, world: World) -> None:
    notes(world)
    other = notes(world, who="technician_b")
    assert counted(other)["missing"] == 3  # accepted
    shown = signed_in(client, world, "program_manager").get("/devices/same-serials")
    check_page(shown)
    assert "5CD0001AAA" in page_text(shown) and "Partner A" in page_text(shown) and "Partner B" in page_text(shown)
    for who in ("technician_a", "partner_lead_b", "navigator_a"):
        assert signed_in(client, world, who).get("/devices/same-serials").status_code == 403
    assert "Partner B" not in page_text(signed_in(client, world, "technician_a").get("/devices/lots"))


@pytest.mark.parametrize("who", ["technician_a", "partner_lead_a", "program_manager"])
def test_donor_is_forgotten(client: FlaskClient, world: World, who: str) -> None:
    lot = notes(world, donor="Jane Giver")
    signed_in(client, world, who)
    page = f"/devices/lots/{lot}/erase-donor"
    check_page(client.get(page))
    assert post_form(client, page).status_code == 303
    use_scope(EVERYTHING)
    found = session().scalars(select(Donation)).one()
    assert (found.donor, found.donor_contact, found.note) == ("", None, None)
    told = " ".join(str(one.details) for one in session().scalars(select(AuditEvent)))
    assert "Jane" not in told and "giver@" not in told
    check_page(client.get(f"/devices/lots/{lot}"))
    assert "Jane Giver" not in page_text(client.get("/devices/lots"))


def test_navigators_and_validators_learn_of_no_donor(client: FlaskClient, world: World) -> None:
    lot = notes(world)
    for who in ("navigator_a", "sanitization_validator_a"):
        signed_in(client, world, who)
        assert [client.get(at).status_code for at in ("/devices/lots", f"/devices/lots/{lot}")] == [403, 403]


def test_auditor_reads_lots_and_erases_nothing(client: FlaskClient, world: World) -> None:
    lot = notes(world)
    signed_in(client, world, "auditor")
    check_page(client.get("/devices/lots"))
    check_page(client.get(f"/devices/lots/{lot}"))
    for path in ("/receive", "/close", "/erase-donor"):
        assert client.get(f"/devices/lots/{lot}{path}").status_code == 403


def test_labels_of_a_lot(client: FlaskClient, world: World) -> None:
    lot = notes(world)
    code = scans(world, lot, "5CD0001AAA")
    signed_in(client, world, "technician_a")
    page = client.get(f"/devices/labels?lot={lot}")
    check_page(page)
    assert str(code) in page_text(page)
    form = "/devices/labels"
    for sheet in ("5160", "5163", "22806", "roll"):
        made = post_form(client, form, {"scanned": f"{code}\nDMPX0002BB\n", "sheet": sheet, "start": "1"})
        assert made.mimetype == "application/pdf" and made.data.startswith(b"%PDF")
    wrong = post_form(client, form, {"scanned": "NO-SUCH", "sheet": "5160", "start": "1"})
    check_page(wrong)
    assert wrong.status_code == 400 and "We know no device with: NO-SUCH." in page_text(wrong)
    late = post_form(client, form, {"scanned": str(code), "sheet": "roll", "start": "2"})
    assert late.status_code == 400 and "This sheet has the places 1 to 1." in page_text(late)


def test_label_scanned_as_it_was_printed(world: World) -> None:
    code = takes_in(world)
    goes(world, f"https://devices.example.gov/d/{code}", "sanitizing")
    assert device(code).state == "sanitizing"


def test_public_page_of_a_label(client: FlaskClient, world: World) -> None:
    lot = notes(world)
    code = scans(world, lot, "5CD0001AAA")
    page = client.get(f"/d/{code}")
    check_page(page)
    text = page_text(page)
    assert "This device belongs to" in text and "Wiped" not in text
    assert "HP 840" not in text and "5CD0001AAA" not in text and "Partner A" not in text
    pledged = session().scalars(select(Device.code).where(Device.state == "pledged").order_by(Device.id)).first()
    assert client.get(f"/d/{pledged}").status_code == 404


def test_public_page_tells_of_the_wipe_when_every_medium_has_its_certificate(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A", "WD-2222222B")
    first = certified(world, code, 1)
    assert "Wiped" not in page_text(client.get(f"/d/{code}"))  # one of two is no proof
    second = certified(world, code, 2)
    page = client.get(f"/d/{code}")
    check_page(page)
    assert "Wiped to the standard NIST SP 800-88, on" in page_text(page)
    assert first in page_text(page) and second in page_text(page)
    spanish = client.get(f"/d/{code}", headers={"Accept-Language": "es"})
    check_page(spanish)
    assert f"certificado {first}" in page_text(spanish)

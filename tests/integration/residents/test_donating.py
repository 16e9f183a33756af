"""Give devices and follow them, as a donor's browser does."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.agenda.models import Booking
from digital_inclusion.agenda.queries.slots import find_booking
from digital_inclusion.devices.actions import donating
from digital_inclusion.devices.models import Device, DeviceMove, Donation, Pledge
from digital_inclusion.devices.rules.manifest import MOST_PUBLIC
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.pins import PER_PAIR
from tests.factories.agenda import offers
from tests.factories.devices import takes_in
from tests.factories.world import World
from tests.integration.devices.test_receiving import scans
from tests.support.donating import (
    CONTACT,
    DONATE,
    NAME,
    confirms,
    filled,
    follows,
    gives,
    opens_workshop,
    reference_and_pin,
    shows,
    standing,
)
from tests.support.pages import check_page, hidden_fields, page_text, post_form
from tests.support.shared import shared_file

PAGES = (DONATE, "/donate/sent", "/donate/follow")


@pytest.fixture
def open_workshop(world: World) -> World:
    """A world in which partner A takes devices and picks them up."""
    opens_workshop(world)
    return world


def stored() -> tuple[int, int, int]:
    """Return how many lots, pledges and units there are."""
    session().rollback()
    use_scope(EVERYTHING)
    lots, pledged, units = (session().scalar(select(func.count(one.id))) or 0 for one in (Donation, Pledge, Device))
    return lots, pledged, units


def lot_of(reference: str) -> Donation:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalars(select(Donation).where(Donation.code == reference)).one()


@pytest.mark.parametrize("url", PAGES)
def test_donate_pages_open_and_are_kept_nowhere(client: FlaskClient, world: World, url: str) -> None:
    page = client.get(url)
    check_page(page)
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", PAGES)
def test_donate_pages_open_before_any_settings(client: FlaskClient, app: Flask, url: str) -> None:
    check_page(client.get(url))


def test_pledge_goes_from_numbers_to_reference_and_pin(client: FlaskClient, open_workshop: World) -> None:
    typed = filled(open_workshop, tablet="1")
    shown = shows(client, typed)
    check_page(shown)
    assert "Devices you give: 3" in page_text(shown) and stored() == (0, 0, 0)
    sent = confirms(client, shown, typed)
    assert (sent.status_code, sent.location) == (303, "/donate/sent")
    page = client.get("/donate/sent")
    check_page(page)
    reference, pin = reference_and_pin(page)
    assert "Partner A knows of it now" in page_text(page) and "Español" not in page_text(page)
    assert stored() == (1, 1, 3)
    lot = lot_of(reference)
    assert (lot.donor, lot.donor_contact, lot.donor_kind, lot.way) == (NAME, CONTACT, "person", "call")
    assert lot.partner_id == open_workshop.partners["a"] and lot.received_on is None
    states = session().execute(select(Device.kind, Device.state, Device.serial_key).order_by(Device.id)).all()
    assert [tuple(row) for row in states] == [("laptop", "pledged", None)] * 2 + [("tablet", "pledged", None)]
    assert set(session().scalars(select(DeviceMove.moved_by).order_by(DeviceMove.id))) == {None}
    again = client.get("/donate/sent")
    check_page(again)
    assert reference not in page_text(again) and "was shown already" in page_text(again)
    assert follows(client, reference, pin).location == "/donate/pledge"


def test_changed_form_is_shown_once_more(client: FlaskClient, open_workshop: World) -> None:
    typed = filled(open_workshop)
    shown = shows(client, typed)
    again = confirms(client, shown, typed | {"laptop": "9"})
    check_page(again)
    assert "Devices you give: 9" in page_text(again) and stored() == (0, 0, 0)
    assert confirms(client, again, typed | {"laptop": "9"}).status_code == 303 and stored()[2] == 9


def test_sent_twice_is_one_pledge(client: FlaskClient, open_workshop: World) -> None:
    typed = filled(open_workshop)
    shown = shows(client, typed)
    data = typed | hidden_fields(shown, DONATE)
    first, second = client.post(DONATE, data=data), client.post(DONATE, data=data)
    assert first.location == second.location == "/donate/sent" and stored() == (1, 1, 2)
    reference_and_pin(client.get("/donate/sent"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"name": None}, "Please write your name"), ({"contact": "call me"}, "This is not a phone number."),
     ({"contact": "a@b"}, "This is not an email address."), ({"kind": None}, "Please choose one."),
     ({"kind": "ghost"}, "Not a valid choice"), ({"way": None}, "Please choose how the devices come to us."),
     ({"taker": "999999"}, "Not a valid choice"), ({"taker": None}, "Please choose one."),
     ({"laptop": "-1"}, "Write a whole number from 0 to 2,000."), ({"laptop": "0"}, "Please say what you give"),
     ({"laptop": "2000", "tablet": "1"}, "That is more than 2,000 devices."), ({"laptop": "many"}, "Not a valid"),
     ({"lines": "9999 laptops"}, "That is more than 2,000 devices.")],
)  # fmt: skip
def test_mistakes_are_told_and_what_was_typed_stays(
    client: FlaskClient, open_workshop: World, changes: dict[str, Any], sentence: str
) -> None:
    opens_workshop(open_workshop, "b")
    page = shows(client, filled(open_workshop, **changes))
    check_page(page)
    assert page.status_code == 400 and sentence in page_text(page) and stored() == (0, 0, 0)
    if "contact" not in changes:
        assert CONTACT in page.get_data(as_text=True)


def test_pick_up_needs_an_address_and_somebody_who_fetches(client: FlaskClient, open_workshop: World) -> None:
    typed = filled(open_workshop, way="pick_up")
    shown = shows(client, typed)
    page = confirms(client, shown, typed)
    check_page(page)
    assert page.status_code == 400 and "where we can pick the devices up" in page_text(page)
    reference, pin = gives(client, open_workshop, way="pick_up", pick_up_at="12 Hidden Lane")
    assert lot_of(reference).pick_up_at == "12 Hidden Lane"
    follows(client, reference, pin)
    assert "12 Hidden Lane" in page_text(client.get("/donate/pledge"))
    opens_workshop(open_workshop, fetches=False)
    assert "Please pick them up" not in page_text(client.get(DONATE))
    assert shows(client, typed).status_code == 400


def test_where_nobody_takes_devices_the_city_does(client: FlaskClient, world: World) -> None:
    typed = filled(world, "city")
    assert "City of Testing takes them." in page_text(client.get(DONATE))
    sent = confirms(client, shows(client, typed), typed)
    assert sent.status_code == 303
    reference, _pin = reference_and_pin(client.get("/donate/sent"))
    assert lot_of(reference).partner_id == world.partners["city"]


def test_two_takers_are_chosen_between(client: FlaskClient, open_workshop: World) -> None:
    opens_workshop(open_workshop, "b")
    page = client.get(DONATE)
    check_page(page)
    assert "b Depot Way" in page_text(page)
    typed = filled(open_workshop, "b")
    assert confirms(client, shows(client, typed), typed).status_code == 303
    assert session().scalar(select(Pledge.partner_id)) == open_workshop.partners["b"]


def test_time_is_chosen_changed_cancelled(client: FlaskClient, open_workshop: World) -> None:
    first, second = offers(open_workshop, weeks=2)
    (other,) = offers(open_workshop, who="technician_b")
    typed = filled(open_workshop, way="drop_off")
    shown = shows(client, typed)
    check_page(shown)
    html = shown.get_data(as_text=True)
    assert first in html and second in html and other not in html
    asked = confirms(client, shown, typed)
    check_page(asked)
    assert asked.status_code == 400 and "Please choose a time." in page_text(asked) and stored() == (0, 0, 0)
    assert confirms(client, asked, typed | {"slot": first}).status_code == 303
    sent = client.get("/donate/sent")
    check_page(sent)
    reference, pin = reference_and_pin(sent)
    assert "1 Depot Way" in page_text(sent)
    follows(client, reference, pin)
    check_page(client.get("/donate/pledge"))
    check_page(client.get("/donate/pledge/time"))
    moved = post_form(client, "/donate/pledge/time", {"slot": second})
    assert moved.status_code == 303
    use_scope(EVERYTHING)
    booking = find_booking(reference)
    assert booking is not None and booking.slot.code == second
    for wrong in (other, "2345-6789", "x"):
        assert post_form(client, "/donate/pledge/time", {"slot": wrong}).status_code == 400
    assert post_form(client, "/donate/pledge/time", {"slot": "call"}).status_code == 303
    session().rollback()
    use_scope(EVERYTHING)
    assert find_booking(reference) is None
    assert "calls or writes to you" in page_text(client.get("/donate/pledge"))


def test_time_taken_meanwhile_names_the_next_and_keeps_everything(client: FlaskClient, open_workshop: World) -> None:
    first, _second = offers(open_workshop, weeks=2)
    typed = filled(open_workshop, way="drop_off")
    shown = shows(client, typed)
    assert gives(client, open_workshop, way="drop_off", slot=first)
    late = confirms(client, shown, typed | {"slot": first})
    check_page(late)
    assert late.status_code == 400 and "fully booked. The next free one is" in page_text(late)
    assert NAME in late.get_data(as_text=True) and stored()[0] == 1


def test_list_is_read_shown_and_explained_once(client: FlaskClient, open_workshop: World) -> None:
    content = (
        "Owner,Category,Manufacturer,Model,Serial\nMary Private,Box,Dell,OptiPlex 7050,AAA1111\n,Box,HP,,6.37E+15\n"
    )
    typed = filled(open_workshop, laptop=None)
    shown = shows(client, typed | {"file": (io.BytesIO(content.encode()), "mary.csv")})
    check_page(shown)
    text = page_text(shown)
    assert "Devices you give: 1" in text and "spreadsheet turned this serial number" in text and "Mary" not in text
    done = confirms(client, shown, typed)
    assert done.status_code == 303 and stored() == (1, 1, 1)
    device = session().scalars(select(Device)).one()
    assert (device.kind, device.maker, device.serial) == ("desktop", "Dell", "AAA1111")


def test_words_for_so_many_are_that_many(client: FlaskClient, open_workshop: World) -> None:
    gives(client, open_workshop, laptop=None, lines="5 laptops\n3 x iPad, Apple\nLaptop, HP, 840, 5CD1")
    session().rollback()
    use_scope(EVERYTHING)
    rows = session().execute(select(Device.kind, func.count()).group_by(Device.kind).order_by(Device.kind)).all()
    assert [tuple(row) for row in rows] == [("laptop", 6), ("tablet", 3)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "The file is empty."), (b"Name,Birth date\nA,1980-01-01\n", "We found no devices in this file."),
     (b"%PDF-1.7 \n", "This is not a spreadsheet but"),
     (b"Type,Serial\n" + b"Laptop,\n" * (MOST_PUBLIC + 1), "That is more than 2,000 devices.")],
)  # fmt: skip
def test_hostile_or_wrong_file_is_refused_with_a_sentence(
    client: FlaskClient, open_workshop: World, content: bytes, sentence: str
) -> None:
    page = shows(client, filled(open_workshop, laptop=None) | {"file": (io.BytesIO(content), "100% mine.csv")})
    check_page(page)
    assert page.status_code == 400 and sentence in page_text(page) and stored() == (0, 0, 0)


def test_file_larger_than_anybody_may_send(client: FlaskClient, open_workshop: World) -> None:
    form, kind = b"x" * 2_400_000, "multipart/form-data; boundary=x"
    assert client.post(DONATE, data=form, content_type=kind).status_code == 413


@pytest.mark.parametrize(
    ("name", "kinds", "refused"),
    [("export_devices.csv", ["laptop"], 0), ("basic.csv", ["desktop"], 0), ("placeholder_test.xlsx", ["laptop"], 0),
     ("snipeit_assets-sample.csv", None, 0), ("bom_test_Client.csv", None, -1),
     ("ensure_households_Client.csv", None, -1), ("ensure_households_Enrollment.csv", None, -1),
     ("invalid_rows.xlsx", None, -1), ("rdi_import_50_hh_50_ind.xlsx", None, -1)],
)  # fmt: skip
def test_every_list_of_others_is_taken_or_refused(
    client: FlaskClient, open_workshop: World, name: str, kinds: list[str] | None, refused: int
) -> None:
    """Lists of devices go in; an unknown word is asked about once; lists of people are none of ours."""
    content = shared_file(f"uploads/{name}").read_bytes()
    typed = filled(open_workshop, laptop=None)
    shown = shows(client, typed | {"file": (io.BytesIO(content), name)})
    check_page(shown)
    if refused == -1:
        assert shown.status_code == 400 and "We found no devices in this file." in page_text(shown)
        assert stored() == (0, 0, 0)
        return
    words = {field: choice or "laptop" for field, choice in standing(shown).items() if field.endswith("-kind")}
    if words and confirms(client, shown, typed | words).status_code == 200:
        shown = confirms(client, shown, typed | words)
    assert confirms(client, shown, typed | words).status_code == 303
    use_scope(EVERYTHING)
    found = list(session().scalars(select(Device.kind).order_by(Device.id)))
    assert kinds is None or set(found) == set(kinds)
    assert found and "gmccrackem2a" not in json.dumps([one.declared for one in session().scalars(select(Device))])


def test_public_page_tells_nothing_of_what_is_in_the_house(client: FlaskClient, open_workshop: World) -> None:
    code = takes_in(open_workshop, "5CD9999ZZZ")
    typed = filled(open_workshop, laptop=None, lines="Laptop, HP, 840, 5CD9999ZZZ\nLaptop, HP, 840, 5CD0000NEW")
    shown = shows(client, typed)
    assert "Devices you give: 2" in page_text(shown) and code not in page_text(shown)
    assert confirms(client, shown, typed).status_code == 303
    assert stored() == (1, 1, 3)
    keys = list(session().scalars(select(Device.serial_key).order_by(Device.id)))
    assert keys == ["5CD9999ZZZ", None, "5CD0000NEW"]


def test_pledges_from_one_address_are_limited(client: FlaskClient, open_workshop: World) -> None:
    for _time in range(donating.SENT_PER_ADDRESS):
        gives(client, open_workshop)
    typed = filled(open_workshop)
    page = confirms(client, shows(client, typed), typed)
    check_page(page)
    assert page.status_code == 429 and NAME in page.get_data(as_text=True)
    assert stored()[0] == donating.SENT_PER_ADDRESS


def test_follow_tells_wrong_reference_and_wrong_pin_alike(client: FlaskClient, open_workshop: World) -> None:
    reference, pin = gives(client, open_workshop)
    other = "0" * 6 if pin != "0" * 6 else "1" * 6
    told = set()
    for code, typed in ((reference, other), ("7KQM-2R9X", pin), ("not a code", pin)):
        page = follows(client, code, typed)
        check_page(page)
        assert page.status_code == 400
        told.add(page_text(page).split("There is a problem")[1])
    assert len(told) == 1
    for _time in range(PER_PAIR):
        follows(client, reference, "x")
    assert follows(client, reference, pin).status_code == 429


def test_pages_of_a_pledge_are_closed_without_reference_and_pin(client: FlaskClient, open_workshop: World) -> None:
    reference, pin = gives(client, open_workshop)
    for path in ("", "/time", "/receipt", "/erase"):
        assert client.get(f"/donate/pledge{path}").location == "/donate/follow"
    follows(client, reference, pin)
    assert post_form(client, "/donate/pledge/leave", page="/donate/pledge").location == "/donate/follow"
    assert client.get("/donate/pledge").location == "/donate/follow"
    follows(client, reference, pin)
    with clock.frozen(clock.now() + timedelta(minutes=21)):
        assert client.get("/donate/pledge").location == "/donate/follow"


@pytest.mark.parametrize("locale", ["en", "es", "vi", "zh"])
def test_receipt_says_what_came_and_no_value(client: FlaskClient, open_workshop: World, locale: str) -> None:
    reference, pin = gives(client, open_workshop, laptop="1", lines="Laptop, HP, 840, 5CD0001AAA", name="张伟 Giver")
    follows(client, reference, pin)
    assert client.get("/donate/pledge/receipt").location == "/donate/pledge"  # nothing came
    scans(open_workshop, reference, "5CD0001AAA")
    page = client.get("/donate/pledge")
    check_page(page)
    assert "Devices that came: 1" in page_text(page)
    assert client.get("/donate/pledge/time").location == "/donate/pledge"
    with client.session_transaction() as browser:
        browser["locale"] = locale
    paper = client.get("/donate/pledge/receipt")
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF") and paper.headers["Cache-Control"] == "no-store"


def test_erased_pledge_forgets_everybody_and_waits_for_nothing(client: FlaskClient, open_workshop: World) -> None:
    (slot,) = offers(open_workshop)
    reference, pin = gives(client, open_workshop, way="drop_off", slot=slot)
    follows(client, reference, pin)
    check_page(client.get("/donate/pledge/erase"))
    assert post_form(client, "/donate/pledge/erase").location == "/donate/follow"
    lot = lot_of(reference)
    assert (lot.donor, lot.donor_contact, lot.donor_kind, lot.pick_up_at) == ("", None, None, None)
    assert lot.closed_at is not None and session().scalar(select(Booking.state)) == "cancelled"
    pledge = session().scalars(select(Pledge)).one()
    assert (pledge.pin_hash, pledge.shown_digest) == ("", "") and pledge.erased_at is not None
    assert follows(client, reference, pin).status_code == 400
    assert stored() == (1, 1, 2)  # the units stay on record as promised

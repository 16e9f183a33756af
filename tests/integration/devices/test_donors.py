"""Who takes devices, and the links by which donors look on."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.agenda.models import Booking
from digital_inclusion.devices.actions import donors
from digital_inclusion.devices.actions.donating import DONOR, Offered, send_pledge
from digital_inclusion.devices.actions.receiving import erase_donor
from digital_inclusion.devices.models import Device, DeviceMove, Donation, DonorLink, DonorLot, Workshop
from digital_inclusion.devices.queries.lots import get_lot
from digital_inclusion.devices.rules.donating import Giver
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, NOTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from digital_inclusion.foundation.kernel.ids import new_token
from tests.factories.agenda import offers
from tests.factories.world import SYSTEM, World
from tests.integration.devices.test_receiving import notes, scans
from tests.support.casework import signed_in
from tests.support.donating import gives, opens_workshop
from tests.support.pages import check_page, page_text, post_form

GIVER = Giver(kind="organization", name="Giverling Inc", contact="it@giver.example", way="drop_off")


def does(world: World, who: str, action: Any, **arguments: Any) -> Any:
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id) if who.endswith(("_a", "_b")) else EVERYTHING)
    try:
        with write_transaction():
            return action(by=by, **arguments)
    finally:
        session().rollback()
        use_scope(EVERYTHING)


def links(world: World, lot: str, *besides: str, who: str = "partner_lead_a") -> str:
    """Make a link as a lead does; return its address."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        token = donors.make_link(lot=get_lot(lot), besides=besides, by=by)
    use_scope(EVERYTHING)
    return f"/donors/{token}"


def has_been(lot: str, *steps: tuple[int, str], at: datetime, count: int | None = None) -> None:
    """Let units of the lot have been in states, each so many days after ``at``; past the actions, for their number."""
    use_scope(EVERYTHING)
    with write_transaction():
        units = session().scalars(
            select(Device).join(Donation).where(Donation.code == lot).order_by(Device.id).limit(count)
        )
        for one in units:
            for days, state in steps:
                when = at + timedelta(days=days)
                session().add(
                    DeviceMove(device_id=one.id, to_state=state, holder_id=one.holder_id, moved_at=when)
                )  # fmt: skip
            record("device.moved", by=SYSTEM, subject=one, partner_id=one.holder_id)
    use_scope(EVERYTHING)


def test_workshop_is_opened_by_its_lead_and_needs_a_technician(client: FlaskClient, world: World) -> None:
    signed_in(client, world, "partner_lead_a")
    url = f"/partners/{world.partners['a']}/workshop"
    check_page(client.get(url))
    wrong = post_form(client, url, {"takes_devices": "y", "phone": "12"})
    check_page(wrong)
    assert wrong.status_code == 400 and "This is not a phone number." in page_text(wrong)
    assert "Write where donors find you." in page_text(post_form(client, url, {"takes_devices": "y"}))
    made = post_form(client, url, {"takes_devices": "y", "fetches": "y", "address": "1 Depot Way"})
    assert made.status_code == 303
    check_page(client.get(made.location))
    workshop = session().get_one(Workshop, world.partners["a"])
    assert (workshop.takes_devices, workshop.fetches, workshop.address) == (True, True, "1 Depot Way")
    assert client.get(f"/partners/{world.partners['b']}/workshop").status_code == 404
    values = {"takes_devices": True, "fetches": False, "address": "City Hall", "phone": None}
    with pytest.raises(Invalid) as refused:
        does(world, "program_manager", donors.change_workshop, partner_id=world.partners["city"], **values)
    assert "Technician" in refused.value.fields["takes_devices"]
    with pytest.raises(NotAllowed):
        does(world, "technician_a", donors.change_workshop, partner_id=world.partners["a"], **values)


def test_lot_of_the_public_page_stands_among_the_lots_with_its_time(client: FlaskClient, world: World) -> None:
    opens_workshop(world)
    (slot,) = offers(world)
    reference, _pin = gives(client, world, way="drop_off", slot=slot)
    signed_in(client, world, "technician_a")
    for url in ("/devices/lots", f"/devices/lots/{reference}"):
        page = client.get(url)
        check_page(page)
        assert "2:00" in page_text(page) and "quentin@giver.example" in page_text(page)
    assert reference in page_text(client.get("/appointments"))
    assert scans(world, reference, None, kind="laptop") is not None  # received as any other lot


def test_link_shows_closed_months_and_no_small_number(client: FlaskClient, world: World) -> None:
    lot = notes(world, "40 laptops\n4 tablets")
    last_month = clock.now() - timedelta(days=62)
    has_been(lot, (0, "received"), (1, "ready"), at=last_month)
    has_been(lot, (2, "handed_over"), at=last_month, count=24)
    signed_in(client, world, "partner_lead_a")
    url = f"/devices/lots/{lot}/donor-link"
    check_page(client.get(url))
    made = post_form(client, url)
    page = client.get(made.location)
    check_page(page)
    address = page_text(page).split("/donors/")[1].split()[0]
    assert "/donors/" not in page_text(client.get(url))  # shown a single time
    shown = client.application.test_client().get(f"/donors/{address}")
    check_page(shown)
    assert "Laptop 40 40 24" in page_text(shown) and "Tablet fewer than 11 fewer than 11 none yet" in page_text(shown)
    assert "Acme" not in page_text(shown) and lot not in page_text(shown)
    headers = shown.headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "noindex" in headers["X-Robots-Tag"]


def test_what_happened_this_month_is_not_told_yet(client: FlaskClient, world: World) -> None:
    lot = notes(world, "40 laptops")
    has_been(lot, (0, "received"), at=clock.now())
    assert "appear here after the first full month" in page_text(client.get(links(world, lot)))


def test_lots_of_one_donor_are_added_and_counted_from_then_on(client: FlaskClient, world: World) -> None:
    past = clock.now() - timedelta(days=62)
    first, second, later = (notes(world, f"{count} laptops") for count in (20, 30, 15))
    other = notes(world, "25 laptops", donor="Somebody Else")
    for lot in (first, second, later, other):
        has_been(lot, (0, "received"), at=past)
    address = links(world, first, second, other)  # another name is not taken
    assert "Laptop 50 none yet" in page_text(client.get(address))
    links(world, first, later)
    assert "Laptop 50 none yet" in page_text(client.get(address))
    with clock.frozen(clock.now() + timedelta(days=32)):
        assert "Laptop 65 none yet" in page_text(client.get(address))
    use_scope(EVERYTHING)
    joined = session().scalars(select(Donation.code).join(DonorLot).order_by(Donation.id)).all()
    assert joined == [first, second, later]


def test_link_expires_is_ended_and_ends_with_the_donors_name(client: FlaskClient, world: World) -> None:
    lot = notes(world)
    one, two, three = (links(world, lot) for _time in range(3))
    with clock.frozen(clock.now() + timedelta(days=91)):
        assert client.get(one).status_code == 404
    use_scope(EVERYTHING)
    first, second, third = session().scalars(select(DonorLink.id).order_by(DonorLink.id)).all()
    does(world, "partner_lead_a", donors.end_link, link_id=first, lot=get_lot(lot))
    assert [client.get(url).status_code for url in (one, two, three)] == [404, 200, 200]
    with pytest.raises(Conflict):
        does(world, "partner_lead_a", donors.end_link, link_id=first, lot=get_lot(lot))
    signed_in(client, world, "partner_lead_a")
    page = f"/devices/lots/{lot}/donor-link"
    assert post_form(client, f"{page}/{second}/end", page=page).status_code == 303
    use_scope(EVERYTHING)
    does(world, "partner_lead_a", erase_donor, lot=get_lot(lot))
    gone = client.get(three)
    check_page(gone)
    assert gone.status_code == 404 and third
    with pytest.raises(Conflict):
        links(world, lot)
    assert client.get(f"/donors/{new_token()}").status_code == 404


def test_link_of_another_organizations_lot(client: FlaskClient, world: World) -> None:
    ours, theirs = notes(world), notes(world, who="technician_b")
    links(world, theirs, who="partner_lead_b")
    use_scope(EVERYTHING)
    link = session().scalars(select(DonorLink.id)).one()
    with pytest.raises(NotFound):
        does(world, "partner_lead_a", donors.end_link, link_id=link, lot=get_lot(ours))
    signed_in(client, world, "partner_lead_a")
    assert client.get(f"/devices/lots/{theirs}/donor-link").status_code == 404


@pytest.mark.only_postgresql
def test_two_donors_who_choose_the_last_place_at_once(app: Flask, world: World) -> None:
    """One has it, the other gets a sentence; both pledge the same serial numbers, and no pledge is lost for that."""
    opens_workshop(world)
    (slot,) = offers(world)
    outcomes, barrier = list[str](), threading.Barrier(4, timeout=60)

    def sends(number: int) -> None:
        with app.app_context():
            try:
                use_scope(NOTHING)
                barrier.wait()
                with write_transaction():
                    send_pledge(
                        giver=Giver(**{name: getattr(GIVER, name) for name in ("kind", "name", "contact", "way")},
                                    slot=slot if number < 2 else None),
                        taker_id=world.partners["a"],
                        offered=Offered(lines="Laptop, HP, 840, 5CD7777AAA"),
                        token=new_token(),
                        address=f"10.0.0.{number}",
                        by=DONOR,
                    )  # fmt: skip
                outcomes.append("sent")
            except DomainError as error:
                outcomes.append(error.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=sends, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"sent": 3, "This time is fully booked.": 1}
    session().rollback()
    use_scope(EVERYTHING)
    keys = Counter(session().scalars(select(Device.serial_key).order_by(Device.id)))
    assert keys == {"5CD7777AAA": 1, None: 2}
    assert len(session().scalars(select(Booking).where(Booking.state == "booked")).all()) == 1

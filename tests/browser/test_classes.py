"""A class from the public sign-up to the certificate, and the question months later: on a phone, with axe."""

import re
import uuid

from playwright.sync_api import expect

from digital_inclusion.progress.queries.served import get_served
from tests.browser.conftest import Open
from tests.browser.site import Site, add_household
from tests.factories.classes import joins, notes, plans
from tests.factories.served import confirm
from tests.support.classes import training_facts


def test_from_sign_up_to_certificate(visit_on_phone: Open, site: Site) -> None:
    own = uuid.uuid4().int % 9000
    name, title = f"Linh Tran{own}", f"Email for beginners {own}"
    with site.behind() as world:
        code = add_household(world, "a", name, own, deliveries=[])
        course, (lesson, *_later) = plans(world, hours=-2, weeks=2, seats=3, title=title, is_open=True)
    resident, navigator = visit_on_phone(None), visit_on_phone("navigator_a")
    resident.open("/classes")
    resident.follow(re.compile(f"Ask for a seat: {title}"))
    resident.fill("Your first name", "Linh")
    resident.fill("Phone number or email", "no number")
    resident.choose("I agree that this organization")
    resident.press("Ask for a seat", status=400)
    resident.fill("Phone number or email", "(408) 555-0137")
    resident.press("Ask for a seat")
    resident.headed("You asked for a seat")

    navigator.open(f"/skills/classes/{course}")
    navigator.sees("Who asks for a seat", "(408) 555-0137")
    navigator.follow(re.compile("^Give a place"))
    navigator.fill("Name, phone, address, code or device tag", name)
    navigator.press("Find")
    navigator.follow(re.compile(f"^Choose.*{name}"))
    navigator.press("Enroll in class")
    navigator.sees(f"{name} has a seat.")
    navigator.follow(re.compile("^Note who came"))
    navigator.field(re.compile(f"^{name}")).check()
    navigator.press("Save who came")
    navigator.sees("1 person came")
    navigator.follow(re.compile("^Certificate"))
    navigator.sees(f"{name}", title)
    expect(navigator.main.get_by_role("link", name="PDF")).to_be_visible()
    navigator.open(f"/skills/sessions/{lesson}/attendance?by=code")
    navigator.fill("Code of the household", code)
    navigator.press("Mark as here")
    navigator.sees(f"{name} is here.")


def test_asked_months_later(visit_on_phone: Open, site: Site) -> None:
    own = uuid.uuid4().int % 9000
    name = f"Sefa Tuiasosopo{own}"
    with site.behind() as world:
        code = add_household(world, "a", name, own, deliveries=[])
        course, (lesson,) = plans(world, hours=-24 * 95, minutes=480)
        member = joins(world, course, code).place.member_id
        notes(world, lesson, {member: 480})
        confirm(world, *training_facts(get_served(code).id))
    navigator = visit_on_phone("navigator_a")
    navigator.open("/skills/still-used")
    navigator.sees(name)
    navigator.follow(re.compile(f"^Note the answer.*{name}"))
    navigator.choose("Still so")
    navigator.press("Record check")
    navigator.sees("The answer is recorded.")
    navigator.open("/skills/still-used")
    expect(navigator.main).not_to_contain_text(name)

"""One class from the public sign-up in Spanish to the certificate, the question months later, the sustained figure.

The clock of the running site cannot be moved. So the class began fourteen weeks ago and still goes on: residents may
ask for a seat today, and who came to the first two sessions, not noted yet, reached the hours 91 days ago.
"""

import re
import uuid

from playwright.sync_api import expect
from sqlalchemy import select

from digital_inclusion.foundation.database import session
from digital_inclusion.progress.models import FactRow
from digital_inclusion.progress.queries.served import get_served
from tests.browser.conftest import Open
from tests.browser.site import Site, add_household
from tests.browser.visiting import Visit
from tests.factories.classes import plans
from tests.factories.served import confirm
from tests.support.classes import training_facts

WEEKS, HALF = 16, 240  # minutes of a session: two of them are the eight hours of the program
SUSTAINED = "a[href*='/progress/households'][href*='milestone=skills_sustained']:not([href*='pending'])"


def test_from_sign_up_to_the_sustained_figure(visit_on_phone: Open, site: Site) -> None:
    own = uuid.uuid4().int % 9000
    name, title = f"Linh Tran{own}", f"Email for beginners {own}"
    with site.behind() as world:
        code = add_household(world, "a", name, own, deliveries=[])
        began = {"hours": -24 * 7 * 14, "minutes": HALF, "weeks": WEEKS}
        course, lessons = plans(world, **began, seats=3, title=title, is_open=True)
    resident, navigator, manager = (
        visit_on_phone(None),
        visit_on_phone("navigator_a"),
        visit_on_phone("program_manager"),
    )
    phone = f"(408) 555-{own:04}"  # as on record
    _asks_for_a_seat_in_spanish(resident, title, phone)
    _gives_the_seat(navigator, course, name, phone)
    _notes_who_came(navigator, course, lessons[0], name)
    _marks_by_code(navigator, lessons[1], name, code)
    _opens_the_certificate(navigator, course, name, title)
    _confirm_training(site, code)
    before = _sustained(manager)
    _records_that_it_is_still_so(navigator, name)
    assert _sustained(manager) == before  # entered, not yet proven
    _confirm_check(site, code)
    assert _sustained(manager) == before + 1


def _asks_for_a_seat_in_spanish(resident: Visit, title: str, phone: str) -> None:
    resident.open("/classes")
    resident.press("Español")
    expect(resident.page.locator("html")).to_have_attribute("lang", "es")
    resident.headed("Clases gratis")
    resident.follow(re.compile(f"Pedir un lugar: {title}"))
    resident.fill("Su nombre", "Linh")
    resident.fill("Número de teléfono o correo electrónico", "sin número")
    resident.choose("Acepto que esta organización")
    resident.press("Pedir un lugar", status=400)
    expect(resident.field("Su nombre")).to_have_value("Linh")
    resident.fill("Número de teléfono o correo electrónico", phone)
    resident.press("Pedir un lugar")
    resident.headed("Usted pidió un lugar")
    resident.sees("Partner A le llama o le escribe", title)


def _gives_the_seat(navigator: Visit, course: str, name: str, phone: str) -> None:
    navigator.open(f"/skills/classes/{course}")
    navigator.sees("Who asks for a seat", phone, "Español")
    navigator.follow(re.compile("^Give a place"))
    expect(navigator.field("Name, phone, address, code or device tag")).to_have_value(phone)
    navigator.press("Find")
    navigator.follow(re.compile(f"^Choose.*{name}"))
    navigator.press("Enroll in class")
    navigator.sees(f"{name} has a seat.")
    expect(navigator.main).not_to_contain_text(phone)  # erased with the answer


def _notes_who_came(navigator: Visit, course: str, lesson: str, name: str) -> None:
    navigator.open(f"/skills/sessions/{lesson}/attendance")
    navigator.field(re.compile(f"^{name}")).check()
    navigator.press("Save who came")
    navigator.sees("1 person came")


def _marks_by_code(navigator: Visit, lesson: str, name: str, code: str) -> None:
    navigator.open(f"/skills/sessions/{lesson}/attendance?by=code")
    navigator.fill("Code of the household", code)
    navigator.press("Mark as here")
    navigator.sees(f"{name} is here.")


def _opens_the_certificate(navigator: Visit, course: str, name: str, title: str) -> None:
    navigator.open(f"/skills/classes/{course}")
    navigator.follow(re.compile("^Certificate"))
    navigator.sees(name, title, "Horas 8", "Sesiones 2 de 2")  # in the language of the class
    with navigator.page.expect_download() as download:
        navigator.main.get_by_role("link", name="PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def _confirm_training(site: Site, code: str) -> None:
    with site.behind() as world:
        confirm(world, *training_facts(get_served(code).id))


def _records_that_it_is_still_so(navigator: Visit, name: str) -> None:
    navigator.open("/skills/still-used")
    navigator.sees(name)
    navigator.follow(re.compile(f"^Note the answer.*{name}"))
    navigator.choose("Still so")
    navigator.press("Record check")
    navigator.sees("The answer is recorded.")
    navigator.open("/skills/still-used")
    expect(navigator.main).not_to_contain_text(name)


def _confirm_check(site: Site, code: str) -> None:
    with site.behind() as world:
        checks = select(FactRow.number).where(FactRow.record_id == get_served(code).id, FactRow.kind == "check")
        confirm(world, session().scalars(checks).one())


def _sustained(manager: Visit) -> int:
    """Return how many households with sustained skills the city's goal shows."""
    manager.open("/progress?milestone=skills")
    return int(manager.main.locator(SUSTAINED).first.inner_text().replace(",", ""))

"""A navigator's whole morning on the phone: from the sign-in to a shorter list, each thing reached from where she is.

Every page she stops at is looked at by axe. What others typed already (the name and phone of a request, a draft) stands
in the form when she opens it.
"""

import re
from datetime import timedelta

from playwright.sync_api import Locator, expect
from sqlalchemy import select

from digital_inclusion.agenda.actions.tasks import open_tasks
from digital_inclusion.agenda.rules.tasks import NewTask
from digital_inclusion.foundation.database import session
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from digital_inclusion.progress.actions.verifying import question_evidence
from digital_inclusion.progress.models import Proof
from tests.browser.conftest import Open
from tests.browser.enrolling import agree
from tests.browser.site import Site, add_household
from tests.browser.visiting import Visit, sign_in
from tests.factories.aftercare import does
from tests.factories.help import asks, takes
from tests.factories.households import new_laptop
from tests.factories.world import World, add_user
from tests.support.accounts import give_password

WHO = "morning"
ASKED, CALLED, SOUGHT = "Ottoline Marchbank", "Peregrina Fairweather", "Guillermina Ashgrove"
REQUESTED, DRAFTED = "Leocadia Winterbourne", "Hortensia Quillfeather"


def _household_id(code: str) -> int:
    return session().scalars(select(Household.id).where(Household.code == code)).one()


def _questions(world: World, code: str) -> None:
    fact = session().scalars(select(Proof.fact_number).where(Proof.record_id == _household_id(code))).one()
    does(world, question_evidence, who="verifier", fact=fact, sentence="Who signed for the laptop?")


def _is_late(world: World, code: str) -> None:
    task = NewTask(
        kind="cliff", thing="WHOLE-MORNING", household_id=_household_id(code), partner_id=world.partners["a"],
        due_on=clock.today() - timedelta(days=1), owner_id=world.users[WHO],
    )  # fmt: skip
    does(world, open_tasks, who=WHO, tasks=[task])


def _begins(site: Site) -> str:
    """Put a question, a late task and a request for help on her list, a household on record; return the request."""
    with site.behind() as world:
        her = add_user(world, "navigator", "a", WHO)
        site.emails[WHO] = give_password(her)
        takes(world, "a", languages=["es"], most_open=1000)
        questioned = add_household(
            world, "a", ASKED, 611, deliveries=[new_laptop(clock.today(), unit="MORNING-1")], navigator_id=her
        )
        late = add_household(world, "a", CALLED, 612, deliveries=())
        add_household(world, "a", SOUGHT, 613, deliveries=())
        _questions(world, questioned)
        _is_late(world, late)
        request, _pin = asks(REQUESTED, address="198.51.100.61")
    return request


def _waits(navigator: Visit) -> int:
    """Return how much there is to do, as Today says; go there unless she is there."""
    if navigator.path != "/today":
        navigator.open("/today")
    navigator.headed("Today")
    said = re.search(r"(\d+) things? to do\.", navigator.main.inner_text())
    assert said is not None, navigator.main.inner_text()[:300]
    return int(said[1])


def _row(navigator: Visit, words: str) -> Locator:
    return navigator.main.locator("tr", has_text=words)


def test_a_whole_morning(site: Site, visit_on_phone: Open) -> None:
    request = _begins(site)
    navigator = visit_on_phone(None)
    sign_in(navigator, WHO)
    assert navigator.path == "/today"
    waiting = _waits(navigator)
    _answers_the_verifier(navigator)
    assert _waits(navigator) == waiting - 1
    _does_a_task_and_puts_it_back(navigator)
    assert _waits(navigator) == waiting - 1
    _enrolls_who_asked_for_help(navigator, request)
    _is_interrupted(navigator)
    assert _waits(navigator) == waiting - 1  # a request less, a draft more
    _finds_a_household_with_a_slip(navigator)
    _logs_a_call(navigator)
    _plans_an_appointment(navigator)
    assert _waits(navigator) == waiting  # the appointment has come
    _works_on_at_the_household(navigator)
    _finishes_the_draft(navigator)
    _ends_with_the_late_task(navigator)
    assert _waits(navigator) == waiting - 2


def _answers_the_verifier(navigator: Visit) -> None:
    row = _row(navigator, ASKED)
    expect(row).to_contain_text("A verifier asks about evidence")
    navigator.follow("Answer", within=row)
    navigator.sees("Who signed for the laptop?", ASKED)
    navigator.fill("Your answer", "The daughter did, on page two.")
    navigator.press("Send the answer")


def _does_a_task_and_puts_it_back(navigator: Visit) -> None:
    navigator.press("Done", within=_row(navigator, CALLED))
    navigator.sees("Done: The price goes up", CALLED)
    navigator.press("Put it back", within=navigator.page.locator(".di-undo"))
    navigator.sees("It is on the list again.")
    expect(_row(navigator, CALLED)).to_have_count(1)


def _enrolls_who_asked_for_help(navigator: Visit, request: str) -> None:
    """Take the request; what the resident wrote stands in the form, so only what is missing is typed."""
    navigator.follow("Answer", within=_row(navigator, request))
    navigator.headed(REQUESTED)
    navigator.press("Accept and start enrollment")
    expect(navigator.field("Name")).to_have_value(REQUESTED)
    expect(navigator.field("Phone")).to_have_value("(408) 555-0188")
    expect(navigator.field("ZIP code")).to_have_value("95113")
    expect(navigator.field("A computer")).to_be_checked()
    navigator.fill("Street address", "614 S King Rd")
    agree(navigator)
    navigator.press("Enroll household")
    navigator.headed("What next for this family")
    navigator.sees(REQUESTED)


def _is_interrupted(navigator: Visit) -> None:
    """Begin another enrollment from the page that ends the first; the family has to leave."""
    navigator.follow("Enroll another")
    navigator.fill("Name", DRAFTED)
    navigator.fill("Street address", "615 Story Rd")
    navigator.fill("ZIP code", "95113")
    navigator.press("Save as draft")


def _finds_a_household_with_a_slip(navigator: Visit) -> None:
    navigator.open("/households/find")
    navigator.fill("Name, phone, address, code or device tag", "Guilermina Ashgrov")
    navigator.press("Find")
    navigator.follow(SOUGHT)
    navigator.headed(SOUGHT)


def _logs_a_call(navigator: Visit) -> None:
    navigator.page.locator("summary", has_text="Log a call").click()
    navigator.press("Nobody answered")
    navigator.sees("The call is noted: Nobody answered.")


def _plans_an_appointment(navigator: Visit) -> None:
    """Plan one for the last minute of the day, so that its day has come; Today shows it with its time."""
    day = clock.local(clock.now() + timedelta(minutes=10)).date()  # ten minutes before midnight: the next day
    navigator.follow("Plan an appointment")
    navigator.field("What is it for?").select_option(label="Go through papers")
    navigator.fill("Day", day.isoformat())
    navigator.fill("Time", "23:59")
    navigator.choose("By phone")
    navigator.press("Plan appointment")
    navigator.sees("The appointment is planned", SOUGHT, "Go through papers", "By phone")
    navigator.open("/today")
    group = navigator.main.locator("table").filter(has_text=SOUGHT)
    expect(group.locator("caption")).to_contain_text("Today" if day == clock.today() else "In the next six days")
    expect(_row(navigator, SOUGHT)).to_contain_text(re.compile(r"Go through papers[\s\S]*11:59\sPM"))


def _works_on_at_the_household(navigator: Visit) -> None:
    navigator.follow(SOUGHT, within=_row(navigator, SOUGHT))
    navigator.follow("Add a task")
    navigator.fill("What is to be done", "Bring the charger to the class")
    navigator.field("Who does it").select_option(label="Navigator A")
    navigator.press("Add task")
    navigator.sees("The task is on the list of Navigator A.")
    navigator.follow("Write a message")
    navigator.headed("Write a message")
    navigator.sees("Nobody noted which way of reaching them is safe.")  # why she may not, and what to do first
    expect(navigator.main.get_by_role("link", name="Correct the contact")).to_be_visible()
    navigator.follow("Back to the household")
    navigator.page.locator("summary", has_text="More actions").click()
    navigator.follow("Refer to another organization")
    navigator.field("Which organization").select_option(label="Partner B")
    navigator.choose("The phone number")
    navigator.choose("They agreed that this organization")
    navigator.choose("Spoken, read aloud to them")
    navigator.press("Send referral")
    navigator.sees("The referral is sent.", "Waits for an answer")


def _finishes_the_draft(navigator: Visit) -> None:
    navigator.open("/today")
    navigator.follow("Go on", within=_row(navigator, DRAFTED))
    expect(navigator.field("Name")).to_have_value(DRAFTED)
    expect(navigator.field("Street address")).to_have_value("615 Story Rd")
    navigator.choose("Internet at home")
    agree(navigator)
    navigator.press("Enroll household")
    navigator.headed("What next for this family")
    navigator.follow("Go on with Today")


def _ends_with_the_late_task(navigator: Visit) -> None:
    expect(_row(navigator, DRAFTED)).to_have_count(0)
    navigator.press("Done", within=_row(navigator, CALLED))
    expect(_row(navigator, CALLED)).to_have_count(0)

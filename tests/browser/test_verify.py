"""Journey 8: confirm, question, answer; many rows on one document; all of it by keyboard."""

import re

from playwright.sync_api import expect

from digital_inclusion.progress.rules.deliveries import Evidence
from tests.browser.conftest import Open
from tests.browser.enrolling import somebody
from tests.browser.site import Site, add_household
from tests.browser.visiting import Visit
from tests.factories.households import ENROLLED_ON, new_laptop

NUMBERS = iter(range(400, 500))


def _waiting(site: Site, reference: str | None = None) -> tuple[str, str]:
    """Put a household with one laptop on record, unproven; return its name and code."""
    name, number = somebody(), next(NUMBERS)
    proof = Evidence(
        type="signed_hand_over", seen_by="Lan", seen_on=ENROLLED_ON.replace(day=10), reference=reference or name
    )
    with site.behind() as world:
        laptop = new_laptop(unit=f"V-{number}", evidence=proof)
        return name, add_household(world, "a", name, number, deliveries=[laptop])


def _open_evidence(verifier: Visit, name: str) -> None:
    """Open the one piece of evidence of this household from the queue."""
    verifier.open("/verify?partner=&item=device")
    while verifier.main.get_by_role("row").filter(has_text=name).count() == 0:
        verifier.follow(re.compile("Next"))
    row = verifier.main.get_by_role("row").filter(has_text=name)
    verifier.follow("Laptop", within=row)
    verifier.headed("Is this proof good?")


def test_confirm_shows_its_effect_and_goes_on(visit: Open, site: Site) -> None:
    name, code = _waiting(site)
    verifier = visit("verifier")
    _open_evidence(verifier, name)
    verifier.sees(name, code, "Signed hand-over form", "If you confirm")
    verifier.press("Confirm")
    verifier.sees("Confirmed")
    verifier.open(f"/households/{code}")
    verifier.sees("In the home, with proof.")


def test_question_answer_confirm(visit: Open, site: Site) -> None:
    name, code = _waiting(site)
    verifier, navigator = visit("verifier"), visit("navigator_a")
    _open_evidence(verifier, name)
    verifier.main.get_by_text("Ask the partner instead").click()
    verifier.press("Send the question", status=400)
    verifier.fill("Your question", f"Who signed the form of {code}?")
    verifier.press("Send the question")
    navigator.open("/questions")
    navigator.follow(f"Who signed the form of {code}?")
    navigator.headed("Answer a question")
    navigator.fill("Your answer", "The mother did, on page two.")
    navigator.press("Send the answer")
    _open_evidence(verifier, name)
    verifier.sees("The mother did, on page two.")
    verifier.press("Confirm")
    navigator.open(f"/households/{code}")
    navigator.sees("In the home, with proof.")


def test_many_rows_that_rest_on_one_document_are_confirmed_at_once(visit: Open, site: Site) -> None:
    sheet = f"sheet {next(NUMBERS)}"
    names = [_waiting(site, reference=sheet)[0] for _row in range(4)]
    verifier = visit("verifier")
    _open_evidence(verifier, names[0])
    verifier.follow("Decide about all 4 rows that rest on this document")
    verifier.headed("One document, 4 rows")
    row = verifier.main.get_by_role("row").filter(has_text=names[3])
    row.get_by_role("checkbox").uncheck(force=True)
    verifier.press("Check the effect")
    verifier.headed("Decide about 3 rows at once")
    verifier.press("Confirm all 3")
    _open_evidence(verifier, names[3])
    verifier.open("/verify?show=confirmed&item=device")
    verifier.sees(names[0])


def test_verify_by_keyboard_alone(visit_at_desk: Open, site: Site) -> None:
    name, code = _waiting(site)
    verifier = visit_at_desk("verifier")
    _open_evidence(verifier, name)
    for _press in range(60):
        verifier.page.keyboard.press("Tab")
        if verifier.page.evaluate("document.activeElement.textContent.trim()") == "Confirm":
            break
    expect(verifier.main.get_by_role("button", name="Confirm", exact=True)).to_be_focused()
    with verifier.leaving():
        verifier.page.keyboard.press("Enter")
    verifier.open(f"/households/{code}")
    verifier.sees("In the home, with proof.")

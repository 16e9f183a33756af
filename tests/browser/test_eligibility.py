"""What a household may qualify for, told and told anew; the rules that are due, and a preview of others."""

from tests.browser.conftest import Open
from tests.browser.enrolling import enroll


def test_tell_income_and_benefits_later(visit: Open) -> None:
    navigator = visit("navigator_a")
    _name, code = enroll(navigator)
    navigator.open(f"/households/{code}")
    navigator.sees("What this household may qualify for", "the day of enrollment")
    navigator.follow("Update what we know")
    navigator.fill("How many people share income and expenses?", "3")
    navigator.fill("Income of everybody together", "lots")
    navigator.press("Decide and keep", status=400)
    navigator.sees("Write an amount like 1,234.50.")
    navigator.fill("Income of everybody together", "1,500")
    navigator.choose("CalFresh (food stamps, EBT)")
    navigator.press("Decide and keep")
    navigator.sees("Decided by today's rules and kept.", "Lifeline (federal) Likely qualifies")
    navigator.follow("All decisions and what they rest on")
    navigator.sees("$18,000.00", "CalFresh", "fingerprint of the rules")


def test_manager_sees_what_is_due_and_previews_a_rulebook(visit: Open) -> None:
    manager = visit("program_manager")
    manager.open("/eligibility/due?days=365")
    manager.sees("poverty-guidelines.yaml")
    manager.follow("Preview another rulebook")
    manager.press("Compare")
    manager.sees("0 of", "No answer changes")

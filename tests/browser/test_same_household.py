"""Journey 9: one family or two? Same, its effect, and back."""

from tests.browser.conftest import Open
from tests.browser.enrolling import enroll, somebody
from tests.browser.serving import activate, hand_over
from tests.browser.site import Site
from tests.browser.visiting import Visit


def _twice_enrolled(visit: Open, phone: str) -> tuple[str, str]:
    """Let two partners enroll one family; return the two codes."""
    name = somebody()
    one, other = visit("navigator_a"), visit("navigator_b")
    _name, code_a = enroll(one, name, phone=phone)
    hand_over(one, code_a)
    _name, code_b = enroll(other, name, phone=phone)
    activate(other, code_b)
    return code_a, code_b


def _pair(manager: Visit, codes: tuple[str, str]) -> None:
    manager.open("/likely-pairs")
    manager.follow(f"{codes[0]} and {codes[1]}")
    manager.headed(f"One family or two? {codes[0]} and {codes[1]}")


def test_same_household_shows_its_effect_and_can_be_taken_back(visit: Open, site: Site) -> None:
    codes = _twice_enrolled(visit, f"(408) 555-09{len(site.signed_in):02}")
    manager = visit("program_manager")
    _pair(manager, codes)
    manager.sees("If they are one household", "Connected", "+1", "Partner A", "Partner B")
    manager.press("Record the answer", status=400)
    manager.sees("Please choose one of the two.")
    manager.choose("Same household")
    manager.fill("Why", "Same mother, same telephone.")
    manager.press("Record the answer")
    manager.sees("Your answer is recorded. You can take it back on this page.", "Same mother, same telephone.", "−1")
    manager.fill("Why", "They are two sisters.")
    manager.press("Take the answer back")
    manager.sees("The answer is taken back.")


def test_different_households_do_not_come_back(visit: Open, site: Site) -> None:
    codes = _twice_enrolled(visit, f"(408) 555-08{len(site.signed_in):02}")
    manager = visit("program_manager")
    _pair(manager, codes)
    manager.choose("Two different households")
    manager.fill("Why", "Father and son of the same name.")
    manager.press("Record the answer")
    manager.open("/likely-pairs")
    assert manager.main.get_by_role("link", name=codes[0]).count() == 0
    manager.open("/likely-pairs?show=decided")
    manager.sees("Two households")


def test_compare_two_records_of_which_one_does_not_exist(visit: Open) -> None:
    manager = visit("program_manager")
    manager.open("/likely-pairs")
    manager.main.get_by_text("Compare two records that are not on the list").click()
    manager.fill("Code of one household", "ABCD")
    manager.fill("Code of the other", "EFGH")
    manager.press("Compare the two records", status=400)
    manager.sees("There is a problem")

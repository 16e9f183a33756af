"""Journey 10: find a household by name, phone or code, across what one may see."""

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.enrolling import enroll, somebody
from tests.browser.visiting import Visit


def _find(visit: Visit, words: str) -> None:
    visit.open("/households/find")
    visit.fill("Name, phone, address, code or device tag", words)
    visit.press("Find")
    assert visit.path.startswith("/households/find/") and words not in visit.page.url  # never a name in an address


def test_find_by_part_of_a_name_phone_and_code(visit: Open) -> None:
    navigator = visit("navigator_a")
    name, code = enroll(navigator, phone="(408) 555-0666")
    _first, last, number = name.split()
    for words in (f"{number} {last[:3]}", name.upper(), code, code.lower().replace("-", "")):
        _find(navigator, words)
        expect(navigator.main.get_by_role("link", name=name)).to_have_count(1)
    navigator.follow(name)
    navigator.headed(name)


def test_find_is_still_there_when_one_comes_back(visit_at_desk: Open) -> None:
    navigator = visit_at_desk("navigator_a")
    name, _code = enroll(navigator)
    _find(navigator, name)
    expect(navigator.page.locator("h1")).to_be_focused()  # reading goes on at the answer
    navigator.follow(name)
    navigator.page.go_back()
    expect(navigator.main.get_by_role("link", name=name)).to_have_count(1)
    expect(navigator.field("Name, phone, address, code or device tag")).to_have_value(name)


def test_find_does_not_reach_another_partner(visit: Open) -> None:
    name = somebody()
    _name, code = enroll(visit("navigator_b"), name)
    navigator, manager = visit("navigator_a"), visit("program_manager")
    _find(navigator, name)
    assert code not in navigator.main.inner_text()
    _find(navigator, code)
    navigator.sees("No household fits")
    _find(manager, name)
    manager.sees(code, "Partner B")
    navigator.open(f"/households/{code}", status=404)


def test_find_nothing_says_what_to_try(visit: Open) -> None:
    navigator = visit("navigator_a")
    _find(navigator, "zzzzqqq")
    navigator.sees("No household fits", "Try fewer letters")


def test_find_without_a_word_asks_for_one(visit_at_desk: Open) -> None:
    navigator = visit_at_desk("navigator_a")
    navigator.open("/households/find")
    for nothing in ("", "   "):
        navigator.fill("Name, phone, address, code or device tag", nothing)
        navigator.press("Find", status=400)
        navigator.sees("Name, phone, address, code or device tag: Please fill this in.")

"""Journey 4: enroll by hand, on a phone-sized screen, without losing a word."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.enrolling import enroll, fill_in, somebody
from tests.browser.visiting import Visit


def test_enroll_leads_to_the_three_needs(visit: Open) -> None:
    navigator = visit("navigator_a")
    name, code = enroll(navigator)
    navigator.sees(name, code, "A computer", "Internet at home", "Not counted yet")
    navigator.follow("Open household")
    navigator.headed(name)
    navigator.sees("95113", "spoken", "Grant A")


def test_enroll_with_mistakes_keeps_everything_typed(visit: Open) -> None:
    navigator = visit("navigator_a")
    navigator.open("/households/enroll")
    fill_in(navigator, "Suharto")
    navigator.fill("Day", "31")
    navigator.fill("Month", "2")
    navigator.fill("Phone", "call my sister")
    navigator.fill("Your own number for this household", "K-77")
    navigator.press("Enroll household", status=400)
    summary = navigator.page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Write a date that exists")
    kept = {"Name": "Suharto", "Day": "31", "Month": "2", "Phone": "call my sister", "ZIP code": "95113"}
    for label, value in (kept | {"Your own number for this household": "K-77"}).items():
        expect(navigator.field(label)).to_have_value(value)
    expect(navigator.field("A computer")).to_be_checked()
    expect(navigator.field("Spoken, read aloud to them")).to_be_checked()
    summary.get_by_role("link").first.click()
    expect(navigator.field("Month")).to_be_focused()


def test_enroll_adds_and_removes_people_in_place(visit: Open) -> None:
    navigator = visit("navigator_a")
    navigator.open("/households/enroll")
    head, child = somebody(), somebody()
    fill_in(navigator, head)
    _add_person(navigator)
    _add_person(navigator)
    expect(navigator.main.get_by_role("group", name=re.compile("^Person 3"))).to_be_visible()
    navigator.main.get_by_role("button", name="Remove Person 2").click()
    navigator.fill("Name", child, within=navigator.main.get_by_role("group", name=re.compile("^Person 2")))
    navigator.check()
    navigator.press("Enroll household")
    navigator.follow("Open household")
    navigator.sees(head, child)


def _add_person(navigator: Visit) -> None:
    navigator.main.get_by_role("button", name="Add a person").click()


def test_enroll_keeps_the_only_person(visit_at_desk: Open) -> None:
    navigator = visit_at_desk("navigator_a")
    navigator.open("/households/enroll")
    remove = navigator.main.get_by_role("button", name="Remove Person")
    expect(remove).to_have_count(0)
    _add_person(navigator)
    expect(remove).to_have_count(2)
    remove.first.click()
    expect(remove).to_have_count(0)


def test_enroll_of_a_household_one_knows_can_go_on_with_its_record(visit_at_desk: Open) -> None:
    navigator = visit_at_desk("navigator_a")
    name, code = enroll(navigator, phone="(408) 555-0178", line="11 Alum Rock Ave")
    navigator.open("/households/enroll")
    fill_in(navigator, name, phone="(408) 555-0178", line="11 Alum Rock Ave")
    navigator.page.keyboard.press("Tab")
    navigator.press(f"Use this household {code}")
    navigator.headed(name)
    navigator.sees("kept under Drafts")
    navigator.open("/drafts")
    navigator.sees(name)


def test_enroll_without_address_asks_for_a_description_and_whether_they_stay(visit: Open) -> None:
    navigator = visit("navigator_a")
    navigator.open("/households/enroll")
    fill_in(navigator, somebody())
    navigator.choose("No fixed address")
    expect(navigator.field("Street address")).to_be_hidden()
    navigator.press("Enroll household", status=400)
    navigator.fill("Where can we find them?", "Shelter on Little Orchard Street")
    navigator.choose("Yes")
    navigator.press("Enroll household")
    navigator.follow("Open household")
    navigator.sees("No fixed address: Shelter on Little Orchard Street")


def test_enroll_saves_a_draft_by_itself_and_resumes_it(visit: Open) -> None:
    navigator = visit("navigator_a")
    name = somebody()
    navigator.open("/households/enroll")
    navigator.fill("Name", name)
    navigator.fill("Street address", "77 Story Rd")
    expect(navigator.page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved", timeout=15_000)
    navigator.open("/drafts")
    navigator.follow(name)
    navigator.headed("Enroll a household")
    expect(navigator.field("Name")).to_have_value(name)
    expect(navigator.field("Street address")).to_have_value("77 Story Rd")
    fill_in(navigator, name)
    navigator.press("Enroll household")
    navigator.open("/drafts")
    expect(navigator.main.get_by_text(name)).to_have_count(0)


def test_enroll_of_a_household_one_knows_says_so_while_typing(visit: Open) -> None:
    navigator = visit("navigator_a")
    name, code = enroll(navigator, phone="(408) 555-0177", line="9 Alum Rock Ave")
    navigator.open("/households/enroll")
    fill_in(navigator, name, phone="(408) 555-0177", line="9 Alum Rock Ave")
    navigator.page.keyboard.press("Tab")
    hint = navigator.page.locator("#likely")
    expect(hint).to_contain_text("You may already know this household")
    expect(hint).to_contain_text(code)
    navigator.check()
    navigator.press("Enroll household", status=400)
    navigator.sees("You may already know this household")
    navigator.choose("I have looked: this is another household")
    navigator.press("Enroll household")
    navigator.headed("What next for this family")


def test_enroll_of_a_household_of_another_partner_is_possibly_known(visit: Open) -> None:
    name, phone = somebody(), "(408) 555-0188"
    _name, code = enroll(visit("navigator_b"), name, phone=phone)
    navigator = visit("navigator_a")
    enroll(navigator, name, phone=phone)
    navigator.sees("possibly known to another organization. The city will look.")
    expect(navigator.main).not_to_contain_text(code)
    expect(navigator.main).not_to_contain_text("Partner B")


def test_enroll_pressed_twice_creates_one_household(visit: Open) -> None:
    navigator = visit("navigator_a")
    name = somebody()
    navigator.open("/households/enroll")
    fill_in(navigator, name)
    with navigator.leaving():
        navigator.main.get_by_role("button", name="Enroll household").dblclick()
    navigator.headed("What next for this family")
    assert _found(navigator, name) == 1


def test_enroll_sent_again_after_going_back_creates_no_second_household(visit: Open) -> None:
    navigator = visit("navigator_a")
    name = somebody()
    navigator.open("/households/enroll")
    fill_in(navigator, name)
    navigator.press("Enroll household")
    first = navigator.path
    navigator.page.go_back()
    if navigator.field("Name").input_value() == name:  # the browser kept what was typed, with its one-time key
        navigator.press("Enroll household")
        assert navigator.path == first
    assert _found(navigator, name) == 1


def _found(navigator: Visit, name: str) -> int:
    navigator.open("/households/find")
    navigator.fill("Name, phone, address, code or device tag", name)
    navigator.press("Find")
    return navigator.main.get_by_role("link", name=name).count()

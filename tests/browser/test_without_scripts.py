"""Everything works without JavaScript; everything works without a mouse."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.enrolling import fill_in, somebody
from tests.browser.serving import hand_over

# a ring around the element, or around the box that is drawn for it
FOCUS_IS_SEEN = """() => [[document.activeElement, null], [document.activeElement.nextElementSibling, "::before"]]
    .filter(([node]) => node).map(([node, part]) => getComputedStyle(node, part))
    .some((style) => style.outlineStyle !== "none" || style.boxShadow !== "none")"""


def test_enroll_record_and_find_without_scripts(visit: Open) -> None:
    navigator = visit("navigator_a", scripts=False)
    head, child = somebody(), somebody()
    navigator.open("/households/enroll")
    fill_in(navigator, head)
    navigator.press("Add a person")
    expect(navigator.field("Name")).to_have_value(head)
    navigator.fill("Name", child, within=navigator.main.get_by_role("group", name="Person 2"))
    navigator.press("Enroll household")
    navigator.sees(head)
    navigator.follow("Open household")
    navigator.sees(child)
    hand_over(navigator, navigator.path.split("/")[2])
    navigator.sees("Waiting to be checked")
    navigator.open("/households/find")
    navigator.fill("Name, phone, address, code or device tag", head)
    navigator.press("Find")
    navigator.follow(head)
    navigator.headed(head)


def test_draft_without_scripts_is_saved_by_its_button(visit: Open) -> None:
    navigator = visit("navigator_a", scripts=False)
    name = somebody()
    navigator.open("/households/enroll")
    navigator.fill("Name", name)
    navigator.press("Save as draft")
    navigator.headed("Your drafts")
    navigator.follow(name)
    expect(navigator.field("Name")).to_have_value(name)


def test_menu_opens_without_scripts(visit: Open) -> None:
    navigator = visit("navigator_a", scripts=False)
    navigator.open("/households")
    if navigator.page.locator(".di-menu--nav > summary").is_visible():
        navigator.page.locator(".di-menu--nav > summary").click()
    navigator.follow("Find", within=navigator.page.get_by_role("navigation", name="Main"), exact=True)
    navigator.headed("Find a household")


def test_enroll_by_keyboard_alone(visit_at_desk: Open) -> None:
    navigator = visit_at_desk("navigator_a")
    navigator.open("/households/enroll")
    page, name = navigator.page, somebody()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "di-skip"
    page.keyboard.press("Enter")
    for field, value in (
        ("members-0-name", name),
        ("line", "31 Keyboard Ave"),
        ("zip_code", "95113"),
        ("phone", "(408) 555-0431"),
    ):
        _tab_to(page, field)
        page.keyboard.type(value)
    for field in ("consent_purposes", "consent_way"):
        _tab_to(page, field)
        page.keyboard.press("Space")
    _tab_to(page, "", text="Enroll household")
    with navigator.leaving():
        page.keyboard.press("Enter")
    navigator.sees(name)


def _tab_to(page: Page, name: str, *, text: str = "") -> None:
    """Press Tab until the field of this name, or the button of these words, has the focus and can be seen."""
    for _press in range(80):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.name, document.activeElement.textContent.trim()]")
        if (name and here[0] == name) or (text and here[1] == text):
            assert page.evaluate(FOCUS_IS_SEEN), f"no focus to be seen on {here}"
            return
    raise AssertionError(f"Tab never reached {name or text}")

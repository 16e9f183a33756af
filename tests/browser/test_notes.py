"""A household's notes on a phone: write one in place, log a call in two taps, change, strike out, read the timeline."""

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.site import Site, add_household
from tests.browser.visiting import Visit


def _write_in_place(navigator: Visit) -> None:
    navigator.page.locator("summary", has_text="Quick note").click()
    form = navigator.page.locator("#quick form[action$='/notes/new']")
    navigator.choose("Visit", within=form)
    form.locator("textarea").fill("The router is behind the couch.\n<b>Bring a cable.</b>")
    navigator.press("Save note", within=form)
    navigator.sees("The note is saved.", "Visit", "The router is behind the couch.", "<b>Bring a cable.</b>")


def test_notes_on_a_phone(site: Site, visit_on_phone: Open) -> None:
    with site.behind() as world:
        code = add_household(world, "a", "Wilhelmina Oxbow", 91)
    navigator = visit_on_phone("navigator_a")
    navigator.open(f"/households/{code}")
    _write_in_place(navigator)
    navigator.page.locator("summary", has_text="Log a call").click()
    navigator.press("Nobody answered")
    navigator.sees("The call is noted: Nobody answered.", "Called. Nobody answered.")

    timeline = navigator.page.locator("#timeline")
    navigator.follow("Visit", within=timeline, exact=True)
    navigator.follow("Change note")
    navigator.fill("Note", "The router is on the shelf now.")
    navigator.press("Save note")
    navigator.sees("The note is changed.", "What it said before 1", "The router is behind the couch.")
    navigator.page.locator("summary", has_text="Strike this note out").click()
    navigator.press("Strike out")
    navigator.sees("Struck out")
    expect(navigator.page.locator("s")).to_have_text("The router is on the shelf now.")

    navigator.open(f"/households/{code}")
    navigator.follow("Notes", within=timeline, exact=True)
    navigator.sees("Visit (struck out)", "Call")
    navigator.follow("Record and proof", within=timeline, exact=True)
    navigator.sees("Consent given")


def test_note_without_scripts_begins_with_a_sentence(site: Site, visit_on_phone: Open) -> None:
    with site.behind() as world:
        code = add_household(world, "a", "Leopoldina Fennel", 92)
    navigator = visit_on_phone("navigator_a", scripts=False)
    navigator.open(f"/households/{code}/notes/new")
    navigator.page.locator("summary", has_text="Begin with a sentence").click()
    navigator.follow("Call back")
    navigator.page.locator("textarea").press("End")
    navigator.page.locator("textarea").type(" after six")
    navigator.choose("Sensitive")
    navigator.press("Save note")
    navigator.sees("Plan (sensitive)", "Call them back. Best time: after six")

"""A distribution without network: loaded, cut off, handed over, the tab killed, sent when the network is back."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import select

from digital_inclusion.casework.models import EventDay, EventDayItem
from digital_inclusion.devices.actions.reserving import release_device
from digital_inclusion.devices.models import DeviceRequest
from digital_inclusion.foundation.database import session
from digital_inclusion.households.models import Household
from digital_inclusion.progress.models import FactRow
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.visiting import Visit, sign_in
from tests.factories.aftercare import does
from tests.factories.classes import family, joins, plans
from tests.factories.event_days import prepares, waits
from tests.factories.world import World

PIN, WRONG = "40718236", "99718236"
KEPT = """async () => {
    const done = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
    const database = await done(indexedDB.open("event-day", 1));
    const all = (name) => done(database.transaction(name).objectStore(name).getAll());
    const days = await all("days"), items = await all("items");
    database.close();
    const read = (_key, value) => value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
    return [days.length, items.length, JSON.stringify([days, items], read)];
}"""


@dataclass
class Event:
    """What a test takes along: households by name with their device's tag, and the people of a class."""

    homes: dict[str, tuple[str, str]]
    people: list[str]
    family: str
    title: str

    def facts(self, site: Site, item: str) -> int:
        """Return how many deliveries of the item its households have on record."""
        with site.behind():
            codes = [home for home, _tag in self.homes.values()] + [self.family]
            of_homes = select(Household.id).where(Household.code.in_(codes))
            given = select(FactRow.number).where(FactRow.record_id.in_(of_homes), FactRow.item == item)
            return len(session().scalars(given.order_by(FactRow.number)).all())


def makes_event(world: World, homes: int = 3) -> Event:
    """Reserve devices for new households, and begin a class of three of a family."""
    own = uuid.uuid4().int % 900 * 10
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(own)).capitalize()
    first = ("Linh", "Tariq", "Noor", "Paloma")[:homes]
    held = {f"{name}{letters}": waits(world, own + n, name=f"{name}{letters} Quint") for n, name in enumerate(first)}
    title = f"Event class {own}"
    course, _sessions = plans(world, hours=0, title=title)
    people = [f"{name}{letters}" for name in ("Ada", "Bruno", "Chloe")]
    home, members = family(world, *(f"{name} Rivers" for name in people))
    for member in members:
        joins(world, course, home, member=member)
    return Event(held, people, home, title)


def load(visit: Visit, event: Event, *, with_class: bool = True) -> str:
    """Prepare the event day through the pages and load it; return its code."""
    visit.open("/event-days")
    visit.follow("Prepare an event day")
    if with_class:
        visit.choose(event.title)
    for name in event.homes:
        visit.choose(name)
    visit.press("Prepare event day")
    visit.sees("What is kept on the computer", *(f"{name} Q." for name in event.homes))
    code = visit.path.split("/")[2]
    visit.follow("Load or open on this computer")
    page = visit.page
    page.get_by_label("PIN", exact=True).first.fill("123456")
    page.get_by_label("The same PIN again").fill("123456")
    page.get_by_role("button", name="Load onto this computer").click()
    visit.sees("one of the first that somebody would try")
    load_here(page)
    visit.sees("Devices to hand over", "The list removes itself at")
    visit.check()
    return code


def load_here(page: Page) -> None:
    page.get_by_label("PIN", exact=True).first.fill(PIN)
    page.get_by_label("The same PIN again").fill(PIN)
    page.get_by_role("button", name="Load onto this computer").click()


def unlock(page: Page, pin: str = PIN) -> None:
    page.locator("#pin").fill(pin)
    page.get_by_role("button", name="Unlock").click()


def hand_over(page: Page, name: str, tag: str, *, sign: bool = False) -> None:
    page.get_by_role("button", name=re.compile(f"^Hand over: {name}")).click()
    page.get_by_label("Tag of the device").fill("0000")
    page.get_by_role("button", name="Hand over device").click()
    expect(page.get_by_text("This is not the device reserved for this household")).to_be_visible()
    page.get_by_label("Tag of the device").fill(tag.lower().replace("-", " "))
    if sign:
        page.get_by_text("On this screen").click()
        box = page.locator("canvas").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        for step in range(12):
            page.mouse.move(box["x"] + 20 + step * 15, box["y"] + 20 + step % 3 * 12)
        page.mouse.up()
    else:
        page.get_by_text("On paper, and I saw it").click()
    page.get_by_role("button", name="Hand over device").click()
    expect(page.locator("[data-message]")).to_contain_text("Kept on this computer")


def is_badge(page: Page, text: str) -> None:
    expect(page.locator("[data-badge]")).to_have_text(text, timeout=60_000)


def shown(site: Site, context: BrowserContext, visit: Visit) -> Page:
    """Kill the tab and open the page in a new one."""
    visit.page.close()
    page = context.new_page()
    page.goto(f"{site.url}/event-day/")
    return page


def items_of(site: Site, code: str) -> list[str]:
    with site.behind():
        statement = select(EventDayItem.result).join(EventDay, EventDay.id == EventDayItem.event_day_id)
        return list(session().scalars(statement.where(EventDay.code == code).order_by(EventDayItem.result)))


def test_nothing_is_lost_and_nothing_twice(site: Site, visit_on_phone: Open) -> None:
    with site.behind() as world:
        event = makes_event(world)
    visit = visit_on_phone("navigator_a")
    code = load(visit, event)
    page, context = visit.page, visit.page.context
    context.set_offline(True)
    page.reload()
    unlock(page)
    for place, (name, (_home, tag)) in enumerate(event.homes.items()):
        hand_over(page, name, tag, sign=place == 1)
    visit.check_narrow()
    for name in event.people:
        page.get_by_role("button", name=f"Present: {name} R.").dblclick()
    is_badge(page, "6 not sent yet")
    page.get_by_role("button", name=f"Take back: {event.people[2]} R.").click()
    is_badge(page, "5 not sent yet")
    page.get_by_role("button", name=f"Present: {event.people[2]} R.").click()
    is_badge(page, "6 not sent yet")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("[data-message]")).to_contain_text("There is no connection right now")
    visit.complaints.clear()  # what Chromium writes about a request without network

    page = shown(site, context, visit)
    days, items, text = page.evaluate(KEPT)
    assert (days, items) == (1, 6)
    assert not [
        word for word in (*event.homes, *event.people, "paper", PIN) if word in text
    ]  # not even a name can be read
    unlock(page)
    is_badge(page, "6 not sent yet")

    with site.behind() as world:  # somebody sets one device free while the computer is away
        household = select(Household.id).where(Household.code == event.homes[next(iter(event.homes))][0])
        request = select(DeviceRequest.code).where(DeviceRequest.household_id == session().scalars(household).one())
        does(world, release_device, who="partner_lead_a", code=session().scalars(request).one())
    assert items_of(site, code) == []
    context.set_offline(False)  # the page sends by itself
    is_badge(page, "All sent")
    expect(page.locator("[data-conflicts]")).to_contain_text("not reserved for this household any more")
    assert items_of(site, code) == ["conflict", *["taken"] * 5]
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("[data-message]")).to_contain_text("Everything is sent")
    page.get_by_role("button", name="Send and finish").click()
    expect(page.locator("h2:visible").first).to_contain_text("this computer has forgotten the event day: 6 entries")
    expect(page.locator("[data-finished-conflicts]")).to_contain_text("not reserved")
    assert page.evaluate(KEPT)[:2] == [0, 0]
    assert items_of(site, code) == ["conflict", *["taken"] * 5]
    assert (event.facts(site, "device"), event.facts(site, "training")) == (2, 3)

    back = visit_on_phone("navigator_a")
    back.open(f"/event-days/{code}")
    back.sees("1 entry could not be recorded", "Do it by hand")
    back.press("Settle: ", exact=False)
    back.sees("Nothing of this event day needs you any more.")


def test_lost_answer_is_sent_again_and_counts_once(site: Site, visit_on_phone: Open) -> None:
    with site.behind() as world:
        event = makes_event(world, homes=1)
    visit = visit_on_phone("navigator_a")
    code = load(visit, event)
    page, context = visit.page, visit.page.context
    ((name, (_home, tag)),) = event.homes.items()
    hand_over(page, name, tag)

    def lose(route: Route) -> None:
        route.fetch()  # it arrives
        route.abort()  # its answer does not

    context.route("**/items", lose)
    page.get_by_role("button", name="Send and finish").click()
    expect(page.locator("[data-message]")).to_contain_text("There is no connection right now")
    assert items_of(site, code) == ["taken"]
    expect(page.locator("[data-homes]")).to_contain_text("Sent, answer not received yet")
    expect(page.get_by_role("button", name=re.compile("^Take back"))).to_have_count(0)
    context.unroute("**/items")
    page.get_by_role("button", name="Send and finish").click()
    expect(page.locator("h2:visible").first).to_contain_text("1 entries")
    assert items_of(site, code) == ["taken"] and event.facts(site, "device") == 1
    visit.complaints.clear()


def test_signed_out_meanwhile_and_a_child_with_the_phone(site: Site, visit_on_phone: Open) -> None:
    with site.behind() as world:
        event = makes_event(world, homes=1)
    visit = visit_on_phone("navigator_a")
    code = load(visit, event)
    page, context = visit.page, visit.page.context
    ((name, (_home, tag)),) = event.homes.items()
    hand_over(page, name, tag)
    context.clear_cookies()
    page.get_by_role("button", name="Send and finish").click()
    expect(page.locator("[data-message]")).to_contain_text("You are signed out")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="Lock").click()
    for left in range(9, 0, -1):
        unlock(page, WRONG)
        expect(page.locator("#pin-error")).to_contain_text(f"computer: {left}", timeout=20_000)
    unlock(page, WRONG)
    expect(page.locator("#pin-error")).to_contain_text("What was not sent is still here", timeout=20_000)
    assert page.evaluate(KEPT)[:2] == [1, 1] and items_of(site, code) == []
    page.get_by_role("link", name="Sign in").click()
    sign_in(visit, "navigator_a")
    page.goto(f"{site.url}/event-day/")
    unlock(page)
    expect(page.locator("[data-message]")).to_contain_text("The list is gone from this computer")
    page.get_by_role("button", name="Send and finish").click()
    expect(page.locator("h2:visible").first).to_contain_text("forgotten the event day")
    assert items_of(site, code) == ["taken"] and page.evaluate(KEPT)[:2] == [0, 0]
    visit.complaints.clear()


def test_two_tabs_and_a_tap_taken_back_while_it_is_being_sent(site: Site, visit_at_desk: Open) -> None:
    with site.behind() as world:
        event = makes_event(world, homes=1)
    visit = visit_at_desk("navigator_a")
    code = load(visit, event)
    page, message = visit.page, visit.page.locator("[data-message]")
    held: list[Route] = []
    page.route("**/token.json", lambda route: held.append(route))
    page.get_by_role("button", name=f"Present: {event.people[0]} R.").click()
    with page.expect_request("**/token.json"):
        page.get_by_role("button", name="Send now").click()
    page.get_by_role("button", name=f"Take back: {event.people[0]} R.").click()
    expect(message).to_contain_text("Taken back")
    held[0].continue_()
    page.unroute("**/token.json")
    expect(message).to_contain_text("Everything is sent")
    assert items_of(site, code) == [] and page.evaluate(KEPT)[1] == 0

    other = page.context.new_page()
    other.goto(f"{site.url}/event-day/#{code}")
    unlock(other)
    other.get_by_role("button", name="Send and finish").click()
    expect(other.locator("h2:visible").first).to_contain_text("forgotten the event day")
    page.get_by_role("button", name=f"Present: {event.people[1]} R.").click()
    expect(message).to_contain_text("This was not kept")
    assert page.evaluate(KEPT)[:2] == [0, 0]
    other.goto(f"{site.url}/event-day/?#{code}")
    load_here(page)
    expect(page.get_by_role("button", name=f"Present: {event.people[1]} R.")).to_be_visible(timeout=20_000)
    load_here(other)
    expect(other.locator("[data-message]")).to_contain_text("on this computer already", timeout=20_000)
    page.get_by_role("button", name=f"Present: {event.people[1]} R.").click()
    is_badge(page, "1 not sent yet")
    assert page.evaluate(KEPT)[:2] == [1, 1]

    with site.behind() as world:  # an event with two classes has two event days
        _course, (lesson,) = plans(world, hours=0, title="Another class")
        second = prepares(world, lesson=lesson)
    page.goto(f"{site.url}/event-day/?#{second}")
    load_here(page)
    expect(page.get_by_role("button", name="Lock")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Lock").click()
    page.get_by_role("link", name="Another event day on this computer").click()
    expect(page.get_by_role("button", name=f"Unlock: {code}")).to_be_visible()


def test_list_removes_itself_after_24_hours_and_work_stays(site: Site, visit_at_desk: Open) -> None:
    with site.behind() as world:
        event = makes_event(world, homes=2)
    visit = visit_at_desk("navigator_a")
    page = visit.page
    page.clock.install()
    load(visit, event, with_class=False)
    (name, (_home, tag)), (other, _theirs) = event.homes.items()
    hand_over(page, name, tag)
    page.context.set_offline(True)
    page.clock.fast_forward("24:01:00")
    expect(page.locator("[data-message]")).to_contain_text("Locked")  # long before
    assert page.evaluate(KEPT)[:2] == [1, 1]
    unlock(page)
    expect(page.locator("[data-message]")).to_contain_text("The list is gone from this computer", timeout=20_000)
    expect(page.get_by_text(other)).to_have_count(0)
    is_badge(page, "1 not sent yet")


def test_without_scripts_the_page_says_where_to_go(site: Site, visit: Open) -> None:
    reader: Any = visit("navigator_a", scripts=False)
    reader.open("/event-day/")
    reader.sees("needs scripts", "Your event days, with a list to print")

"""A family needs a laptop: asked for, reserved with its reasons, a time booked, handed over as a loan."""

import uuid

from tests.browser.conftest import Open
from tests.browser.site import Site, add_household
from tests.factories.agenda import offers
from tests.factories.devices import is_ready, takes_in
from tests.factories.requests import specified


def test_family_gets_what_it_asked_for(site: Site, visit_on_phone: Open) -> None:
    own = uuid.uuid4().int % 9000
    name, serial = f"Leilani Kealoha{own}", f"5CD{own:04}XQ7"
    with site.behind() as world:
        home = add_household(world, "a", name, own, deliveries=[])
        unit = specified(
            is_ready(world, takes_in(world, serial)), has_camera=True, memory_mb=8192, battery_percent=85, keyboard="vi"
        )
        offers(world, who="navigator_a", days=3 + own % 300, purpose="hand_over")
    navigator = visit_on_phone("navigator_a")
    navigator.open(f"/households/{home}")
    navigator.follow("Ask for a device")
    navigator.choose("Classes by video")
    navigator.choose("A keyboard in their language")
    navigator.field("Language of the keyboard").select_option("vi")
    navigator.press("Ask for a device")
    navigator.sees("in line", "Camera and microphone work", "Keyboard in their language", "Nobody can promise a day.")
    request = navigator.path
    navigator.open("/devices/stock")
    navigator.sees("Next in line", name)
    navigator.open("/devices/requests")
    navigator.follow(name)
    assert navigator.path == request
    navigator.press("Reserve")
    navigator.sees("Held back until", unit)
    navigator.field("When do they come?").select_option(index=1)
    navigator.press("Book this time")
    navigator.sees("Booked:", "1 Depot Way")
    navigator.follow("Who comes when")
    navigator.open(f"/households/{home}")
    navigator.sees(f"{unit} is reserved until", "they come")
    navigator.open(request)
    navigator.follow("Hand over device")
    navigator.press("Show device")
    navigator.choose("It is a loan")
    navigator.choose("On paper")
    navigator.press("Hand over device")
    navigator.open(request)
    navigator.sees("The household has its device since")
    navigator.open("/devices/loans")
    navigator.sees("On loan")
    navigator.follow("Extend")
    navigator.sees("a verifier looks at the hand-over again")

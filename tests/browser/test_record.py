"""Journey 6: record a device, a line and training, each with its evidence."""

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.enrolling import enroll
from tests.browser.serving import activate, hand_over, train


def test_record_a_device_a_line_and_training(visit: Open) -> None:
    navigator = visit("navigator_a")
    name, code = enroll(navigator)
    hand_over(navigator, code)
    navigator.headed(name)
    navigator.sees("DN7")
    activate(navigator, code)
    navigator.sees("100/20 Mbps", "Bay Fiber")
    train(navigator, code, name)
    navigator.sees("Video calls", "The proof of the laptop waits to be checked by the city.")


def test_record_a_device_without_kind_and_from_the_future_keeps_the_rest(visit: Open) -> None:
    navigator = visit("navigator_a")
    _name, code = enroll(navigator)
    navigator.open(f"/households/{code}/devices/new")
    navigator.fill("Serial number or asset tag", "TAG 0042")
    navigator.fill("Day of the hand-over", "2027-11-01")
    navigator.press("Hand over device", status=400)
    navigator.sees("Please choose a kind.", "Please choose one of the two.")
    expect(navigator.field("Serial number or asset tag")).to_have_value("TAG 0042")
    navigator.choose("Tablet")
    navigator.choose("Bought new")
    navigator.press("Hand over device", status=400)
    navigator.sees("future")


def test_record_a_line_with_an_impossible_speed_says_how_speeds_are_written(visit: Open) -> None:
    navigator = visit("navigator_a")
    _name, code = enroll(navigator)
    navigator.open(f"/households/{code}/lines/new")
    navigator.fill("Internet company", "Bay Fiber")
    navigator.fill("Speed down/up in Mbps", "fast")
    navigator.press("Activate line", status=400)
    navigator.sees("100/20")
    expect(navigator.field("Internet company")).to_have_value("Bay Fiber")

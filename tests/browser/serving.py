"""What was done for a household, recorded as a navigator does it."""

from itertools import count

from tests.browser.visiting import Visit

UNITS = count(7000)


def hand_over(visit: Visit, code: str, *, day: str | None = None, reference: str = "") -> None:
    """Record a new laptop."""
    visit.open(f"/households/{code}/devices/new")
    visit.choose("Laptop")
    visit.choose("Bought new")
    visit.fill("Serial number or asset tag", f"DN-{next(UNITS)}")
    if day:
        visit.fill("Day of the hand-over", day)
    visit.field("What proves it?").select_option(label="Signed hand-over form")
    visit.fill("Where to find it", reference or "form 12")
    visit.press("Hand over device")


def activate(visit: Visit, code: str, *, day: str | None = None, reference: str = "") -> None:
    """Record a line that meets the standard."""
    visit.open(f"/households/{code}/lines/new")
    visit.fill("Internet company", "Bay Fiber")
    visit.fill("Plan", "Internet Essentials")
    visit.fill("Speed down/up in Mbps", "100/20")
    visit.fill("Price a month", "14.95")
    if day:
        visit.fill("Active since", day)
    visit.field("What proves it?").select_option(label="Bill")
    visit.fill("Where to find it", reference or "bill 7")
    visit.press("Activate line")


def train(visit: Visit, code: str, name: str, *, hours: str = "8") -> None:
    """Record hours of one person."""
    visit.open(f"/households/{code}/training/new")
    visit.choose(name)
    visit.fill("Topic", "Video calls")
    visit.fill("Hours", hours)
    visit.field("What proves it?").select_option(label="Attendance sheet")
    visit.press("Record training")

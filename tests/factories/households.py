"""Invented households to enroll."""

from datetime import date
from typing import Any

from digital_inclusion.casework.rules.enrollment import NewAddress, NewConsent, NewHousehold, NewMember
from digital_inclusion.progress.rules.deliveries import Evidence, NewDelivery
from digital_inclusion.progress.rules.facts import Item

ENROLLED_ON = date(2026, 1, 5)


def new_consent(day: date = ENROLLED_ON) -> NewConsent:
    """Return consent to be served, spoken in Spanish."""
    return NewConsent(
        purposes=["service", "follow_up"], text_version="2026-1", language="es", way="spoken", given_on=day
    )


def new_laptop(day: date = date(2026, 1, 10), **changes: Any) -> NewDelivery:
    """Return a new laptop handed over, signed for."""
    values: dict[str, Any] = {
        "item": Item.DEVICE,
        "occurred_on": day,
        "device_kind": "laptop",
        "donated": False,
        "evidence": Evidence(type="signed_hand_over", seen_by="Lan", seen_on=day, reference="R-1"),
    }
    return NewDelivery(**values | changes)


def new_line(day: date = date(2026, 1, 12), **changes: Any) -> NewDelivery:
    """Return a line that meets the standard."""
    values: dict[str, Any] = {
        "item": Item.LINE,
        "occurred_on": day,
        "provider": "Bay Fiber",
        "down_kbps": 100_000,
        "up_kbps": 20_000,
    }
    return NewDelivery(**values | changes)


def new_household(name: str = "Rosa Delgado", **changes: Any) -> NewHousehold:
    """Return a household of one with address, phone and consent, in the service area."""
    values: dict[str, Any] = {
        "members": [NewMember(name, date(1980, 4, 23), is_head=True)],
        "enrolled_on": ENROLLED_ON,
        "address": NewAddress(line="200 E Santa Clara St", city="San José", zip_code="95113"),
        "phone": "(408) 555-0123",
        "phone_e164": "+14085550123",
        "consent": new_consent(),
        "needs_device": True,
    }
    return NewHousehold(**values | changes)

"""What may be recorded, and what cannot be true."""

from datetime import date
from typing import Any

import pytest

from digital_inclusion.progress.rules.deliveries import (
    DEVICE_KINDS,
    EVIDENCE_TYPES,
    Evidence,
    NewDelivery,
    check_delivery,
    evidence_choices,
)
from digital_inclusion.progress.rules.facts import Item, Kind

TODAY = date(2026, 6, 1)
DEVICE: dict[str, Any] = {"item": Item.DEVICE, "occurred_on": date(2026, 1, 10), "device_kind": "laptop"}
LINE: dict[str, Any] = {
    "item": Item.LINE,
    "occurred_on": date(2026, 1, 12),
    "down_kbps": 100_000,
    "up_kbps": 20_000,
}
TRAINING: dict[str, Any] = {"item": Item.TRAINING, "occurred_on": date(2026, 2, 1), "minutes": 90}


@pytest.mark.parametrize(
    "columns",
    [
        DEVICE,
        LINE,
        TRAINING,
        LINE | {"down_kbps": 1_000, "up_kbps": 500},  # below the standard: it happened
        LINE | {"ended_on": date(2026, 1, 12)},
        TRAINING | {"minutes": None, "assessment": "Northstar", "passed": False},
        LINE | {"kind": Kind.CHECK, "down_kbps": None, "up_kbps": None, "passed": False},
    ],
)
def test_check_delivery_lets_through_what_can_be(columns: dict[str, Any]) -> None:
    assert check_delivery(NewDelivery(**columns), TODAY) == []


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        (DEVICE | {"occurred_on": date(2026, 6, 2)}, "occurred_on"),
        (DEVICE | {"occurred_on": date(1926, 6, 2)}, "occurred_on"),
        (DEVICE | {"device_kind": "toaster"}, "device_kind"),
        (DEVICE | {"loan_due_on": date(2026, 1, 10)}, "loan_due_on"),
        (LINE | {"up_kbps": 0}, "speed"),
        (LINE | {"down_kbps": None}, "speed"),
        (LINE | {"price_cents": -1}, "price"),
        (LINE | {"ended_on": date(2026, 1, 11)}, "ended_on"),
        (LINE | {"ended_on": date(2026, 6, 2)}, "ended_on"),
        (LINE | {"kind": Kind.CHECK, "passed": None}, "passed"),
        (TRAINING | {"minutes": None}, "hours"),
        (TRAINING | {"minutes": 0}, "hours"),
        (TRAINING | {"assessment": "Northstar", "passed": None}, "passed"),
        (DEVICE | {"evidence": Evidence(type="hearsay")}, "evidence_type"),
        (DEVICE | {"evidence": Evidence(type="bill", seen_on=date(2026, 6, 2))}, "evidence_seen_on"),
    ],
)
def test_check_delivery_names_the_field_that_cannot_be(columns: dict[str, Any], field: str) -> None:
    assert [problem.field for problem in check_delivery(NewDelivery(**columns), TODAY)] == [field]


def test_every_thing_has_evidence_to_choose_from() -> None:
    for what in ("device", "line", "training", "belonging", "check"):
        codes = [code for code, _label in evidence_choices(what)]
        assert len(codes) >= 2 and set(codes) <= EVIDENCE_TYPES.keys()
    assert len(DEVICE_KINDS) == 7

"""Which numbers are a maker's, and which are a partner's own."""

import pytest

from digital_inclusion.progress.rules.units import held_key


@pytest.mark.parametrize(
    "serial", ["5CD1234ABC", "7XK2LM3", "PF0ABC12", "C02XK0ABJGH5", "352099001761481", "NXHKK110011234"]
)
def test_held_key_of_a_serial_is_the_same_everywhere(serial: str) -> None:
    assert held_key(serial, 3) == held_key(serial, 4) == serial


@pytest.mark.parametrize("tag", ["0012", "PC0012", "LAPTOP0012", "SJPL00123", "A1B2", "X"])
def test_held_key_of_a_tag_is_its_partners(tag: str) -> None:
    assert held_key(tag, 3) != held_key(tag, 4)
    assert held_key(tag, 3) == f"3:{tag}"

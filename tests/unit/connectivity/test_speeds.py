"""Speeds as people write them."""

import pytest

from digital_inclusion.connectivity.rules.speeds import parse_speed
from digital_inclusion.foundation.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "kbps"),
    [
        ("100/20", (100_000, 20_000)),
        (" 100 / 20 Mbps ", (100_000, 20_000)),
        ("25000/3000 kbps", (25_000, 3_000)),
        ("1 Gbps / 40 Mbps", (1_000_000, 40_000)),
        ("1 Gbps / 40", (1_000_000, 40_000)),
        ("1G/500M", (1_000_000, 500_000)),
        ("1,000/35", (1_000_000, 35_000)),
        ("1000x1000", (1_000_000, 1_000_000)),
        ("100 down / 20 up", (100_000, 20_000)),
        ("940 Mbit/s / 880 Mbit/s", (940_000, 880_000)),
        ("25.5/3.2", (25_500, 3_200)),
        ("１００／２０", (100_000, 20_000)),
    ],
)
def test_parse_speed(text: str, kbps: tuple[int, int]) -> None:
    assert parse_speed(text) == kbps


@pytest.mark.parametrize("text", ["", "100", "fast", "12,5/3", "100/20/5", "-5/1", "100/20 apples", "1e3/5"])
def test_parse_speed_of_what_nobody_can_read(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_speed(text)
    assert "speed" in refused.value.fields


@pytest.mark.parametrize("text", ["100", "100 Mbps", "1 gig", "100000 kbps", "1,000", "25.5 down"])
def test_parse_speed_of_one_alone_says_how_to_write_both(text: str) -> None:
    with pytest.raises(Invalid, match="down/up, for example 100/20"):
        parse_speed(text)

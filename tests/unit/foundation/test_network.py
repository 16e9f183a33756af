"""From where a request comes: one customer is one address, whichever version of the protocol."""

import pytest

from digital_inclusion.foundation.web.network import network_of


def test_a_network_of_version_six_is_one_address() -> None:
    one = network_of("2001:db8:0:1::1")
    assert one == network_of("2001:db8:0:1:ffff:ffff:ffff:ffff")
    assert one != network_of("2001:db8:0:2::1")


@pytest.mark.parametrize("written", ["192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207"])
def test_an_address_of_version_four_is_itself_however_written(written: str) -> None:
    assert network_of(written) == "192.0.2.7"


@pytest.mark.parametrize("written", [None, "", "localhost", "unix:"])
def test_no_address_is_one_address(written: str | None) -> None:
    assert network_of(written) == "unknown"


def test_a_zone_is_no_other_address() -> None:
    assert network_of("fe80::1%eth0") == network_of("fe80::1")

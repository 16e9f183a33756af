"""A flood from one address is refused in memory; others are not held up, and memory does not grow."""

import pytest
from flask import Flask

from digital_inclusion.foundation.kernel.errors import Throttled
from digital_inclusion.foundation.web import flood
from digital_inclusion.foundation.web.flood import Flood


def test_a_burst_is_answered_then_only_so_many_a_second() -> None:
    bucket = Flood(burst=3, a_second=2)
    assert [bucket.admit("a", 0) for _ in range(5)] == [True, True, True, False, False]
    assert [bucket.admit("a", 1) for _ in range(3)] == [True, True, False]
    assert [bucket.admit("a", 100) for _ in range(4)] == [True, True, True, False]


def test_other_addresses_are_not_held_up() -> None:
    bucket = Flood(burst=1, a_second=1)
    assert bucket.admit("a", 0) and not bucket.admit("a", 0) and bucket.admit("b", 0)


def test_only_so_many_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "REMEMBERED", 100)
    bucket = Flood(burst=1, a_second=1)
    for number in range(1000):
        bucket.admit(str(number), 0)
    assert len(bucket._left) == 100


def test_a_customer_of_version_six_is_one_address_and_no_address_is_one_too() -> None:
    app, bucket = Flask("flood"), Flood(burst=1, a_second=0.001)

    def ask(address: str | None) -> bool:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address} if address else None):
            try:
                bucket.check()
            except Throttled:
                return False
            return True

    assert ask("2001:db8::1") and not ask("2001:db8::2") and ask("2001:db8:0:1::1")
    assert ask(None) and not ask("not an address")

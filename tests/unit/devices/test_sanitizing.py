"""What a technique reaches, how one looks, where a medium goes, and who may decide."""

from datetime import date

import pytest

from digital_inclusion.devices.rules import sanitizing as rules
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid


def test_every_technique_works_on_something_and_every_medium_can_be_destroyed() -> None:
    assert set().union(*rules.REACHES.values()) == set(rules.TECHNIQUES)
    assert rules.REACHES.keys() == rules.MEDIA.keys()
    for kind in rules.MEDIA:
        assert rules.Method.DESTROY in rules.REACHES[kind].values()
        assert [rules.method_of(kind, technique) for technique in rules.techniques_for(kind)]


@pytest.mark.parametrize(("kind", "technique"), [("ssd", "degauss"), ("hdd", "block_erase"), ("card", "crypto_erase")])
def test_technique_that_does_nothing_there_is_refused(kind: str, technique: str) -> None:
    with pytest.raises(Invalid):
        rules.method_of(kind, technique)


@pytest.mark.parametrize(
    ("kind", "technique", "method"),
    [("ssd", "overwrite", "clear"), ("flash", "factory_reset", "clear"), ("hdd", "degauss", "purge")],
)
def test_cautious_methods(kind: str, technique: str, method: str) -> None:
    assert rules.method_of(kind, technique) == method


@pytest.mark.parametrize("method", list(rules.Method))
def test_pieces_are_seen_and_not_used_again(method: rules.Method) -> None:
    destroyed = method is rules.Method.DESTROY
    assert ("seen" in rules.verifications_for(method)) is destroyed
    assert ("reuse" in rules.destinations_for(method)) is not destroyed
    assert ("destroyed" in rules.destinations_for(method)) is destroyed


def test_only_clear_needs_a_reason() -> None:
    rules.check_strength(rules.Method.PURGE, reason=None)
    rules.check_strength(rules.Method.CLEAR, reason="stays here")
    with pytest.raises(Invalid):
        rules.check_strength(rules.Method.CLEAR, reason="  ")


@pytest.mark.parametrize(("by", "others"), [(7, [7, None]), (7, [1, 7]), (None, [1, 2])])
def test_nobody_validates_their_own_work(by: int | None, others: list[int | None]) -> None:
    with pytest.raises(Conflict):
        rules.check_validator(by, others)
    rules.check_validator(9, others)


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 3, 12)])
def test_wipe_lies_between_the_coming_of_the_unit_and_today(day: date) -> None:
    came, today = date(2026, 3, 1), date(2026, 3, 11)
    for good in (came, today):
        rules.check_performed(good, came=came, today=today)
    with pytest.raises(Invalid):
        rules.check_performed(day, came=came, today=today)

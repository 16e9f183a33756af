"""The order in which things wait for the city, and which partners are quiet."""

from datetime import date

from digital_inclusion.foundation.access.permissions import PERMISSIONS
from digital_inclusion.reporting.rules.city_today import KINDS, Waiting, in_order, quiet

TODAY = date(2026, 5, 6)


def test_what_is_late_comes_first_then_the_nearest_day_then_the_oldest() -> None:
    found = [
        Waiting("evidence", 7),
        Waiting("pairs", 3, since=date(2026, 4, 1)),
        Waiting("to_approve", 0, since=date(2026, 1, 1)),
        Waiting("requests_late", 1, since=date(2026, 5, 1)),
        Waiting("grievances", 2, due=date(2026, 5, 9)),
        Waiting("requests", 1, since=date(2026, 3, 1)),
    ]
    assert [one.kind for one in in_order(found, TODAY)] == [
        "requests_late", "grievances", "requests", "pairs", "evidence",
    ]  # fmt: skip
    assert Waiting("grievances", 1, due=date(2026, 5, 5)).is_late(TODAY)
    assert not Waiting("grievances", 1, due=TODAY).is_late(TODAY)


def test_quiet_partners_have_not_one_household_more() -> None:
    assert quiet({1: 5, 2: 5}, {1: 6, 2: 5, 4: 1}, [1, 2, 3, 4]) == [2, 3]


def test_every_kind_names_a_permission_that_exists() -> None:
    assert {kind.permission for kind in KINDS.values()} <= PERMISSIONS.keys()

"""Rules of accounts on values alone."""

from datetime import UTC, datetime, timedelta

import pytest

from digital_inclusion.accounts import rules
from digital_inclusion.foundation.access.identity import Actor
from digital_inclusion.foundation.access.roles import ROLES
from digital_inclusion.foundation.kernel.errors import Invalid

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _actor(role: str, partner_id: int = 1) -> Actor:
    return Actor(user_id=1, name="Ann", partner_id=partner_id, roles=frozenset({role}))


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "a" * 12,
        "Password 1234",
        "123456789012",
        "ann.example@example.org",
        "AnnExample2026",
        "ann example ann example",
        "x" * 5 + "y" * 260,
    ],
)
def test_check_password_refuses_what_is_guessed_first(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.check_password(password, email="ann.example@example.org", name="Ann Example")
    assert list(caught.value.fields) == ["password"]


@pytest.mark.parametrize(
    "password", ["seven green bicycles", "mưa rơi trên phố cũ", "Tr0ub4dor&3-horse", "x1y2z3 " * 30]
)
def test_check_password_takes_long_ones(password: str) -> None:
    rules.check_password(password, email="a@example.org", name="An")


def test_is_over_after_idling_and_in_any_case_at_the_end() -> None:
    end = NOW + rules.ABSOLUTE
    assert not rules.is_over(NOW + rules.IDLE - timedelta(seconds=1), seen_at=NOW, expires_at=end)
    assert rules.is_over(NOW + rules.IDLE, seen_at=NOW, expires_at=end)
    assert rules.is_over(end, seen_at=end, expires_at=end)


def test_grantable_roles_of_a_partner_lead_are_partner_roles_at_home() -> None:
    lead = _actor("partner_lead", partner_id=7)
    codes = {role.code for role in rules.grantable_roles(lead, partner_id=7, city_wide=False)}
    assert codes == {role.code for role in ROLES.values() if role.assignable and not role.city}
    assert rules.grantable_roles(lead, partner_id=8, city_wide=False) == []
    assert rules.grantable_roles(lead, partner_id=7, city_wide=True) == []


@pytest.mark.parametrize("role", ["administrator", "program_manager"])
def test_check_grant_keeps_city_roles_in_the_city(role: str) -> None:
    by = _actor(role)
    rules.check_grant(by, "verifier", partner_id=2, city_wide=True)
    rules.check_grant(by, "navigator", partner_id=3, city_wide=False)
    for wrong, city_wide in (("verifier", False), ("navigator", True), ("system", True), ("nothing", True)):
        with pytest.raises(Invalid):
            rules.check_grant(by, wrong, partner_id=2, city_wide=city_wide)


def test_check_period_time_boxes_the_auditor() -> None:
    rules.check_period("auditor", now=NOW, ends_at=NOW + timedelta(days=30))
    rules.check_period("navigator", now=NOW, ends_at=None)
    for ends_at in (None, NOW, NOW + timedelta(days=400)):
        with pytest.raises(Invalid):
            rules.check_period("auditor", now=NOW, ends_at=ends_at)


def test_valid_roles_are_those_in_force_now() -> None:
    day = timedelta(days=1)
    held = [
        ("navigator", NOW - day, None),
        ("partner_lead", NOW - day, NOW),
        ("auditor", NOW, NOW + day),
        ("verifier", NOW + day, None),
    ]
    assert rules.valid_roles(held, NOW) == (frozenset({"navigator", "auditor"}), NOW + day)

"""Rules of funding: which outcomes a grant can aim at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

# The milestones of counting that a grant may aim at; in the order in which a household reaches them.
OUTCOMES: dict[str, str] = {
    "device": _("Device"),
    "connectivity": _("Connection"),
    "connected": _("Connected (device and connection)"),
    "skills": _("Skills"),
    "included": _("Included (device, connection and skills)"),
    "skills_sustained": _("Skills sustained"),
}
MOST_CENTS = 99_999_999_999  # just under a thousand million dollars: more is a slip of the finger
MOST_TARGET = 10_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """How many of an outcome, and what one verified result is worth in cents."""

    target: int
    unit_rate_cents: int


def check_grant(*, starts_on: date, ends_on: date, amount_cents: int, targets: Mapping[str, Target]) -> None:
    """Raise Invalid naming every value that cannot be."""
    fields: dict[str, str] = {}
    if ends_on < starts_on:
        fields["ends_on"] = _("The last day lies before the first.")
    if amount_cents > MOST_CENTS:
        fields["amount"] = _("This amount is larger than any grant we can keep.")
    for outcome, aim in targets.items():
        fields |= _mistakes(outcome, aim, amount_cents)
    if not targets:
        fields["connected_target"] = _("Set a target for at least one outcome.")
    if fields:
        raise Invalid(fields=fields)


def _mistakes(outcome: str, aim: Target, amount_cents: int) -> dict[str, str]:
    if outcome not in OUTCOMES:
        raise ValueError(f"unknown outcome {outcome}")
    found = {}
    if aim.unit_rate_cents > amount_cents:
        found[f"{outcome}_rate"] = _("One result cannot be worth more than the whole grant.")
    if aim.target > MOST_TARGET:
        found[f"{outcome}_target"] = _("This target is larger than any we can keep.")
    return found

"""What a grant has earned: verified results times the rate of one, in whole cents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One outcome of a grant."""

    outcome: str
    target: int
    verified: int
    pending: int
    unit_rate_cents: int

    @property
    def earned_cents(self) -> int:
        """Return what the verified results are worth; exact, because both are whole numbers."""
        return self.verified * self.unit_rate_cents

    @property
    def percent(self) -> int | None:
        """Return how much of the target is verified, in whole percent rounded down; None without a target."""
        return self.verified * 100 // self.target if self.target else None

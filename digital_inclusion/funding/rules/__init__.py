"""Rules of funding: what grants aim at, what a ledger of money may hold, how payments go."""

from .grants import MOST_CENTS, MOST_TARGET, OUTCOMES, Target, check_grant

__all__ = ["MOST_CENTS", "MOST_TARGET", "OUTCOMES", "Target", "check_grant"]

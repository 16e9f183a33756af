"""What people may type about grants, budgets and payments."""

from .grants import GrantForm

__all__ = ["GrantForm"]

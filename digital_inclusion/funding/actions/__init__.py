"""Use cases of funding."""

from .grants import GrantTerms, change_grant, create_grant

__all__ = ["GrantTerms", "change_grant", "create_grant"]

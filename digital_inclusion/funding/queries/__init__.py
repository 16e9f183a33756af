"""Reading funds, grants, budgets and payments."""

from .grants import find_fund_named, find_grant_by_number, get_grant, list_funds, list_grants

__all__ = ["find_fund_named", "find_grant_by_number", "get_grant", "list_funds", "list_grants"]

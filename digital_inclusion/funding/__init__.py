"""Funds, grants, targets per outcome and unit rates."""

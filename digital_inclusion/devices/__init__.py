"""A device handed over (deepened later)."""

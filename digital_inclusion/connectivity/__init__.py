"""A line activated (deepened later)."""

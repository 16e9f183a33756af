"""Use cases of connectivity."""

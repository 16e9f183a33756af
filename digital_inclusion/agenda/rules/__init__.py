"""Business rules of slots and tasks. Pure."""

"""Business rules of devices. Pure."""

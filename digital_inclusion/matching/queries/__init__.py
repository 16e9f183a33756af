"""All SELECTs of matching."""

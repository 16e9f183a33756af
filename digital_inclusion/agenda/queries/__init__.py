"""All SELECTs of the agenda."""

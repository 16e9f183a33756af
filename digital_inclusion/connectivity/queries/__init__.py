"""All SELECTs of connectivity."""

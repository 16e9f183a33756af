"""All SELECTs of counting."""

"""All SELECTs of files."""

"""All SELECTs of casework."""

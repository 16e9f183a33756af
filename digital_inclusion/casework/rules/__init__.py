"""Business rules of casework. Pure."""

"""Training recorded (deepened later)."""

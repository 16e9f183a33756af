"""Devices: donated, received, wiped, tested, handed over, returned. One unit's chain from closet to home."""

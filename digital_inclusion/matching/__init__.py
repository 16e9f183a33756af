"""Is this the same household? Likely pairs, link, split, kept apart."""

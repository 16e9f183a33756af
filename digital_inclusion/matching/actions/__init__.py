"""Use cases of matching: keyed fingerprints, likely pairs."""

"""Use cases of counting: post facts, verify evidence, apply settings."""

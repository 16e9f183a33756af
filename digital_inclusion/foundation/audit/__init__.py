"""Append-only audit events: a closed list of names, field names but never values, sealed by a hash chain."""

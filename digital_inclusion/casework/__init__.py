"""Enrollment, the household page, corrections."""

"""The record itself: household, members, address, contact, consent, enrollments."""

"""Use cases of the agenda: slots for appointments, and what is to be done."""

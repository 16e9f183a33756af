"""Appointments: slots with room for so many, and who has taken one. What an appointment is about lies above."""

"""Tables of the agenda: slots and bookings of them, tasks."""

from .slots import Booking, Slot
from .tasks import Task

__all__ = ["Booking", "Slot", "Task"]

"""Tables of the agenda: slots, bookings of them, tasks, messages, appointments with households."""

from .appointments import Appointment, AppointmentMove
from .messages import Message, MessageBlock, MessageKey, MessageReport
from .slots import Booking, Slot
from .tasks import Task

__all__ = [
    "Appointment",
    "AppointmentMove",
    "Booking",
    "Message",
    "MessageBlock",
    "MessageKey",
    "MessageReport",
    "Slot",
    "Task",
]

"""Tables of the agenda: slots and bookings of them, tasks, messages."""

from .messages import Message, MessageBlock, MessageReport
from .slots import Booking, Slot
from .tasks import Task

__all__ = ["Booking", "Message", "MessageBlock", "MessageReport", "Slot", "Task"]

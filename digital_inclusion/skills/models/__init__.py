"""Tables of skills: classes and their sessions, places in them, who came."""

from .classes import ClassSession, TrainingClass
from .places import Attendance, ClassPlace

__all__ = ["Attendance", "ClassPlace", "ClassSession", "TrainingClass"]

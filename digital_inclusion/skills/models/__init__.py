"""Tables of skills: classes and their sessions, places in them, who came, assessments."""

from .assessments import Assessment
from .classes import ClassSession, TrainingClass
from .places import Attendance, ClassPlace
from .requests import ClassRequest

__all__ = ["Assessment", "Attendance", "ClassPlace", "ClassRequest", "ClassSession", "TrainingClass"]

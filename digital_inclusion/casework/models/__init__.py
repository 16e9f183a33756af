"""Tables of casework: requests for help, referrals, notes, grievances, outreach events."""

from .grievances import Grievance, GrievanceSide, GrievanceWords
from .notes import Note, NoteRevision
from .outreach import OutreachEvent, OutreachRevision
from .requests import HelpRequest, Intake, Referral

__all__ = [
    "Grievance",
    "GrievanceSide",
    "GrievanceWords",
    "HelpRequest",
    "Intake",
    "Note",
    "NoteRevision",
    "OutreachEvent",
    "OutreachRevision",
    "Referral",
]

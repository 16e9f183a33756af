"""Tables of casework: requests for help, referrals, notes, surveys, grievances, outreach events."""

from .grievances import Grievance, GrievanceSide, GrievanceWords
from .notes import Note, NoteRevision
from .outreach import OutreachEvent, OutreachRevision
from .requests import HelpRequest, Intake, Referral
from .surveys import Survey, SurveyInvitation, SurveyLink

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
    "Survey",
    "SurveyInvitation",
    "SurveyLink",
]

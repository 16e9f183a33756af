"""Tables of casework: requests for help, referrals, notes, surveys, grievances, outreach, event days."""

from .event_days import EventDay, EventDayHome, EventDayItem
from .grievances import Grievance, GrievanceSide, GrievanceWords
from .handing_on import HouseholdReferral, ReferralLetter
from .notes import Note, NoteRevision
from .outreach import OutreachEvent, OutreachRevision
from .requests import HelpRequest, Intake, Referral
from .surveys import Survey, SurveyInvitation, SurveyLink

__all__ = [
    "EventDay",
    "EventDayHome",
    "EventDayItem",
    "Grievance",
    "GrievanceSide",
    "GrievanceWords",
    "HelpRequest",
    "HouseholdReferral",
    "Intake",
    "Note",
    "NoteRevision",
    "OutreachEvent",
    "OutreachRevision",
    "Referral",
    "ReferralLetter",
    "Survey",
    "SurveyInvitation",
    "SurveyLink",
]

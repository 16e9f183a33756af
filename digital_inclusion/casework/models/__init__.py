"""Tables of casework: requests for help, referrals of those and of households, notes, surveys, grievances, outreach."""

from .grievances import Grievance, GrievanceSide, GrievanceWords
from .handing_on import HouseholdReferral, ReferralLetter
from .notes import Note, NoteRevision
from .outreach import OutreachEvent, OutreachRevision
from .requests import HelpRequest, Intake, Referral
from .surveys import Survey, SurveyInvitation, SurveyLink

__all__ = [
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

"""Tables of casework: requests for help, referrals, notes."""

from .notes import Note, NoteRevision
from .requests import HelpRequest, Intake, Referral

__all__ = ["HelpRequest", "Intake", "Note", "NoteRevision", "Referral"]

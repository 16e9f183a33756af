"""Tables of connectivity: offers, applications, subscriptions and what lowers their price, checks and samples."""

from .applications import Application, ApplicationMove
from .checks import CheckLink, LineCheck, Sample, SampleMember
from .endings import EndedSubsidy, ProgramEnd
from .offers import Offer, OfferTerms
from .subscriptions import Subscription, Subsidy
from .vouchers import Voucher

__all__ = [
    "Application", "ApplicationMove", "CheckLink", "EndedSubsidy", "LineCheck", "Offer", "OfferTerms", "ProgramEnd",
    "Sample", "SampleMember", "Subscription", "Subsidy", "Voucher",
]  # fmt: skip

"""Tables of connectivity: offers, applications, subscriptions and what lowers their price, checks and samples."""

from .applications import Application, ApplicationMove
from .checks import CheckLink, LineCheck, Sample, SampleMember
from .endings import EndedSubsidy, ProgramEnd
from .offers import Offer, OfferTerms
from .subscriptions import Subscription, Subsidy
from .vouchers import Voucher

# what names a line by the number of its fact, and goes with it to the fact that a correction puts in its place
OF_LINES = (Application, CheckLink, LineCheck, SampleMember, Subsidy, Voucher)

__all__ = [
    "OF_LINES", "Application", "ApplicationMove", "CheckLink", "EndedSubsidy", "LineCheck", "Offer", "OfferTerms",
    "ProgramEnd", "Sample", "SampleMember", "Subscription", "Subsidy", "Voucher",
]  # fmt: skip

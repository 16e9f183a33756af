"""Tables of connectivity: offers, applications, subscriptions and what lowers their price."""

from .applications import Application, ApplicationMove
from .offers import Offer, OfferTerms
from .subscriptions import Subscription, Subsidy
from .vouchers import Voucher

__all__ = ["Application", "ApplicationMove", "Offer", "OfferTerms", "Subscription", "Subsidy", "Voucher"]

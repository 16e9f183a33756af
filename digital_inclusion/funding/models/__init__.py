"""Tables of funding: funds and grants; budgets, the ledger of money, payment batches."""

from .grants import Fund, Grant, GrantTarget
from .money import Budget, MoneyEntry
from .payments import Payment, PaymentBatch

__all__ = ["Budget", "Fund", "Grant", "GrantTarget", "MoneyEntry", "Payment", "PaymentBatch"]

"""A fact on its way into the ledger."""

from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from ..models import FactRow
from ..queries.ledger import fact_from
from ..rules.facts import Fact, Item, Kind

COUNTING_COLUMNS = Fact._fields
_OWN = {"number", "posting", "kind", "record_id", "partner_id", "occurred_on", "refers_to", "entered_by"}
_ALL_COLUMNS = {column.key for column in FactRow.__table__.columns}
_FURTHER = _ALL_COLUMNS - _OWN
_EMPTY: dict[str, Any] = dict.fromkeys(_ALL_COLUMNS) | {"self_verified": False}
_ITEMS = {item.value: item for item in Item}
_counting = itemgetter(*COUNTING_COLUMNS)


@dataclass(eq=False, slots=True, kw_only=True)
class NewFact:
    """A fact about to be posted. ``values`` are further columns of the facts table by name.

    ``refers_to`` is a fact number, or another new fact of the same posting. ``number`` is set by posting.
    ``entered_by`` only where a decision is carried over to a corrected fact: it stays its verifier's.
    """

    kind: Kind
    record_id: int
    partner_id: int
    occurred_on: date
    refers_to: "int | NewFact | None" = None
    values: dict[str, Any] = field(default_factory=dict)
    number: int = 0
    entered_by: int | None = None

    def __post_init__(self) -> None:
        if not self.values.keys() <= _FURTHER:
            raise ValueError(f"not columns of a fact: {sorted(self.values.keys() - _FURTHER)}")

    @property
    def referred(self) -> int | None:
        """Return the number of the fact this one refers to."""
        return self.refers_to.number if isinstance(self.refers_to, NewFact) else self.refers_to

    def as_row(self, *, posting: int, entered_by: int | None) -> dict[str, Any]:
        """Return the row to insert."""
        row = _EMPTY | self.values
        row["item"] = _ITEMS[row["item"]].value if row["item"] else None
        row |= {
            "number": self.number,
            "posting": posting,
            "kind": self.kind.value,
            "record_id": self.record_id,
            "partner_id": self.partner_id,
            "occurred_on": self.occurred_on,
            "refers_to": self.referred,
            "entered_by": self.entered_by if self.entered_by is not None else entered_by,
        }
        return row


def as_fact(row: dict[str, Any]) -> Fact:
    """Return the counting view of a row (a mapping with at least the counting columns)."""
    return fact_from(_counting(row))

"""Whose a record is."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ...households.models import Household
from ..models import Standing

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Owner:
    """A record's owner, in the shape the policy asks about."""

    id: int
    partner_id: int


def owners_of(target: Session, records: Collection[int]) -> dict[int, Owner]:
    """Return the owner of each record that the session sees; one whose enrollment was taken back stands nowhere."""
    found: dict[int, Owner] = {}
    ordered = sorted(records)
    for start in range(0, len(ordered), _CHUNK):
        chosen = Household.id.in_(ordered[start : start + _CHUNK])
        stands = exists().where(Standing.record_id == Household.id)
        rows = target.execute(select(Household.id, Household.partner_id).where(chosen, stands).order_by(Household.id))
        found.update((record, Owner(record, partner)) for record, partner in rows)
    return found

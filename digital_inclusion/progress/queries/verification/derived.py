"""What lists read, against the facts: who is one household, where each record stands, each proof, each unit out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from ...models import FactRow, RecordIdentity, Standing
from ...recount.book import Book
from ...rules.facts import Fact
from ...schemas import parse_program
from .. import ledger
from .knowledge import batches, households, program_at
from .proofs import check_proof_columns, check_proofs
from .standings import Standings, check_reason_cells
from .units import check_units

_AT_ONCE = 500


def check_derived(target: Session) -> Iterator[str]:
    """Yield everything derived that does not follow from the facts, that is missing, or that speaks of no fact."""
    last = ledger.head(target).posting
    version = ledger.program_version_at(target, last)
    if last == 0 or version is None:
        return
    standings = Standings(program_at(target, last), parse_program(version.text).counting, loaded=version.posting)
    for records, facts in batches(households(target, until=last), _AT_ONCE):
        members = _members(records, facts)
        yield from _check_identities(target, records, members)
        yield from standings.check(target, records, facts, members)
        yield from check_proofs(target, records, facts)
    yield from _check_nobodys(target)
    yield from check_reason_cells(target)
    yield from check_proof_columns(target)
    yield from check_units(target)


def _members(records: Sequence[int], facts: Sequence[Fact]) -> dict[int, list[int]]:
    """Return the records of each identity; one of which every fact was taken back is still its own."""
    members = dict(Book(facts).households())
    for record in set(records) - {record for its in members.values() for record in its}:
        members[record] = [record]
    return members


def _check_identities(target: Session, records: Sequence[int], members: Mapping[int, list[int]]) -> Iterator[str]:
    wanted = {record: identity for identity, its in members.items() if len(its) > 1 for record in its}
    columns = (RecordIdentity.record_id, RecordIdentity.identity)
    statement = select(*columns).where(RecordIdentity.record_id.in_(records)).order_by(RecordIdentity.record_id)
    have: dict[int, Any] = dict(target.execute(statement).all())
    for record in sorted(wanted.keys() | have.keys()):
        if wanted.get(record) != have.get(record):
            yield f"identity of record {record}: {have.get(record)}, not {wanted.get(record)}"


def _check_nobodys(target: Session) -> Iterator[str]:
    """Yield what stands for records of which no fact speaks."""
    tables: tuple[tuple[str, Any], ...] = (
        ("standing", Standing.record_id),
        ("identity", RecordIdentity.record_id),
    )
    for name, record in tables:
        told = exists().where(or_(FactRow.record_id == record, FactRow.other_record_id == record))
        for number in target.scalars(select(record).where(~told).order_by(record)):
            yield f"{name} of record {number}: there is no fact about it"

"""Reading facts and the ledger for posting and recounting. Runs in a session that sees every partner."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...foundation.kernel import clock
from ...households.models import Household
from ..models import EntryRow, FactRow, LedgerHead, PostingRow, ProgramVersion, RecordIdentity
from ..rules.facts import Fact, Item, Kind
from ..rules.ledger import Aspect, Key, Milestone

_COUNTING = [FactRow.__table__.c[name] for name in Fact._fields]
_counting = attrgetter(*Fact._fields)
_KIND, _ITEM = Fact._fields.index("kind"), Fact._fields.index("item")
_CHUNK = 500
_MILESTONES = {milestone.value: milestone for milestone in Milestone}
_ASPECTS = {aspect.value: aspect for aspect in Aspect}
_KINDS = {kind.value: kind for kind in Kind}
_ITEMS = {item.value: item for item in Item} | {None: None}


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def fact_from(row: Any) -> Fact:
    """Return the counting view of a row of the counting columns, in their order."""
    values = list(row)
    values[_KIND], values[_ITEM] = _KINDS[values[_KIND]], _ITEMS[values[_ITEM]]
    return Fact._make(values)


def fact_of(row: Any) -> Fact:
    """Return the counting view of a stored row, or of anything with its columns."""
    return fact_from(_counting(row))


def facts_of(target: Session, records: Iterable[int], *, until: int | None = None) -> list[Fact]:
    """Return the facts of the records as known at posting ``until``, by number.

    A link belongs to both of its records, and so does whatever takes it back.
    """
    found: dict[int, Fact] = {}
    wanted = set(records)
    for ids in _chunks(wanted):
        _learn(target, found, FactRow.record_id.in_(ids), until)
        _learn(target, found, FactRow.other_record_id.in_(ids), until)
    _follow_links(target, found, wanted, until)
    return [found[number] for number in sorted(found)]


def _learn(target: Session, found: dict[int, Fact], where: Any, until: int | None) -> list[int]:
    statement = select(*_COUNTING).where(where)
    if until is not None:
        statement = statement.where(FactRow.posting <= until)
    learned = [fact_from(row) for row in target.execute(statement.order_by(FactRow.number))]
    found.update((fact.number, fact) for fact in learned)
    return [fact.number for fact in learned]


def _follow_links(target: Session, found: dict[int, Fact], records: set[int], until: int | None) -> None:
    """Add what speaks of a link made from another record's side (a split, a void), and of that in turn."""
    asked = [fact.number for fact in found.values() if fact.kind is Kind.LINK and fact.record_id not in records]
    while asked:
        asked = [
            number for ids in _chunks(asked) for number in _learn(target, found, FactRow.refers_to.in_(ids), until)
        ]


def stream_facts(target: Session, *, until: int | None = None, batch: int = 5000) -> Iterator[Fact]:
    """Yield every fact known at posting ``until``, ordered by record, then number; memory stays flat."""
    statement = select(*_COUNTING).order_by(FactRow.record_id, FactRow.number)
    if until is not None:
        statement = statement.where(FactRow.posting <= until)
    for row in target.execute(statement.execution_options(yield_per=batch)):
        yield fact_from(row)


def records_joined_by(target: Session, facts: Iterable[int]) -> set[int]:
    """Return both records of every link among the facts, and of every link that splits and voids among them lead to.

    A void of a split joins two records again, so both have to be read, though only one is named by the void.
    """
    joined: set[int] = set()
    asked = set(facts)
    columns = (FactRow.kind, FactRow.record_id, FactRow.other_record_id, FactRow.refers_to)
    while asked:
        speaking = set[int]()
        for ids in _chunks(asked):
            chosen = select(*columns).where(FactRow.number.in_(ids), FactRow.kind.in_(("link", "split", "void")))
            for kind, record, other, about in target.execute(chosen.order_by(FactRow.number)):
                if kind == "link" and other is not None:
                    joined |= {record, other}
                elif about is not None:
                    speaking.add(about)
        asked = speaking
    return joined


def lock_records(target: Session, records: Iterable[int]) -> dict[int, int]:
    """Lock the records' whole identities, ascending, and return record -> identity as it stands.

    Two postings that touch one identity wait for each other here (PostgreSQL); on SQLite the write lock does it.
    Locks are taken in one ascending sweep, so no two postings wait for each other crosswise. If a link or split
    changed the identities while we waited, the sweep is given back (savepoint) and made anew. The lock lets others
    refer to the records meanwhile: a likely pair found under the head lock names a record that somebody else holds.
    """
    wanted = set(records)
    standing = identities_of(target, wanted)
    if target.get_bind().dialect.name != "postgresql":
        return standing
    while True:
        sweep = target.begin_nested()
        for ids in _chunks(standing):
            chosen = select(Household.id).where(Household.id.in_(ids)).order_by(Household.id)
            target.execute(chosen.with_for_update(key_share=True))
        before, standing = standing, identities_of(target, wanted)
        if standing == before:
            sweep.commit()
            return standing
        sweep.rollback()


def identities_of(target: Session, records: Iterable[int]) -> dict[int, int]:
    """Return record -> identity for the records and for all records that share an identity with them."""
    wanted = set(records)
    found: dict[int, int] = {}
    for ids in _chunks(wanted):
        shared = select(RecordIdentity.identity).where(RecordIdentity.record_id.in_(ids))
        statement = select(RecordIdentity.record_id, RecordIdentity.identity).where(RecordIdentity.identity.in_(shared))
        found.update(
            (record, identity) for record, identity in target.execute(statement.order_by(RecordIdentity.record_id))
        )
    for record in wanted:
        found.setdefault(record, record)
    return found


def net_entries(target: Session, identities: Iterable[int], *, until: int | None = None) -> dict[int, dict[Key, int]]:
    """Return per identity the net of its entries by key (zero nets left out)."""
    found: dict[int, dict[Key, int]] = defaultdict(dict)
    columns = (
        EntryRow.identity, EntryRow.milestone, EntryRow.aspect, EntryRow.occurred_on, EntryRow.partner_id,
        EntryRow.grant_id, EntryRow.district,
    )  # fmt: skip
    for ids in _chunks(set(identities)):
        statement = select(*columns, func.sum(EntryRow.sign)).where(EntryRow.identity.in_(ids)).group_by(*columns)
        if until is not None:
            statement = statement.where(EntryRow.posting <= until)
        nonzero = statement.having(func.sum(EntryRow.sign) != 0).order_by(*columns)
        for identity, milestone, aspect, on, partner, grant, district, net in target.execute(nonzero):
            key = Key(identity, _MILESTONES[milestone], _ASPECTS[aspect], on, partner, grant, district)
            found[identity][key] = int(net)
    return found


def head(target: Session) -> LedgerHead:
    """Return the head row as it stands (not locked)."""
    return target.scalars(select(LedgerHead)).one()


def take_head(target: Session) -> LedgerHead:
    """Lock the head row until the commit; everything after this is numbered in commit order."""
    statement = select(LedgerHead).execution_options(populate_existing=True)
    return target.scalars(statement.with_for_update()).one()


def program_version_at(target: Session, posting: int | None = None) -> ProgramVersion | None:
    """Return the settings version in force at ``posting`` (None: now)."""
    statement = select(ProgramVersion).order_by(ProgramVersion.posting.desc()).limit(1)
    if posting is not None:
        statement = statement.where(ProgramVersion.posting <= posting)
    return target.scalars(statement).first()


def posting_at(target: Session, at: datetime) -> int:
    """Return the number of the last posting recorded at or before ``at`` (0: none)."""
    statement = select(func.max(PostingRow.number)).where(PostingRow.recorded_at <= clock.as_utc(at))
    return target.scalar(statement) or 0


def all_records(target: Session, *, after: int = 0, limit: int = 2000) -> Sequence[int]:
    """Return record ids after ``after``, ascending."""
    return target.scalars(select(Household.id).where(Household.id > after).order_by(Household.id).limit(limit)).all()

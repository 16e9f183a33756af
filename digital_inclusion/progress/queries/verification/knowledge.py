"""What was known when: facts as the recount reads them, settings as it wants them, households that stand alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from ....foundation.kernel.errors import Unavailable
from ...models import FactRow, LedgerHead, PostingRow, PublishedFigure
from ...recount import Line, Program
from ...recount.settings import read
from ...rules.facts import Fact
from ...rules.ledger import Key
from .. import ledger

SMALL_POSTINGS, SMALL_FACTS = 2_000, 200_000


def is_small(target: Session) -> bool:
    """Tell whether every posting can be recounted within minutes."""
    head = target.scalars(select(LedgerHead)).one()
    return head.posting <= SMALL_POSTINGS and head.fact <= SMALL_FACTS


def published_postings(target: Session) -> list[int]:
    """Return the postings whose figures were published."""
    return list(target.scalars(select(PublishedFigure.posting).distinct().order_by(PublishedFigure.posting)))


def program_at(target: Session, posting: int) -> Program:
    """Return the settings in force at a posting, as the recount reads them."""
    version = ledger.program_version_at(target, posting)
    if version is None:
        raise Unavailable
    return read(version.text)


def instants_of(target: Session, postings: Collection[int]) -> dict[int, datetime]:
    """Return when each of the postings was recorded."""
    columns = (PostingRow.number, PostingRow.recorded_at)
    statement = select(*columns).where(PostingRow.number.in_(sorted(postings))).order_by(PostingRow.number)
    return dict(target.execute(statement).all())


def groups_of(target: Session) -> dict[int, int]:
    """Return record -> group for records that were ever linked, split or not: no fact reaches beyond its group."""
    above: dict[int, int] = {}

    def top(record: int) -> int:
        while above.setdefault(record, record) != record:
            record = above[record]
        return record

    links = select(FactRow.record_id, FactRow.other_record_id).where(FactRow.other_record_id.is_not(None))
    for one, other in target.execute(links.order_by(FactRow.number)):
        low, high = sorted((top(one), top(other or one)))
        above[high] = low
    return {record: top(record) for record in sorted(above)}


def households(target: Session, *, until: int) -> Iterator[tuple[list[int], list[Fact]]]:
    """Yield (records, their facts known at a posting) of every group of records; memory stays flat."""
    groups = groups_of(target)
    linked: dict[int, list[Fact]] = defaultdict(list)
    for record, facts in groupby(ledger.stream_facts(target, until=until), key=lambda fact: fact.record_id):
        if record in groups:
            linked[groups[record]].extend(facts)
        else:
            yield [record], list(facts)
    members: dict[int, list[int]] = defaultdict(list)
    for record, group in groups.items():
        members[group].append(record)
    for group, its in sorted(linked.items()):
        yield members[group], its


def lines_of(net: Mapping[Key, int]) -> dict[Line, int]:
    """Return ledger keys in the recount's words."""
    return {line_of(key): number for key, number in net.items()}


def line_of(key: Key) -> Line:
    """Return one ledger key in the recount's words."""
    return (key.identity, str(key.milestone), str(key.aspect), key.occurred_on, key.partner_id, key.grant_id,
            key.district)  # fmt: skip


def differences(wanted: Mapping[Line, int], have: Mapping[Line, int], *, at: str) -> Iterator[str]:
    """Yield a sentence for every line on which the recount and the ledger differ."""
    for line in sorted(wanted.keys() | have.keys(), key=str):
        if wanted.get(line, 0) != have.get(line, 0):
            counted, held = wanted.get(line, 0), have.get(line, 0)
            yield f"{at}: {_name(line)}: the facts say {counted:+d}, the ledger holds {held:+d}"


def _name(line: Line) -> str:
    identity, milestone, aspect, day, partner, grant, district = line
    return (
        f"identity {identity}, {milestone} {aspect} on {day.isoformat()}, partner {partner}, "
        f"grant {grant if grant is not None else 'none'}, district {district}"
    )


def batches(items: Iterable[tuple[list[int], list[Fact]]], size: int) -> Iterator[tuple[list[int], list[Fact]]]:
    """Yield groups together until about ``size`` records are reached."""
    records: list[int] = []
    facts: list[Fact] = []
    for some, its in items:
        records += some
        facts += its
        if len(records) >= size:
            yield records, facts
            records, facts = [], []
    if records:
        yield records, facts

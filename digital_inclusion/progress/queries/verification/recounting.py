"""The whole book at one posting: what the facts known then give must be what the entries up to it hold."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...models import EntryRow
from ...recount import recount
from .. import ledger
from .knowledge import batches, differences, households, lines_of, program_at

_AT_ONCE = 2_000


def check_recount(target: Session, posting: int) -> Iterator[str]:
    """Yield every difference between the recount and the entries as of a posting."""
    if posting == 0:
        return
    program, seen = program_at(target, posting), Counter[str]()
    for records, facts in batches(households(target, until=posting), _AT_ONCE):
        have = ledger.net_entries(target, records, until=posting)
        held = {line: net for its in have.values() for line, net in lines_of(its).items()}
        for line, net in held.items():
            seen[line[1]] += net
        yield from differences(recount(facts, program), held, at=f"posting {posting}")
    statement = (
        select(EntryRow.milestone, func.sum(EntryRow.sign))
        .where(EntryRow.posting <= posting)
        .group_by(EntryRow.milestone)
        .order_by(EntryRow.milestone)
    )
    for milestone, net in target.execute(statement):
        if net != seen[milestone]:
            rest = net - seen[milestone]
            yield f"posting {posting}: {milestone}: entries of records that have no facts add up to {rest}"

"""Every posting of a small book: after each one, what the facts known so far give is what the entries hold.

After posting K only groups of records that K's facts speak of can have changed (all of them when K loaded
settings). So each is recounted whenever it may have changed, and every entry must belong to one of those.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...models import EntryRow, PostingRow, ProgramVersion
from ...recount import Line, Program, recount
from ...rules.facts import Fact
from ..ledger import stream_facts
from .knowledge import differences, groups_of, program_at


def check_every_posting(target: Session) -> Iterator[str]:
    """Yield every difference between the recount and the entries, posting by posting."""
    book = _SmallBook(target)
    for number in target.scalars(select(PostingRow.number).order_by(PostingRow.number)):
        yield from book.turn_to(number)


class _SmallBook:
    """Facts and entries in memory, learned posting by posting."""

    def __init__(self, target: Session) -> None:
        self._target = target
        self._groups = groups_of(target)
        self._news: dict[int, list[Fact]] = defaultdict(list)
        for fact in stream_facts(target):
            self._news[fact.posting].append(fact)
        self._entries = _entries_by_posting(target)
        self._loaded = set(target.scalars(select(ProgramVersion.posting).order_by(ProgramVersion.posting)))
        self._facts: dict[int, list[Fact]] = defaultdict(list)  # by group
        self._held: dict[int, Counter[Line]] = defaultdict(Counter)  # by group
        self._program: Program | None = None

    def _group(self, record: int) -> int:
        return self._groups.get(record, record)

    def turn_to(self, posting: int) -> Iterator[str]:
        """Learn one posting and compare every group that it may have changed."""
        touched: set[int] = set()
        for fact in self._news.pop(posting, ()):
            group = self._group(fact.record_id)
            self._facts[group].append(fact)
            touched.add(group)
        if posting in self._loaded:
            self._program = program_at(self._target, posting)
            touched = set(self._facts)
        for line, sign in self._entries.pop(posting, ()):
            group = self._group(line[0])
            self._held[group][line] += sign
            if group not in touched:
                yield f"posting {posting}: an entry of identity {line[0]}, of which the posting brought no fact"
        for group in sorted(touched):
            yield from self._compare(group, posting)

    def _compare(self, group: int, posting: int) -> Iterator[str]:
        if self._program is None:
            yield f"posting {posting}: no settings were loaded before it"
            return
        held = {line: net for line, net in self._held[group].items() if net}
        yield from differences(recount(self._facts[group], self._program), held, at=f"posting {posting}")


def _entries_by_posting(target: Session) -> dict[int, list[tuple[Line, int]]]:
    columns = (
        EntryRow.posting, EntryRow.identity, EntryRow.milestone, EntryRow.aspect, EntryRow.occurred_on,
        EntryRow.partner_id, EntryRow.grant_id, EntryRow.district, EntryRow.sign,
    )  # fmt: skip
    rows = target.execute(select(*columns).order_by(EntryRow.posting, EntryRow.id))
    return {
        posting: [(tuple(line), sign) for _, *line, sign in its]  # type: ignore[misc]
        for posting, its in groupby(rows, key=lambda row: row[0])
    }

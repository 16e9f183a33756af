"""Where each record stands, column by column, and how many stand so.

Days, district and identity are recounted. Why a record does not count has no second implementation: the rules are asked
again, so that a row that was changed is found, though not a mistake of the rules. Reason and district may change by the
calendar alone; a row may be as of the day it was posted, or as of its last refresh, yesterday or today.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ....foundation.kernel import clock
from ...models import ReasonCell, Standing
from ...recount import Line, Program, recount
from ...recount.book import Book
from ...recount.conditions import Conditions, home
from ...recount.shapes import History
from ...rules.facts import Fact, Kind
from ...rules.program import Program as Counting
from ...rules.reasons import why_not_counted
from ...rules.standing import reason_columns
from .knowledge import instants_of

Row = dict[str, Any]
_VERIFIED = {
    "device": "device_verified_on",
    "connectivity": "connectivity_verified_on",
    "skills": "skills_verified_on",
    "connected": "connected_verified_on",
    "skills_sustained": "skills_sustained_on",
}


class _Wanted(NamedTuple):
    """What a standing should say: columns that stay, and those that may be as of any of some days."""

    fixed: Row
    days: Collection[date]
    as_of: Callable[[date], Row]

    def differences(self, row: Standing) -> Iterator[str]:
        """Yield every column of the row that differs; of what is dated, as of the first of the days."""
        wrong = _wrong(row, self.fixed)
        dated = [_wrong(row, self.as_of(next(iter(self.days))))]
        if dated[0]:
            dated += [_wrong(row, self.as_of(day)) for day in self.days]
        for column, value in [*wrong, *(dated[0] if all(dated) else [])]:
            yield f"standing of record {row.record_id}: {column} is {getattr(row, column)}, not {value}"


class Standings:
    """What the standings should say by the settings in force."""

    def __init__(self, program: Program, counting: Counting, *, loaded: int) -> None:
        self._program, self._counting = program, counting
        self._loaded = loaded  # the posting that loaded the settings wrote every standing anew

    def check(
        self, target: Session, records: Sequence[int], facts: Sequence[Fact], members: Mapping[int, list[int]]
    ) -> Iterator[str]:
        """Yield every column of a standing that differs, and every standing too many or too few."""
        statement = select(Standing).where(Standing.record_id.in_(records)).order_by(Standing.record_id)
        have = {row.record_id: row for row in target.scalars(statement)}
        instants = instants_of(target, {self._loaded, *(fact.posting for fact in facts)})
        wanted = self._wanted(facts, members, {number: clock.local(at).date() for number, at in instants.items()})
        for record in sorted(wanted.keys() | have.keys()):
            row, said = have.get(record), wanted.get(record)
            if row is None or said is None:
                yield f"standing of record {record}: {'missing' if row is None else 'of a record that is not enrolled'}"
            else:
                yield from said.differences(row)

    def _wanted(
        self, facts: Sequence[Fact], members: Mapping[int, list[int]], posted_on: Mapping[int, date]
    ) -> dict[int, _Wanted]:
        """Return what each record's standing should say, as of the days on which it may have been written."""
        today = clock.today()
        days = _milestone_days(recount(facts, self._program))
        book = Book(facts)
        owners = {fact.record_id: fact.partner_id for fact in facts if fact.kind is Kind.ENROLLED}
        own: defaultdict[int, list[Fact]] = defaultdict(list)
        for fact in facts:
            own[fact.record_id].append(fact)
        wanted: dict[int, _Wanted] = {}
        for identity, its in members.items():
            enrolled = [
                record for record in its if book.records[record]["enrolled"]
            ]  # with one that no void takes back
            told = sorted((fact for record in its for fact in own[record]), key=lambda fact: fact.number)
            written = posted_on[max(self._loaded, *(fact.posting for fact in told))] if told else today
            asked_on = dict.fromkeys((today, today - timedelta(days=1), written))
            for record in enrolled:
                fixed = {"identity": identity, "linked": len(enrolled) > 1, "partner_id": owners[record]}
                fixed |= days[identity]
                counts = fixed["connected_verified_on"] is not None
                as_of = partial(self._as_of, book.records[record], owners[record], [] if counts else told)
                wanted[record] = _Wanted(fixed, asked_on, as_of)
        return wanted

    def _as_of(self, history: History, partner_id: int, uncounted: Sequence[Fact], day: date) -> Row:
        """Return district and reason on a day; ``uncounted``: the facts of an identity that does not count."""
        why = why_not_counted(uncounted, self._counting, day) if uncounted else None
        district = Conditions(self._program).district(home(history, day), day)
        return {"district": district} | reason_columns(why, partner_id, uncounted)


def _milestone_days(recounted: Mapping[Line, int]) -> defaultdict[int, Row]:
    """Return the columns of days by identity."""
    found: defaultdict[int, Row] = defaultdict(
        lambda: (
            dict.fromkeys([*_VERIFIED.values(), "connected_pending_on", "connected_until"]) | {"connected_open": False}
        )
    )
    last: dict[int, tuple[date, int]] = {}
    for (identity, milestone, aspect, day, *_), net in recounted.items():
        if aspect == "verified" and milestone in _VERIFIED:
            found[identity][_VERIFIED[milestone]] = day
        elif (milestone, aspect) == ("connected", "pending") and net > 0:
            found[identity]["connected_pending_on"] = day
        elif (milestone, aspect) == ("connected", "current"):
            last[identity] = max(last.get(identity, (day, net)), (day, net))
    for identity, (day, net) in last.items():
        found[identity] |= {"connected_until": day if net < 0 else None, "connected_open": net > 0}
    for columns in found.values():
        if columns["connected_verified_on"] is not None:
            columns["connected_pending_on"] = None
    return found


def _wrong(row: Standing, wanted: Row) -> list[tuple[str, Any]]:
    return [(column, value) for column, value in wanted.items() if getattr(row, column) != value]


def check_reason_cells(target: Session) -> Iterator[str]:
    """Yield every number of records that do not count that is not the number of their standings."""
    columns = (Standing.partner_id, Standing.district, Standing.reason)
    counted = select(*columns, func.count()).where(Standing.reason.is_not(None)).group_by(*columns)
    wanted = Counter({tuple(cell): number for *cell, number in target.execute(counted.order_by(*columns))})
    key = (ReasonCell.partner_id, ReasonCell.district, ReasonCell.reason)
    kept = target.execute(select(*key, ReasonCell.households).order_by(*key))
    have = Counter({tuple(cell): number for *cell, number in kept})
    for cell in sorted(wanted.keys() | have.keys()):
        if wanted[cell] != have[cell]:
            partner, district, reason = cell
            yield (
                f"reason cells, partner {partner}, district {district}, {reason}: "
                f"{wanted[cell]} records stand so, the cell holds {have[cell]}"
            )

"""Where each record stands, column by column, and how many stand so.

Days, district and identity are recounted. Why a record does not count has no second implementation: the rules are asked
again, so that a row that was changed is found, though not a mistake of the rules. Reason and district may change by the
calendar alone; a row may be as of the day it was posted, or as of its last refresh, yesterday or today.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ....foundation.kernel import clock
from ...models import ReasonCell, Standing
from ...recount import Line, Program, recount
from ...recount.book import Book
from ...recount.conditions import Conditions, home
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
_WHY = ("reason", "owed_by", "since", "details")


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
                yield f"standing of record {record}: {'missing' if row is None else 'of a record never enrolled'}"
            else:
                yield from _differences(row, said)

    def _wanted(
        self, facts: Sequence[Fact], members: Mapping[int, list[int]], posted_on: Mapping[int, date]
    ) -> dict[int, list[Row]]:
        """Return what each record's standing may be, as of each of the days it may have been written on."""
        today = clock.today()
        days = _milestone_days(recount(facts, self._program))
        book, rules = Book(facts), Conditions(self._program)
        owners = {fact.record_id: fact.partner_id for fact in facts if fact.kind is Kind.ENROLLED}
        own: defaultdict[int, list[Fact]] = defaultdict(list)
        for fact in facts:
            own[fact.record_id].append(fact)
        wanted: dict[int, list[Row]] = {}
        for identity, its in members.items():
            enrolled = [record for record in its if record in owners]
            told = sorted((fact for record in its for fact in own[record]), key=lambda fact: fact.number)
            written = posted_on[max(self._loaded, *(fact.posting for fact in told))] if told else today
            asked_on = dict.fromkeys((today, today - timedelta(days=1), written))
            for record in enrolled:
                shared = {"identity": identity, "linked": len(enrolled) > 1, "partner_id": owners[record]}
                wanted[record] = [
                    shared
                    | days[identity]
                    | {"district": rules.district(home(book.records[record], day), day)}
                    | self._why(days[identity], told, owners[record], day)
                    for day in asked_on
                ]
        return wanted

    def _why(self, days: Row, facts: Sequence[Fact], partner_id: int, day: date) -> Row:
        if days["connected_verified_on"] is not None:
            return dict.fromkeys(_WHY)
        return reason_columns(why_not_counted(facts, self._counting, day), partner_id, facts)


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


def _differences(row: Standing, wanted: Sequence[Row]) -> Iterator[str]:
    for column, value in wanted[0].items():
        have = getattr(row, column)
        if have not in [one[column] for one in wanted]:
            yield f"standing of record {row.record_id}: {column} is {have}, not {value}"


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

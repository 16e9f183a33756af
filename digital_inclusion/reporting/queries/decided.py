"""What was decided about the count: voids, questions, links, splits and settings loaded, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from ...accounts.models import User
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.dates import last_day
from ...households.models import Household
from ...partners.models import Partner
from ...progress.models import FactRow, PostingRow, ProgramVersion
from ...progress.queries.program import changes_by_posting

PAGE = 50
KINDS = ("void", "question", "link", "split")
Place = tuple[int, int]  # posting, fact (0: the settings themselves)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of them. ``month``: its first day; those recorded in it."""

    kind: str | None = None
    partner_id: int | None = None
    month: date | None = None
    after: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One line: what, when recorded, by whom, about which household, why."""

    kind: str
    posting: int
    fact: int
    recorded_at: datetime
    by: str | None
    partner: str | None
    code: str | None = None
    other_code: str | None = None
    about: int | None = None
    occurred_on: date | None = None
    reason: str | None = None
    note: str | None = None
    changes: Sequence[str] = ()

    @property
    def place(self) -> str:
        """Return the key of the page that goes on after this line."""
        return f"{self.posting}-{self.fact}"


def list_decided(wanted: Asked) -> tuple[list[Decided], str | None]:
    """Return one page and the key of the next."""
    found: list[Decided] = []
    if wanted.kind != "settings":
        found += _facts(wanted)
    if wanted.kind in (None, "settings") and wanted.partner_id is None:
        found += _settings(wanted)
    found.sort(key=lambda one: (-one.posting, -one.fact))
    page = found[:PAGE]
    return page, (page[-1].place if len(found) > PAGE else None)


def _facts(wanted: Asked) -> list[Decided]:
    other = aliased(Household)
    statement = (
        select(FactRow, PostingRow.recorded_at, Household.code, other.code, Partner.name, User.name)
        .join(PostingRow, PostingRow.number == FactRow.posting)
        .join(Household, Household.id == FactRow.record_id)
        .join(Partner, Partner.id == FactRow.partner_id)
        .outerjoin(other, other.id == FactRow.other_record_id)
        .outerjoin(User, User.id == FactRow.entered_by)
        .where(*_conditions(wanted))
        .order_by(FactRow.posting.desc(), FactRow.number.desc())
        .limit(PAGE + 1)
    )
    return [_decided(*row) for row in session().execute(statement)]


def _decided(fact: FactRow, at: datetime, code: str, other: str | None, partner: str, by: str | None) -> Decided:
    return Decided(
        kind="question" if fact.kind == "decision" else fact.kind,
        posting=fact.posting,
        fact=fact.number,
        recorded_at=at,
        by=by,
        partner=partner,
        code=code,
        other_code=other,
        about=fact.refers_to,
        occurred_on=fact.occurred_on,
        reason=fact.reason,
        note=fact.note,
    )


def _conditions(wanted: Asked) -> list[ColumnElement[bool]]:
    question = and_(FactRow.kind == "decision", FactRow.positive.is_(False))
    if wanted.kind == "question":
        found: list[ColumnElement[bool]] = [question]
    elif wanted.kind is not None:
        found = [FactRow.kind == wanted.kind]
    else:
        found = [or_(FactRow.kind.in_(("void", "link", "split")), question)]
    if wanted.partner_id is not None:
        found.append(Household.partner_id == wanted.partner_id)
    if wanted.after is not None:
        found.append(tuple_(FactRow.posting, FactRow.number) < wanted.after)
    return found + _in_month(wanted.month, PostingRow.recorded_at)


def _in_month(month: date | None, column: Any) -> list[ColumnElement[bool]]:
    if month is None:
        return []
    before = clock.end_of_day(date.fromordinal(month.toordinal() - 1))
    return [column >= before, column < clock.end_of_day(last_day(month))]


def _settings(wanted: Asked) -> list[Decided]:
    statement = select(ProgramVersion).where(*_in_month(wanted.month, ProgramVersion.loaded_at))
    if wanted.after is not None:
        posting, fact = wanted.after
        statement = statement.where(
            ProgramVersion.posting < posting if fact == 0 else ProgramVersion.posting <= posting
        )
    versions = session().scalars(statement.order_by(ProgramVersion.posting.desc()).limit(PAGE + 1)).all()
    changes = changes_by_posting([one.posting for one in versions])
    return [
        Decided(
            kind="settings",
            posting=one.posting,
            fact=0,
            recorded_at=one.loaded_at,
            by=one.loaded_by,
            partner=None,
            changes=changes.get(one.posting, []),
        )
        for one in versions
    ]


def count_by_kind() -> dict[str, int]:
    """Return how many there are of each kind."""
    rows = session().execute(
        select(FactRow.kind, func.count())
        .where(
            or_(
                FactRow.kind.in_(("void", "link", "split")),
                and_(FactRow.kind == "decision", FactRow.positive.is_(False)),
            )
        )
        .group_by(FactRow.kind)
        .order_by(FactRow.kind)
    )
    found = {("question" if kind == "decision" else kind): int(count) for kind, count in rows}
    found["settings"] = session().scalar(select(func.count()).select_from(ProgramVersion)) or 0
    return found

"""The verifiers' queue, one piece of evidence with its claim, and the questions a partner has to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...funding.models import Grant
from ...households.models import Household, Member
from ...partners.models import Partner
from ..models import FactRow, Proof
from ..rules.facts import Item
from ..rules.proofs import VERIFIERS_TURN, State

PAGE = 50
MOST_COUNTED = 10_000
SHOWN = ("turn", "waiting", "answered", "questioned", "confirmed")  # "turn": whatever is the verifier's turn
ITEMS = tuple(item.value for item in Item)
_CHUNK = 500
Place = tuple[datetime, int]  # where a page of the queue ends: since, fact


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a fact is: what the policy and the posting ask about it."""

    fact: int
    record_id: int
    partner_id: int
    entered_by: int | None

    def is_own(self, by: Actor) -> bool:
        """Tell whether ``by``, or the partner that ``by`` works for, entered it."""
        return self.partner_id == by.partner_id or (by.user_id is not None and self.entered_by == by.user_id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue is asked for: one of ``SHOWN``, a partner, an item of ``ITEMS``."""

    shown: str = "turn"
    partner_id: int | None = None
    item: str | None = None

    @property
    def states(self) -> tuple[str, ...]:
        """Return the states meant."""
        return tuple(state.value for state in VERIFIERS_TURN) if self.shown == "turn" else (self.shown,)


def decides(partner_id: int) -> bool:
    """Tell whether a partner is the city or its fiscal agent."""
    partner = session().get(Partner, partner_id)
    return partner is not None and partner.is_city_wide


def owners(target: Session, facts: Sequence[int]) -> list[Owner]:
    """Return whose facts these are, of those that need a proof, by number."""
    found: list[Owner] = []
    for ids in _chunks(facts):
        statement = (
            select(FactRow.number, FactRow.record_id, FactRow.partner_id, FactRow.entered_by)
            .join(Proof, Proof.fact_number == FactRow.number)
            .where(FactRow.number.in_(ids))
            .order_by(FactRow.number)
        )
        found += [Owner(*row) for row in target.execute(statement)]
    return found


def find_owner(fact: int) -> Owner | None:
    """Return whose a fact is, if one may see it."""
    return next(iter(owners(session(), [fact])), None)


def states(facts: Sequence[int], target: Session | None = None) -> dict[int, str]:
    """Return the state of each fact's evidence, as it is in the database right now."""
    found: dict[int, str] = {}
    for ids in _chunks(facts):
        statement = select(Proof.fact_number, Proof.state).where(Proof.fact_number.in_(ids))
        rows = (target or session()).execute(statement.order_by(Proof.fact_number))
        found.update((number, state) for number, state in rows)
    return found


def _chunks(facts: Sequence[int]) -> list[list[int]]:
    ordered = sorted(set(facts))
    return [ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK)]


def list_queue(by: Actor, wanted: Wanted, *, after: Place | None = None) -> tuple[list[Any], Place | None]:
    """Return a page of the queue, oldest first, and where the next one begins (None: this is the last).

    What ``by`` or ``by``'s partner entered is never there. Each row has ``Proof`` and ``FactRow``, and of the household
    ``code`` and ``head_name``, the names of its ``partner``, ``grant`` and ``member`` where there are such.
    """
    numbers = _page_of_facts(by, wanted, after)
    rows = list(session().execute(_rows().where(Proof.fact_number.in_(numbers)).order_by(*_ORDER)))
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return rows, ((rows[-1].Proof.since, rows[-1].Proof.fact_number) if more else None)


def find_next(by: Actor, wanted: Wanted, *, after: Place) -> int | None:
    """Return the fact that comes next in the queue."""
    return next(iter(_page_of_facts(by, wanted, after, limit=1)), None)


def count_queue(by: Actor, wanted: Wanted) -> int:
    """Return how many pieces of evidence are asked for; past 10,000 it stops counting."""
    found = select(Proof.fact_number).join(FactRow, FactRow.number == Proof.fact_number)
    limited = found.where(*_conditions(by, wanted)).limit(MOST_COUNTED).subquery()
    return session().scalar(select(func.count()).select_from(limited)) or 0


_ORDER = (Proof.since, Proof.fact_number)


def _page_of_facts(by: Actor, wanted: Wanted, after: Place | None, *, limit: int = PAGE + 1) -> list[int]:
    """Return the page's facts: per state along its index, then the oldest of them."""
    parts = []
    for state in wanted.states:
        part = (
            select(Proof.since.label("since"), Proof.fact_number.label("fact"))
            .join(FactRow, FactRow.number == Proof.fact_number)
            .where(Proof.state == state, *_conditions(by, wanted)[1:])
        )
        if after is not None:
            part = part.where(tuple_(Proof.since, Proof.fact_number) > after)
        parts.append(select(part.order_by(*_ORDER).limit(limit).subquery()))
    both = union_all(*parts).subquery()
    return list(session().scalars(select(both.c.fact).order_by(both.c.since, both.c.fact).limit(limit)))


def _conditions(by: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Proof.state.in_(wanted.states), Proof.partner_id != (by.partner_id or 0)]
    if by.user_id is not None:
        found.append(or_(FactRow.entered_by.is_(None), FactRow.entered_by != by.user_id))
    if wanted.partner_id is not None:
        found.append(Proof.partner_id == wanted.partner_id)
    if wanted.item is not None:
        found.append(Proof.item == wanted.item)
    return found


def _rows() -> Any:
    return (
        select(
            Proof,
            FactRow,
            Household.code.label("code"),
            Household.head_name.label("head_name"),
            Partner.name.label("partner"),
            Member.name.label("member"),
            Grant.name.label("grant"),
        )
        .select_from(Proof)
        .join(FactRow, FactRow.number == Proof.fact_number)
        .join(Household, Household.id == Proof.record_id)
        .join(Partner, Partner.id == Proof.partner_id)
        .outerjoin(Member, Member.id == FactRow.member_id)
        .outerjoin(Grant, Grant.id == FactRow.grant_id)
    )


def get_item(by: Actor, fact: int) -> Any:
    """Return one piece of evidence with its claim; raise NotFound for one's own and for what one may not see."""
    row = session().execute(_rows().where(Proof.fact_number == fact)).first()
    if row is None or Owner(fact, row.Proof.record_id, row.Proof.partner_id, row.FactRow.entered_by).is_own(by):
        raise NotFound
    return row


def get_document(by: Actor, partner_id: int, document_key: str) -> Sequence[Any]:
    """Return up to 500 pieces of evidence of one partner that rest on one document and are the verifier's turn.

    Raise NotFound when there are none.
    """
    statement = _rows().where(
        Proof.document_key == document_key,
        *_conditions(by, Wanted(partner_id=partner_id)),
    )
    rows = session().execute(statement.order_by(Proof.fact_number).limit(_CHUNK)).all()
    if not rows:
        raise NotFound
    return rows


def count_documents(keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Return for each (partner, document) how many pieces of evidence rest on it and are the verifier's turn."""
    statement = (
        select(Proof.partner_id, Proof.document_key, func.count())
        .where(
            Proof.document_key.in_(sorted({key for _partner, key in keys})),
            Proof.state.in_([state.value for state in VERIFIERS_TURN]),
        )
        .group_by(Proof.partner_id, Proof.document_key)
        .order_by(Proof.partner_id, Proof.document_key)
    )
    return {(partner, key or ""): count for partner, key, count in session().execute(statement)}


def questions_of() -> Any:
    """Return the statement that finds the questions to one's own partner, oldest first."""
    return _rows().where(Proof.state == State.QUESTIONED.value).order_by(*_ORDER)


def list_questions(*, after: Place | None = None) -> tuple[list[Any], Place | None]:
    """Return the questions that one's own partner has to answer, oldest first, and where the next page begins."""
    statement = questions_of()
    if after is not None:
        statement = statement.where(tuple_(Proof.since, Proof.fact_number) > after)
    rows = list(session().execute(statement.limit(PAGE + 1)))
    page = rows[:PAGE]
    more = len(rows) > PAGE
    return page, ((page[-1].Proof.since, page[-1].Proof.fact_number) if more else None)


def get_question(fact: int) -> Any:
    """Return an open question about one's own evidence; raise NotFound for another partner's or a closed one."""
    row = session().execute(_rows().where(Proof.fact_number == fact, Proof.state == State.QUESTIONED.value)).first()
    if row is None:
        raise NotFound
    return row

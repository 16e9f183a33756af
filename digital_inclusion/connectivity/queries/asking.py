"""Lines whose household is to be asked whether they are still on: who may be asked, who is due, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ...households.queries import agrees_to
from ...progress.models import FactRow, Standing
from ...progress.rules.facts import Kind
from ..models import CheckLink, LineCheck, SampleMember, Subscription
from ..rules.checks import AGAIN_AFTER, FINAL, LATELY, LINK_WAITS, NO_ANSWER, OFF, Term
from ..rules.languages import written_in

PAGE = 50
PURPOSE = "follow_up"


@dataclass(frozen=True, slots=True)
class Due:
    """A line whose household is to be asked now. ``tries``: how often nobody answered."""

    line: Subscription
    household: Household
    term_days: int
    tries: int


def is_there() -> list[ColumnElement[bool]]:
    """Return the conditions under which a line of ours is in a home of whom the data are there."""
    return [
        Subscription.is_given.is_(True),
        Subscription.is_void.is_(False),
        Household.erased_at.is_(None),
        exists().where(Standing.record_id == Household.id),
    ]


def is_on(today: date) -> ColumnElement[bool]:
    """Return the condition under which a line is on by what stands."""
    return or_(Subscription.ended_on.is_(None), Subscription.ended_on > today)


def may_be_asked(today: date) -> list[ColumnElement[bool]]:
    """Return the conditions under which somebody may ask: the consent given last includes it, and contact is safe."""
    return [agrees_to(PURPOSE, today), func.coalesce(Household.safe_contact, "") != "none"]


def _said(term: ColumnElement[int]) -> list[ColumnElement[bool]]:
    return [LineCheck.fact_number == Subscription.fact_number, LineCheck.term_days == term]


def _asked_lately(today: date) -> ColumnElement[bool]:
    """Return the condition under which somebody recorded, on whatever page, that the line was still on lately."""
    check, void = aliased(FactRow), aliased(FactRow)
    return exists().where(
        check.refers_to == Subscription.fact_number,
        check.kind == Kind.CHECK.value,
        check.positive.is_(True),
        check.occurred_on > today - LATELY,
        ~exists().where(void.refers_to == check.number, void.kind == Kind.VOID.value),
    )


def due(
    terms: Sequence[Term], *, today: date, now: datetime, most: int, sample: int | None = None
) -> Select[*tuple[Any, ...]]:
    """Return the statement that finds lines to ask about: (line, household, term, tries), in no order."""
    windows = [Subscription.starts_on.between(one.first, one.last) for one in terms]
    term = case(*((window, one.days) for window, one in zip(windows, terms, strict=True)), else_=0)
    said = _said(term)
    tries = select(func.count(LineCheck.id)).where(*said).scalar_subquery()
    over = exists().where(*said, LineCheck.answer != NO_ANSWER)
    lately = exists().where(*said, LineCheck.asked_on > today - AGAIN_AFTER)
    waits = exists().where(
        CheckLink.fact_number == Subscription.fact_number,
        CheckLink.term_days == term,
        CheckLink.created_at > now - LINK_WAITS,
    )
    statement = (
        select(Subscription, Household, term, tries)
        .join(Household, Household.id == Subscription.household_id)
        .where(*is_there(), *may_be_asked(today), is_on(today), or_(*windows))
        .where(~over, ~lately, ~waits, ~_asked_lately(today), tries < most)
    )
    if sample is not None:
        drawn = exists().where(SampleMember.sample_id == sample, SampleMember.fact_number == Subscription.fact_number)
        statement = statement.where(drawn)
    return statement


def list_due(statement: Select[*tuple[Any, ...]], *, after: int | None = None) -> list[Due]:
    """Return what is to be asked, by number; one more than a page tells of a next one."""
    statement = statement.where(Subscription.fact_number > (after or 0))
    return [Due(*row) for row in session().execute(statement.order_by(Subscription.fact_number).limit(PAGE + 1))]


def count_due(statement: Select[*tuple[Any, ...]]) -> int:
    """Return how many are to be asked."""
    return session().scalar(select(func.count()).select_from(statement.subquery())) or 0


def get_asked(number: int) -> tuple[Subscription, Household]:
    """Return a line of ours that stands, with its household; NotFound for any other."""
    statement = (
        select(Subscription, Household)
        .join(Household, Household.id == Subscription.household_id)
        .where(Subscription.fact_number == number, *is_there())
    )
    row = session().execute(statement.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def list_tries(number: int, term_days: int) -> Sequence[LineCheck]:
    """Return what was noted about a question so far, in order."""
    statement = select(LineCheck).where(LineCheck.fact_number == number, LineCheck.term_days == term_days)
    return session().scalars(statement.order_by(LineCheck.try_number)).all()


def list_off(today: date) -> list[tuple[Subscription, Household, date | None]]:
    """Return lines that are off by what the household said, without an end on record: line, household, day it said so.

    The first fifty by day.
    """
    statement = (
        select(Subscription, Household, func.max(LineCheck.answered_on))
        .join(Household, Household.id == Subscription.household_id)
        .join(LineCheck, LineCheck.fact_number == Subscription.fact_number)
        .where(*is_there(), is_on(today), LineCheck.answer == OFF)
        .group_by(Subscription.fact_number, Household.id)
        .order_by(func.max(LineCheck.answered_on), Subscription.fact_number)
        .limit(PAGE)
    )
    return [(row[0], row[1], row[2]) for row in session().execute(statement)]


def list_to_mail(terms: Sequence[Term], *, today: date, limit: int) -> list[tuple[Subscription, int]]:
    """Return lines whose household is to be asked by e-mail now, with the term: agreed, safe, and not asked yet."""
    windows = [Subscription.starts_on.between(one.first, one.last) for one in terms]
    term = case(*((window, one.days) for window, one in zip(windows, terms, strict=True)), else_=0)
    statement = (
        select(Subscription, term)
        .join(Household, Household.id == Subscription.household_id)
        .where(*is_there(), *may_be_asked(today), is_on(today), or_(*windows))
        .where(Household.safe_contact == "email", Household.email.is_not(None), ~exists().where(*_said(term)))
        .where(~_asked_lately(today))
        .where(~exists().where(CheckLink.fact_number == Subscription.fact_number, CheckLink.term_days == term))
        .order_by(Subscription.fact_number)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session().execute(statement)]


def find_to_mail(link: CheckLink, *, today: date) -> Household | None:
    """Return the household that a link is meant for, None where it may not be written to (any more)."""
    said = (LineCheck.fact_number == link.fact_number, LineCheck.term_days == link.term_days)
    statement = (
        select(Household)
        .join(Subscription, Subscription.household_id == Household.id)
        .where(Subscription.fact_number == link.fact_number, *is_there(), *may_be_asked(today), is_on(today))
        .where(Household.safe_contact == "email", Household.email.is_not(None))
        .where(~exists().where(*said, LineCheck.answer.in_(sorted(FINAL))))
    )
    return session().scalars(statement).first()


def get_link(link_id: int) -> CheckLink | None:
    """Return a link by its number."""
    return session().get(CheckLink, link_id)


def find_link(digest: str, *, hold: bool = False) -> CheckLink | None:
    """Return the link with the token's digest; ``hold``: until the commit."""
    statement = select(CheckLink).where(CheckLink.token_digest == digest)
    if hold:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session().scalars(statement).first()


@dataclass(frozen=True, slots=True)
class LinkState:
    """What a link is good for now: open, answered, over (unknown or too late); and the household's language."""

    OPEN: ClassVar[str] = "open"
    ANSWERED: ClassVar[str] = "answered"
    OVER: ClassVar[str] = "over"

    state: str
    language: str | None = None
    answer: str | None = None


def find_link_state(digest: str) -> LinkState:
    """Return what the link with the digest is good for. It tells nothing else of whose it is."""
    link = find_link(digest)
    if link is None:
        return LinkState(LinkState.OVER)
    with scope_of(link.partner_id):
        try:
            line, household = get_asked(link.fact_number)
        except NotFound:
            return LinkState(LinkState.OVER)
    language = written_in(household.language) if household.language else None
    if link.answered_at is not None:
        return LinkState(LinkState.ANSWERED, language)
    is_over = clock.as_utc(link.expires_at) <= clock.now() or (line.ended_on or date.max) <= clock.today()
    return LinkState(LinkState.OVER if is_over else LinkState.OPEN, language)

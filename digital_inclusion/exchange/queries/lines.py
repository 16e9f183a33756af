"""Lines as the round trip with companies needs them: whose they are, where, and what the company confirmed already."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from ...connectivity.models import Subscription
from ...connectivity.queries.contact import who_agreed
from ...foundation.database import session
from ...households.models import Household, HouseholdAddress
from ...progress.models import FactRow
from ...progress.rules.facts import Kind
from ..models import AnswerFile, AnswerRow, ProviderFileRow
from ..rules.answers.comparing import TERMS, Line

_AT_ONCE = 400
_Key = TypeVar("_Key", int, str)
PURPOSE = "provider_check"
_UNDERSTOOD = ("new", "same", "waiting")  # of what came back nobody knows whether it named the right line
_COLUMNS = [
    getattr(Subscription, name)
    for name in (
        "fact_number", "household_id", "partner_id", "starts_on", "ended_on", "is_void", "provider", "down_kbps",
        "up_kbps", "terms_seen_on", *TERMS,
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A line, or an application that waits, of which a company may be asked."""

    number: int  # the line's fact, or the application
    name: str
    address: tuple[str, str, str, str]  # street, unit, city, ZIP code
    plan: str
    starts_on: date  # or the day it was sent in


def batches(values: Collection[_Key]) -> Iterator[list[_Key]]:
    """Yield the keys in order, as many at once as one statement takes."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _standing() -> tuple[object, ...]:
    return (Subscription.is_void.is_(False), Subscription.ended_on.is_(None))


def list_providers() -> list[tuple[str, int]]:
    """Return the companies of lines that are on as far as known, each with how many."""
    rows = session().execute(
        select(Subscription.provider, func.count())
        .where(*_standing(), Subscription.provider.is_not(None))  # type: ignore[arg-type]
        .group_by(Subscription.provider)
        .order_by(Subscription.provider)
    )
    return [(str(provider), count) for provider, count in rows]


def list_lines_to_ask(provider: str, *, today: date) -> tuple[list[Asked], int]:
    """Return the company's lines whose households agreed that it is asked, by number; and how many did not."""
    rows = session().execute(
        select(Subscription.fact_number, Subscription.household_id, Household.head_name, Subscription.plan,
               Subscription.starts_on)
        .join(Household, Household.id == Subscription.household_id)
        .where(Subscription.provider == provider, *_standing(), Household.erased_at.is_(None))  # type: ignore[arg-type]
        .order_by(Subscription.fact_number)
    ).all()  # fmt: skip
    households = {row.household_id for row in rows}
    agreed, homes = who_agreed(households, PURPOSE, today=today), homes_of(households, today)
    asked = [
        Asked(row.fact_number, row.head_name or "", homes[row.household_id], row.plan or "", row.starts_on)
        for row in rows
        if row.household_id in agreed and row.household_id in homes
    ]
    return asked, len(rows) - len(asked)


def homes_of(households: Collection[int], today: date) -> dict[int, tuple[str, str, str, str]]:
    """Return where each household lives now: street, unit, city, ZIP code; only those with a street."""
    home, undone = HouseholdAddress, aliased(FactRow)
    gone = select(undone.number).where(undone.refers_to == home.fact_number, undone.kind == Kind.VOID).exists()
    found: dict[int, tuple[str, str, str, str]] = {}
    for some in batches(households):
        rows = session().execute(
            select(home.household_id, home.line, home.unit, home.city, home.zip_code)
            .where(home.household_id.in_(some), home.from_on <= today, ~gone)
            .order_by(home.from_on, home.id)
        )
        found.update((row[0], (row[1], row[2] or "", row[3] or "", row[4] or "")) for row in rows if row[1])
    return found


def lines_by_reference(references: Collection[str]) -> dict[str, int]:
    """Return reference in a file of ours -> the line's fact."""
    found: dict[str, int] = {}
    for some in batches(references):
        rows = session().execute(
            select(ProviderFileRow.reference, ProviderFileRow.fact_number)
            .where(ProviderFileRow.reference.in_(some))
            .order_by(ProviderFileRow.reference)
        )
        found.update((reference, number) for reference, number in rows)
    return found


def lines_by_account(keys: Collection[str], *, provider: str) -> dict[str, int]:
    """Return keyed account number -> the line's fact, as rows of earlier answers that went in told; the last holds."""
    found: dict[str, int] = {}
    for some in batches(keys):
        rows = session().execute(
            select(AnswerRow.account_key, AnswerRow.fact_number)
            .join(AnswerFile, AnswerFile.id == AnswerRow.file_id)
            .where(
                AnswerRow.account_key.in_(some),
                AnswerRow.fact_number.is_not(None),
                AnswerRow.outcome.in_(_UNDERSTOOD),
                AnswerRow.is_left_out.is_(False),
                AnswerFile.provider == provider,
                AnswerFile.state == "finished",
            )
            .order_by(AnswerRow.id)
        )
        found.update((str(key), number) for key, number in rows if number is not None)
    return found


def households_of(numbers: Collection[int]) -> set[int]:
    """Return whose the lines are."""
    found: set[int] = set()
    for some in batches(numbers):
        statement = select(Subscription.household_id).where(Subscription.fact_number.in_(some)).distinct()
        found.update(session().scalars(statement.order_by(Subscription.household_id)))
    return found


def lines_of(household_id: int) -> list[int]:
    """Return the household's lines."""
    statement = select(Subscription.fact_number).where(Subscription.household_id == household_id)
    return list(session().scalars(statement.order_by(Subscription.fact_number)))


def lines_now(numbers: Collection[int], *, provider: str) -> dict[int, Line]:
    """Return the lines as they are on record now, as seen by the company; those of erased households are not there."""
    rows = _read_lines(numbers)
    codes = _codes({row.household_id for row in rows})
    checked, name = _checked(numbers), provider.casefold()
    found: dict[int, Line] = {}
    for number, household, partner, starts_on, ended_on, is_void, company, down, up, seen_on, *terms in rows:
        if household not in codes:
            continue
        found[number] = Line(
            fact_number=number,
            household_id=household,
            partner_id=partner,
            starts_on=starts_on,
            ended_on=ended_on,
            is_void=is_void,
            is_providers=(company or "").casefold() == name,
            down_kbps=down,
            up_kbps=up,
            terms=dict(zip(TERMS, terms, strict=True)),
            terms_seen_on=seen_on,
            checked=frozenset(checked.get(number, ())),
        )
    return found


def _read_lines(numbers: Collection[int]) -> list[Any]:
    found: list[Any] = []
    for some in batches(numbers):
        statement = select(*_COLUMNS).where(Subscription.fact_number.in_(some)).order_by(Subscription.fact_number)
        found += session().execute(statement)
    return found


def _codes(households: Collection[int]) -> dict[int, str]:
    """Return id -> code of those whose data were not erased; by itself, since a join leads SQLite to read them all."""
    found: dict[int, str] = {}
    for some in batches(households):
        kept = select(Household.id, Household.code).where(Household.id.in_(some), Household.erased_at.is_(None))
        found.update((number, code) for number, code in session().execute(kept.order_by(Household.id)))
    return found


def _checked(numbers: Collection[int]) -> dict[int, set[date]]:
    """Return on which days a company's confirmation of each line stands."""
    undone = aliased(FactRow)
    gone = select(undone.number).where(undone.refers_to == FactRow.number, undone.kind == Kind.VOID).exists()
    found: defaultdict[int, set[date]] = defaultdict(set)
    for some in batches(numbers):
        rows = session().execute(
            select(FactRow.refers_to, FactRow.occurred_on)
            .where(
                FactRow.refers_to.in_(some),
                FactRow.kind == Kind.CHECK,
                FactRow.positive.is_(True),
                FactRow.evidence_type == "provider_confirmation",
                ~gone,
            )
            .order_by(FactRow.number)
        )
        for number, day in rows:
            found[int(number or 0)].add(day)
    return found


def subscriptions_of(numbers: Collection[int]) -> dict[int, Subscription]:
    """Return the subscriptions by their fact's number."""
    found: dict[int, Subscription] = {}
    for some in batches(numbers):
        rows = session().scalars(
            select(Subscription).where(Subscription.fact_number.in_(some)).order_by(Subscription.fact_number)
        )
        found.update((row.fact_number, row) for row in rows)
    return found


def household_codes(numbers: Collection[int]) -> dict[int, str]:
    """Return line -> the code of its household, where its data were not erased."""
    rows = _read_lines(numbers)
    codes = _codes({row.household_id for row in rows})
    return {row.fact_number: codes[row.household_id] for row in rows if row.household_id in codes}


def facts_standing(numbers: Collection[int]) -> list[FactRow]:
    """Return those of the facts that no void takes back, by number."""
    undone = aliased(FactRow)
    gone = select(undone.number).where(undone.refers_to == FactRow.number, undone.kind == Kind.VOID).exists()
    found: list[FactRow] = []
    for some in batches(numbers):
        found += session().scalars(select(FactRow).where(FactRow.number.in_(some), ~gone).order_by(FactRow.number))
    return found

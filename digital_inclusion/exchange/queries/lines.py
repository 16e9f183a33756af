"""Lines as the round trip with companies needs them: whose they are, where, and what the company confirmed already."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from ...connectivity.models import Subscription
from ...foundation.database import session
from ...households.models import Consent, Household, HouseholdAddress
from ...progress.models import FactRow
from ...progress.rules.facts import Kind
from ..models import AnswerFile, AnswerRow, ProviderFileRow
from ..rules.answers.comparing import TERMS, Line

_AT_ONCE = 400
_Key = TypeVar("_Key", int, str)
_PURPOSE = "provider_check"


@dataclass(frozen=True, slots=True)
class Asked:
    """A line that a company may be asked about."""

    fact_number: int
    name: str
    address: tuple[str, str, str, str]  # street, unit, city, ZIP code
    plan: str
    starts_on: date


def _some(values: Collection[_Key]) -> Iterator[list[_Key]]:
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
    agreed, homes = _agreed(households, today), _homes(households, today)
    asked = [
        Asked(row.fact_number, row.head_name or "", homes[row.household_id], row.plan or "", row.starts_on)
        for row in rows
        if row.household_id in agreed and row.household_id in homes
    ]
    return asked, len(rows) - len(asked)


def _agreed(households: Collection[int], today: date) -> set[int]:
    found: set[int] = set()
    for some in _some(households):
        rows = session().scalars(select(Consent).where(Consent.household_id.in_(some)).order_by(Consent.id))
        for one in rows:
            is_over = one.expires_on is not None and one.expires_on <= today
            if (
                _PURPOSE in set(one.purposes) - set(one.withdrawn_purposes or ())
                and not one.withdrawn_on
                and not is_over
            ):
                found.add(one.household_id)
    return found


def _homes(households: Collection[int], today: date) -> dict[int, tuple[str, str, str, str]]:
    home, undone = HouseholdAddress, aliased(FactRow)
    gone = select(undone.number).where(undone.refers_to == home.fact_number, undone.kind == Kind.VOID).exists()
    found: dict[int, tuple[str, str, str, str]] = {}
    for some in _some(households):
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
    for some in _some(references):
        rows = session().execute(
            select(ProviderFileRow.reference, ProviderFileRow.fact_number)
            .where(ProviderFileRow.reference.in_(some))
            .order_by(ProviderFileRow.reference)
        )
        found.update((reference, number) for reference, number in rows)
    return found


def lines_by_account(keys: Collection[str], *, provider: str) -> dict[str, int]:
    """Return keyed account number -> the line's fact, as earlier answers of the company told; the last holds."""
    found: dict[str, int] = {}
    for some in _some(keys):
        rows = session().execute(
            select(AnswerRow.account_key, AnswerRow.fact_number)
            .join(AnswerFile, AnswerFile.id == AnswerRow.file_id)
            .where(
                AnswerRow.account_key.in_(some),
                AnswerRow.fact_number.is_not(None),
                AnswerFile.provider == provider,
                AnswerFile.state == "finished",
            )
            .order_by(AnswerRow.id)
        )
        found.update((str(key), number) for key, number in rows if number is not None)
    return found


def lines_now(numbers: Collection[int], *, provider: str, hold: bool = False) -> dict[int, Line]:
    """Return the lines as they are on record; with ``hold`` their households and terms stay ours to the commit."""
    found: dict[int, Line] = {}
    checked = _checked(numbers)
    for some in _some(numbers):
        if hold:
            owners = select(Subscription.household_id).where(Subscription.fact_number.in_(some)).scalar_subquery()
            held = select(Household.id).where(Household.id.in_(owners)).order_by(Household.id).with_for_update()
            session().execute(held).all()
        statement = select(Subscription).where(Subscription.fact_number.in_(some)).order_by(Subscription.fact_number)
        rows = session().scalars(statement.execution_options(populate_existing=True))
        found.update((row.fact_number, _line(row, provider, checked)) for row in rows)
    return found


def _line(row: Subscription, provider: str, checked: dict[int, set[date]]) -> Line:
    return Line(
        fact_number=row.fact_number,
        starts_on=row.starts_on,
        ended_on=row.ended_on,
        is_void=row.is_void,
        is_providers=(row.provider or "").casefold() == provider.casefold(),
        down_kbps=row.down_kbps,
        up_kbps=row.up_kbps,
        terms={name: getattr(row, name) for name in TERMS},
        checked=frozenset(checked.get(row.fact_number, ())),
    )


def _checked(numbers: Collection[int]) -> dict[int, set[date]]:
    """Return on which days a company's confirmation of each line stands."""
    undone = aliased(FactRow)
    gone = select(undone.number).where(undone.refers_to == FactRow.number, undone.kind == Kind.VOID).exists()
    found: defaultdict[int, set[date]] = defaultdict(set)
    for some in _some(numbers):
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
    for some in _some(numbers):
        rows = session().scalars(
            select(Subscription).where(Subscription.fact_number.in_(some)).order_by(Subscription.fact_number)
        )
        found.update((row.fact_number, row) for row in rows)
    return found


def facts_standing(numbers: Collection[int]) -> list[FactRow]:
    """Return those of the facts that no void takes back, by number."""
    undone = aliased(FactRow)
    gone = select(undone.number).where(undone.refers_to == FactRow.number, undone.kind == Kind.VOID).exists()
    found: list[FactRow] = []
    for some in _some(numbers):
        found += session().scalars(select(FactRow).where(FactRow.number.in_(some), ~gone).order_by(FactRow.number))
    return found

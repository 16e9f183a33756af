"""Applications as the round trip with companies needs them: which wait for an answer, and how they stand now."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select

from ...connectivity.models import Application, Offer
from ...connectivity.queries.contact import who_agreed
from ...connectivity.rules.applications import State
from ...foundation.database import session
from ...households.models import Household
from ..models import ProviderFile, ProviderFileApplication
from ..rules.answers.applications import Applied
from .lines import PURPOSE, Asked, batches, homes_of, list_providers

_WAITING = (Application.state == State.SUBMITTED, Application.closed_at.is_(None))


def count_applications_by_company() -> dict[str, int]:
    """Return how many applications wait for each company, by its name."""
    statement = (
        select(Offer.provider, func.count())
        .join(Application, Application.offer_id == Offer.id)
        .where(*_WAITING)
        .group_by(Offer.provider)
        .order_by(Offer.provider)
    )
    return {row[0]: row[1] for row in session().execute(statement)}


def list_applications_to_ask(provider: str, *, today: date) -> tuple[list[Asked], int]:
    """Return the applications that wait for the company, of households that agreed to its being asked; and how many
    of others wait."""
    rows = (
        session()
        .execute(
            select(Application.id, Application.household_id, Household.head_name, Offer.plan, Application.since_on)
            .join(Offer, Offer.id == Application.offer_id)
            .join(Household, Household.id == Application.household_id)
            .where(Offer.provider == provider, *_WAITING, Household.erased_at.is_(None))
            .order_by(Application.id)
        )
        .all()
    )
    households = {row.household_id for row in rows}
    agreed, homes = who_agreed(households, PURPOSE, today=today), homes_of(households, today)
    asked = [
        Asked(row.id, row.head_name or "", homes[row.household_id], row.plan or "", row.since_on)
        for row in rows
        if row.household_id in agreed and row.household_id in homes
    ]
    return asked, len(rows) - len(asked)


def applications_by_reference(references: Collection[str]) -> dict[str, int]:
    """Return reference in a file of ours -> the application."""
    known = ProviderFileApplication
    found: dict[str, int] = {}
    for some in batches(references):
        rows = session().execute(
            select(known.reference, known.application_id).where(known.reference.in_(some)).order_by(known.reference)
        )
        found.update((reference, number) for reference, number in rows)
    return found


def applications_now(ids: Collection[int], *, provider: str) -> dict[int, Applied]:
    """Return the applications as they stand now; those of erased households are not there."""
    found: dict[int, Applied] = {}
    for some in batches(ids):
        rows = session().execute(
            select(
                Application.id, Application.code, Application.household_id, Household.code, Application.program,
                Application.state, Application.since_on, Offer.provider,
            )
            .join(Household, Household.id == Application.household_id)
            .join(Offer, Offer.id == Application.offer_id)
            .where(Application.id.in_(some), Household.erased_at.is_(None))
            .order_by(Application.id)
        )  # fmt: skip
        for number, code, household, household_code, program, state, since_on, company in rows:
            found[number] = Applied(
                id=number,
                code=code,
                household_id=household,
                household_code=household_code,
                program=program,
                state=state,
                since_on=since_on,
                is_providers=company.casefold() == provider.casefold(),
            )
    return found


def households_applying(ids: Collection[int]) -> set[int]:
    """Return whose the applications are."""
    found: set[int] = set()
    for some in batches(ids):
        statement = select(Application.household_id).where(Application.id.in_(some)).distinct()
        found.update(session().scalars(statement.order_by(Application.household_id)))
    return found


def applications_of(household_id: int) -> list[int]:
    """Return the household's applications."""
    statement = select(Application.id).where(Application.household_id == household_id)
    return list(session().scalars(statement.order_by(Application.id)))


def companies() -> list[tuple[str, int, int]]:
    """Return each company with how many lines and applications it may be asked about, by name."""
    lines, applied = dict(list_providers()), count_applications_by_company()
    return [(name, lines.get(name, 0), applied.get(name, 0)) for name in sorted(lines.keys() | applied.keys())]


def companies_that_answer() -> list[str]:
    """Return the companies that may be asked, and those that were asked before, by name."""
    asked = session().scalars(select(ProviderFile.provider).distinct().order_by(ProviderFile.provider))
    return sorted({*asked, *(name for name, _lines, _applied in companies())})

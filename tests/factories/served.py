"""Households enrolled and served through the real use cases: ``serve(world, "b", name="Ana Ruiz")``."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from digital_inclusion.casework.actions.enrolling import EnrolledHousehold, enroll_households
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.households.models import Household
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import Posting, post
from digital_inclusion.progress.models import EntryRow, FactRow, PostingRow
from digital_inclusion.progress.rules.deliveries import NewDelivery
from digital_inclusion.progress.rules.facts import Kind
from tests.factories.households import new_household, new_laptop, new_line
from tests.factories.world import World


def serve(
    world: World,
    partner: str = "a",
    *,
    name: str = "Rosa Delgado",
    deliveries: Sequence[NewDelivery] | None = None,
    **changes: Any,
) -> EnrolledHousehold:
    """Enroll a household, by default with a laptop on January 10 and a line on January 12, 2026; commit."""
    use_scope(EVERYTHING)
    given = (new_laptop(), new_line()) if deliveries is None else deliveries
    new = new_household(name, grant_id=world.grants[partner], deliveries=given, **changes)
    with write_transaction():
        done = enroll_households(
            [new], partner_id=world.partners[partner], cause="test", by=world.actor(f"navigator_{partner}")
        )
    household = done.households[0]
    assert household is not None, done.problems
    return household


def confirm(world: World, *facts: int) -> Posting:
    """Let the verifier confirm facts on February 1, 2026, in one posting; commit."""
    use_scope(EVERYTHING)
    by = world.actor("verifier")
    with write_transaction():
        decisions = [
            NewFact(
                kind=Kind.DECISION,
                record_id=session().get_one(FactRow, number).record_id,
                partner_id=world.partners["fiscal"],
                occurred_on=date(2026, 2, 1),
                refers_to=number,
                values={"positive": True},
            )
            for number in facts
        ]
        posting = post(decisions, cause="test", by=by)
        record("evidence.confirmed", by=by, facts=len(facts))
    return posting


def row_of(made: EnrolledHousehold) -> Household:
    """Return the household's row as it stands."""
    use_scope(EVERYTHING)
    return session().get_one(Household, made.id, populate_existing=True)


def entries_of(posting: int, milestone: str = "connected") -> list[str]:
    """Return a posting's entries in short: "+V 2026-01-12 3" is verified, day and district."""
    rows = session().scalars(
        select(EntryRow).where(EntryRow.posting == posting, EntryRow.milestone == milestone).order_by(EntryRow.id)
    )
    return sorted(
        f"{'+' if row.sign > 0 else '-'}{row.aspect[0].upper()} {row.occurred_on} {row.district}" for row in rows
    )


def last_posting() -> int:
    """Return the number of the last posting."""
    return session().scalars(select(PostingRow.number).order_by(PostingRow.number.desc()).limit(1)).one()

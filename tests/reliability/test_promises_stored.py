"""The promises P1 to P10 on real databases: random histories of three partners through the real actions.

The machine is the one of ``tests/unit/progress/test_promises.py``; here every step is a transaction on a migrated
database, and after each one the cube, the margins, the standings and the proofs are compared with the facts.
"""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from sqlalchemy import select

from digital_inclusion.foundation.database import EVERYTHING, db, program_session, session, use_scope
from digital_inclusion.progress.models import Standing
from digital_inclusion.progress.queries.verification import verify
from digital_inclusion.progress.queries.verification.derived import check_derived
from digital_inclusion.progress.queries.verification.sums import check_sums
from tests.conftest import Template
from tests.factories.facts import Facts
from tests.factories.stored import StoredBook
from tests.support.subscriptions import from_facts, on_record
from tests.unit.progress.test_promises import PROGRAMS, Promises

EXAMPLES = {"sqlite": 20, "postgresql": 4}
STEPS = 15


def _machine(template: Template) -> type[Promises]:
    class StoredPromises(Promises):
        """Every example begins with an empty, migrated database."""

        def __init__(self) -> None:
            super().__init__()
            template.lay_out()
            self.context = template.app.app_context()
            self.context.push()
            use_scope(EVERYTHING)
            self.facts, self.book = Facts(), StoredBook(PROGRAMS[0])  # type: ignore[assignment]

        @invariant()
        def sums_and_lists_follow_the_facts(self) -> None:
            """P7, and what lists read."""
            with program_session("test") as city:
                assert [*check_sums(city), *check_derived(city)] == []
            session().rollback()

        @invariant()
        def nobody_learns_of_another_partners_facts(self) -> None:
            """P10: the reason shown to a partner names no fact that is not its own."""
            owner = {fact.number: fact.partner_id for fact in self.book.facts}
            stored = {number: owner[written] for written, number in self.book._numbers.items()}  # type: ignore[attr-defined]
            for row in session().scalars(select(Standing).order_by(Standing.record_id)):
                named = {(row.details or {}).get("fact"), (row.details or {}).get("other_fact")} - {None}
                assert all(stored[number] == row.partner_id for number in named)
            session().rollback()

        def teardown(self) -> None:
            """P1 and P9 as in memory; then the independent recount at every posting."""
            try:
                super().teardown()
                with program_session("test") as city:
                    report = verify(city, every_posting=True)
                assert report.holds, [difference for check in report.checks for difference in check.differences]
                assert on_record() == from_facts()
            finally:
                db.session.remove()
                self.context.pop()

    return StoredPromises


def test_promises_hold_on_a_database(laid_out: Template, database_kind: str) -> None:
    scale = int(os.environ.get("PROMISES_SCALE", "1"))
    run_state_machine_as_test(
        _machine(laid_out),
        settings=settings(
            max_examples=EXAMPLES[database_kind] * scale,
            stateful_step_count=STEPS,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes on a database
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )

"""The book of ``tests/factories/book.py`` on a real database: the same facts and settings through the real actions."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from digital_inclusion.foundation.access.identity import Actor, system_actor
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict
from digital_inclusion.funding.models import Fund, Grant
from digital_inclusion.households.models import Household
from digital_inclusion.partners.models import Partner
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import post
from digital_inclusion.progress.actions.settings import apply_settings
from digital_inclusion.progress.models import EntryRow, LedgerHead
from digital_inclusion.progress.queries.figures import figure
from digital_inclusion.progress.rules.facts import Fact
from digital_inclusion.progress.rules.ledger import Aspect, Key, Milestone
from digital_inclusion.progress.rules.program import Program
from tests.factories.book import Entry, recount
from tests.factories.facts import CITY, A, B, C

BY = system_actor("tests")
_PLAIN = ("number", "posting", "kind", "record_id", "partner_id", "occurred_on", "entered_by", "refers_to")


def settings_text(program: Program) -> str:
    """Return a settings file that says what ``program`` says."""

    def listed(values: Iterable[str]) -> str:
        return "[" + ", ".join(f'"{value}"' for value in sorted(values)) + "]"

    lines = [
        "format = 1",
        '[city]\nname = "Testing"\nprogram_name = "Testing"\ntime_zone = "America/Los_Angeles"\nlanguages = ["en"]',
        f"[program]\nstarts_on = {program.starts_on}\nends_on = 2040-12-31",
        f"passport_required_from = {program.passport_required_from or chr(34) * 2}",
        f"eligibility_required_from = {program.eligibility_required_from or chr(34) * 2}",
        "[goals]\nconnected = 50000\nskills_sustained = 50000\nby = 2028-12-31",
        '[privacy]\nsmall_figure = 10\nretention_years = 5\nconsent_text_version = "1"\ndraft_days = 30',
        "[imports]\npossibly_known_per_day = 20",
        f"[area]\nzip_codes = {listed(program.zip_codes)}",
    ]
    for standard in program.standards:
        lines.append(
            f"[[standards]]\nfrom = {standard.from_day}\ndown_mbps = {standard.down_kbps // 1000}\n"
            f"up_mbps = {standard.up_kbps // 1000}\ndevice_kinds = {listed(standard.device_kinds)}\n"
            f"proof_days = {standard.proof_days}\nskills_hours = {standard.skills_minutes // 60}\n"
            f"assessments = {listed(standard.assessments)}\nsustained_days = {standard.sustained_days}"
        )
    for boundaries in program.boundaries:
        lines.append(f"[[boundaries]]\nfrom = {boundaries.from_day}")
        for code in sorted(boundaries.districts):
            zips = [zip_code for zip_code, district in boundaries.zip_district.items() if district == code]
            lines.append(f'[[boundaries.districts]]\ncode = "{code}"\nname = "{code}"\nzip_codes = {listed(zips)}')
    return "\n".join(lines) + "\n"


def furnish(*, records: int = 12) -> None:
    """Make partners A, B, C and the city, a grant for each, and records 1 to 12, as the worked scenarios name them."""
    use_scope(EVERYTHING)
    now = clock.now()
    with write_transaction() as target:
        use_scope(EVERYTHING)
        for number, name in ((A, "A"), (B, "B"), (C, "C"), (CITY, "City")):
            kind = "city" if number == CITY else "grantee"
            target.add(Partner(id=number, code=name.upper(), name=name, kind=kind, created_at=now))
        target.add(Fund(id=1, name="Fund", created_at=now))
        target.flush()
        for number in (A, B, C):
            target.add(
                Grant(
                    id=number * 10, number=f"G{number}", partner_id=number, fund_id=1, name=f"Grant {number}",
                    starts_on=date(2019, 1, 1), ends_on=date(2040, 1, 1), amount_cents=0, created_at=now,
                )
            )  # fmt: skip
        for number in range(1, records + 1):
            target.add(Household(id=number, partner_id=A, code=f"R{number}", created_at=now, updated_at=now))
        record("program.set_up", by=BY)


class StoredBook:
    """Facts, settings and entries on the real database. Postings are counted as ``Book`` counts them."""

    def __init__(self, program: Program) -> None:
        furnish()
        self.facts: list[Fact] = []
        self.program = program
        self._numbers: dict[int, int] = {}  # number of a fact as the test wrote it -> as it was stored
        self._known: list[tuple[int, Program, int]] = []  # facts, settings, real posting
        self._apply(program)
        self._settle()

    @property
    def postings(self) -> int:
        """Return the last posting, the first settings being none."""
        return len(self._known) - 1

    def post(self, *facts: Fact | Iterable[Fact], by: Actor = BY) -> list[Entry]:
        """Learn facts in one posting and return the entries it wrote."""
        new = [one for fact in facts for one in ([fact] if isinstance(fact, Fact) else fact)]
        if new:
            with write_transaction():
                use_scope(EVERYTHING)
                made: dict[int, NewFact] = {}
                for fact in new:
                    made[fact.number] = self._new(fact, made)
                post(list(made.values()), cause="test", by=by)
                record("fact.corrected", by=by)
            self._numbers |= {number: one.number for number, one in made.items()}
            self.facts += new
        return self._settle()

    def load(self, program: Program) -> list[Entry]:
        """Load other settings in one posting and return the entries it wrote."""
        self.program = program
        self._apply(program)
        return self._settle()

    def net(self, posting: int | None = None) -> dict[Key, int]:
        """Return the net entries up to a posting, none of them zero."""
        sums: Counter[Key] = Counter()
        for entry in self._entries(EntryRow.posting <= self.real(posting)):
            sums[entry.key] += entry.sign
        return {key: number for key, number in sums.items() if number}

    @property
    def entries(self) -> list[Entry]:
        """Return all entries."""
        return self._entries(EntryRow.posting > 0)

    def recount_at(self, posting: int) -> dict[Key, int]:
        """Return what the facts and settings known at a posting give, by the rules."""
        number, program, _real = self._known[posting]
        return recount(self.facts[:number], program)

    def figure(self, milestone: Milestone, aspect: Aspect, on: date, posting: int) -> int:
        """Return a figure by the product's own query."""
        return figure(milestone, aspect, on, self.real(posting))

    def real(self, posting: int | None) -> int:
        """Return the number in the database of a posting as the tests count them (None: the last)."""
        return self._known[-1 if posting is None else posting][2]

    def _new(self, fact: Fact, made: dict[int, NewFact]) -> NewFact:
        values = {name: getattr(fact, name) for name in Fact._fields if name not in _PLAIN}
        about = None
        if fact.refers_to is not None:
            about = made.get(fact.refers_to) or self._numbers[fact.refers_to]
        return NewFact(
            kind=fact.kind, record_id=fact.record_id, partner_id=fact.partner_id, occurred_on=fact.occurred_on,
            refers_to=about, values={name: value for name, value in values.items() if value is not None},
        )  # fmt: skip

    def _apply(self, program: Program) -> None:
        try:
            with write_transaction():
                use_scope(EVERYTHING)
                apply_settings(settings_text(program), by=BY)
        except Conflict:
            pass  # the same settings again: nothing is posted
        use_scope(EVERYTHING)

    def _settle(self) -> list[Entry]:
        head = session().scalars(select(LedgerHead).execution_options(populate_existing=True)).one().posting
        before = self._known[-1][2] if self._known else head
        self._known.append((len(self.facts), self.program, head))
        return self._entries(EntryRow.posting > before)

    def _entries(self, condition: object) -> list[Entry]:
        rows = session().scalars(select(EntryRow).where(condition).order_by(EntryRow.id))  # type: ignore[arg-type]
        return [
            Entry(
                row.posting,
                Key(row.identity, Milestone(row.milestone), Aspect(row.aspect), row.occurred_on, row.partner_id,
                    row.grant_id, row.district),
                row.sign,
            )
            for row in rows
        ]  # fmt: skip

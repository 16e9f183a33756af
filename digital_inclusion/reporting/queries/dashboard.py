"""Everything the progress page shows, in a fixed number of statements however many households there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.kernel.dates import last_day, month_of
from ...partners.queries import partner_names
from ...progress.queries import figures as sums
from ...progress.queries.figures import EVERYWHERE, Figures, Filter, Knowledge, Month
from ...progress.queries.program import get_program
from ...progress.schemas import LoadedProgram
from ..rules.attention import Attention, attention
from .reasons import by_reason, reason_cells

MONTHS_SHOWN = 36
LOOK_BACK = 3  # months


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the page was asked for, as far as who asks may have it. ``own`` is the only partner that they may see."""

    where: Filter
    milestone: str
    own: int | None


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district with its figures and, where the settings know it, its households."""

    code: str
    name: str | None
    households: int
    figures: Figures

    def per_thousand(self, milestone: str) -> float | None:
        """Return verified households per 1,000 households of the district; None where those are not known."""
        return self.figures.of(milestone, "verified") * 1000 / self.households if self.households else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The figures as of today, with the posting they are known at."""

    program: LoadedProgram
    day: date
    knowledge: Knowledge
    city: Figures
    shown: Figures
    months: Sequence[Month]
    before: dict[int, Figures]
    partners: dict[int, Figures]
    partner_names: dict[int, str]
    districts: Sequence[DistrictRow]
    reasons: Sequence[tuple[str, int]]
    attention: Sequence[Attention]


def asked(by: Actor, *, partner_id: int | None, district: str | None, milestone: str) -> Asked:
    """Return what ``by`` may have of what was asked for; a partner's people always get their own partner's numbers."""
    own = None if sees_every_partner(by.roles) else by.partner_id or -1
    where = sums.filter_for(by, partner_id=partner_id if partner_id is not None else own, district=district)
    return Asked(where=where, milestone=milestone, own=own)


def dashboard(wanted: Asked, *, by: Actor) -> Dashboard:
    """Return everything the page shows."""
    day = clock.today()
    program = get_program()
    shown = sums.figures(wanted.where)
    cells = reason_cells(wanted.where)
    partners = sums.figures_by_partner(by=by, district=wanted.where.district)
    before = sums.figures_by_partner(by=by, district=wanted.where.district, on=last_day(_months_back(day, LOOK_BACK)))
    if wanted.where.partner_id is not None:
        partners = {one: its for one, its in partners.items() if one == wanted.where.partner_id}
    added = {one: its.of("connected", "verified") - _verified(before, one) for one, its in partners.items()}
    return Dashboard(
        program=program,
        day=day,
        knowledge=sums.last_posting(),
        city=shown if wanted.where == EVERYWHERE else sums.figures(),
        shown=shown,
        months=sums.series_by_month(wanted.where, first=_months_back(day, MONTHS_SHOWN - 1)),
        before=before,
        partners=partners,
        partner_names=partner_names(),
        districts=_districts(program, day, wanted.where),
        reasons=by_reason(cells),
        attention=attention(cells, added) if wanted.own is None else [],
    )


def _verified(found: dict[int, Figures], partner_id: int) -> int:
    return found.get(partner_id, Figures()).of("connected", "verified")


def _months_back(day: date, count: int) -> date:
    """Return the first day of the month ``count`` months before that of ``day``."""
    month = month_of(day)
    year, zero_based = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(year, zero_based + 1, 1)


def _districts(program: LoadedProgram, day: date, where: Filter) -> list[DistrictRow]:
    """Return the districts in force, then any older or unknown one that has figures."""
    found = sums.figures_by_district(where)
    known = [table for table in program.districts_on(day) if where.district in (None, table.code)]
    rows = [DistrictRow(table.code, table.name, table.households, found.get(table.code, Figures())) for table in known]
    named = {row.code for row in rows}
    return rows + [DistrictRow(code, None, 0, its) for code, its in found.items() if code not in named]

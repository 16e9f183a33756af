"""Who pays more from when: counted by month, partner and district in one statement, and the lines behind a count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    Date,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union,
)

from ...foundation.database import session
from ...foundation.kernel.dates import last_day
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ...partners.models import Partner
from ..models import EndedSubsidy, ProgramEnd, Subscription, Subsidy
from ..rules.cliffs import Cell

PAGE = 50
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Months from the first to the last (their first days), and which partner and district; None: all."""

    first: date
    last: date
    partner_id: int | None = None
    district: str | None = None


def _ends(asked: Asked) -> CTE:
    """Return fact and last day of every promotion and subsidy that ends so that the day after lies in the months."""
    first, last = asked.first - DAY, last_day(asked.last) - DAY
    promotions = select(Subscription.fact_number, Subscription.promo_until_on.label("last_day")).where(
        Subscription.promo_until_on.between(first, last)
    )
    subsidies = select(Subsidy.fact_number, Subsidy.until_on.label("last_day")).where(
        Subsidy.until_on.between(first, last)
    )
    return union(promotions, subsidies).cte("ends")


def _cliffs(asked: Asked) -> CTE:
    """Return every line with the last day before its price rises, and what it pays then and after."""
    ends, line = _ends(asked), Subscription
    last = ends.c.last_day
    after = _day_after(last)
    paid = and_(Subsidy.fact_number == line.fact_number, Subsidy.from_on <= after)
    paid = and_(paid, or_(Subsidy.until_on.is_(None), Subsidy.until_on >= last))
    over = line.promo_until_on
    price_before = case((over < last, line.price_after_cents), else_=line.price_cents)
    price_after = case((over <= last, line.price_after_cents), else_=line.price_cents)
    help_before = func.sum(case((Subsidy.from_on <= last, Subsidy.amount_cents), else_=0))
    stays = or_(Subsidy.until_on.is_(None), Subsidy.until_on > last)
    help_after = func.sum(case((stays, Subsidy.amount_cents), else_=0))
    statement = (
        select(
            line.fact_number,
            line.household_id,
            line.partner_id,
            line.district,
            last.label("last_day"),
            _not_below_0(price_before - func.coalesce(help_before, 0)).label("before"),
            _not_below_0(price_after - func.coalesce(help_after, 0)).label("after"),
        )
        .select_from(ends)
        .join(line, line.fact_number == ends.c.fact_number)
        .outerjoin(Subsidy, paid)
        .where(line.is_void.is_(False), or_(line.ended_on.is_(None), line.ended_on > after), line.starts_on <= last)
        .group_by(line.fact_number, last)
    )
    if asked.partner_id is not None:
        statement = statement.where(line.partner_id == asked.partner_id)
    if asked.district is not None:
        statement = statement.where(line.district == asked.district)
    return statement.cte("cliffs")


def _is_sqlite() -> bool:
    return session().get_bind().dialect.name == "sqlite"


def _not_below_0(cents: Any) -> Any:
    """Return the cents, 0 for what lies below; what is not known stays so (PostgreSQL's greatest would make it 0)."""
    return func.max(cents, 0) if _is_sqlite() else case((cents < 0, 0), else_=cents)


def _day_after(day: Any) -> Any:
    return func.date(day, "+1 day", type_=Date) if _is_sqlite() else cast(day + literal(1, Integer), Date)


def _month(day: Any) -> Any:
    return func.strftime("%Y%m", day) if _is_sqlite() else func.to_char(day, "YYYYMM")


def list_cells(asked: Asked) -> list[Cell]:
    """Return the counts, by month, partner and district. One statement, whatever the number of lines."""
    cliffs = _cliffs(asked)
    month = _month(_day_after(cliffs.c.last_day))
    keys = (month, cliffs.c.partner_id, cliffs.c.district)
    statement = (
        select(*keys, func.count(), func.sum(cliffs.c.before), func.sum(cliffs.c.after))
        .where(cliffs.c.after > cliffs.c.before)
        .group_by(*keys)
        .order_by(*keys)
    )
    return [
        Cell(date(int(when[:4]), int(when[4:]), 1), partner, district, lines, int(before), int(after))
        for when, partner, district, lines, before, after in session().execute(statement)
    ]


class Falling(NamedTuple):
    """A line whose price rises: whose it is, on which day, and what they pay a month before and after."""

    household_id: int
    code: str
    name: str
    partner: str
    navigator_id: int | None
    partner_id: int
    fact_number: int
    on: date
    before_cents: int
    after_cents: int


def list_falling(asked: Asked, *, after: tuple[date, int] | None = None, limit: int = PAGE + 1) -> list[Falling]:
    """Return the lines behind a count by day, then number. ``after``: day and number of the last one shown."""
    cliffs = _cliffs(asked)
    last: Any = type_coerce(cliffs.c.last_day, Date)
    statement: Select[*tuple[Any, ...]] = (
        select(
            Household.id, Household.code, Household.head_name, Partner.name, Household.navigator_id,
            Household.partner_id, cliffs.c.fact_number, last, cliffs.c.before, cliffs.c.after,
        )
        .join(Household, Household.id == cliffs.c.household_id)
        .join(Partner, Partner.id == Household.partner_id)
        .where(cliffs.c.after > cliffs.c.before)
        .order_by(last, cliffs.c.fact_number)
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        day, number = after[0] - DAY, after[1]
        statement = statement.where(or_(last > day, and_(last == day, cliffs.c.fact_number > number)))
    return [Falling._make([*row[:7], row[7] + DAY, int(row[8]), int(row[9])]) for row in session().execute(statement)]


def count_not_known(today: date) -> int:
    """Return how many standing lines there are whose terms nobody has written down: they cannot be on the radar."""
    line = Subscription
    standing = line.is_void.is_(False), or_(line.ended_on.is_(None), line.ended_on > today)
    paid = exists().where(Subsidy.fact_number == line.fact_number)
    statement = select(func.count(line.fact_number)).where(*standing, line.terms_seen_on.is_(None), ~paid)
    return session().scalar(statement) or 0


def list_ends() -> Sequence[ProgramEnd]:
    """Return the announced ends of programs, the last announced first."""
    statement = select(ProgramEnd).order_by(ProgramEnd.announced_on.desc(), ProgramEnd.id.desc())
    return session().scalars(statement).all()


def get_end(code: str, *, hold: bool = False) -> ProgramEnd:
    """Return the end; ``hold``: as it stands, held until the commit. NotFound where there is none."""
    statement = select(ProgramEnd).where(ProgramEnd.code == code)
    if hold:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def find_end_of(program: str) -> ProgramEnd | None:
    """Return the end that stands for the program."""
    statement = select(ProgramEnd).where(ProgramEnd.program == program, ProgramEnd.withdrawn_at.is_(None))
    return session().scalars(statement.order_by(ProgramEnd.id)).first()


class Effect(NamedTuple):
    """What the end of a program does to standing lines: how many, at how many households, and cents a month lost."""

    lines: int
    households: int
    cents: int


def effect_of_end(program: str, last: date) -> Effect:
    """Return whom the end of a program on ``last`` concerns: standing lines that it pays for past that day."""
    line = Subscription
    statement = (
        select(
            func.count(line.fact_number.distinct()),
            func.count(line.household_id.distinct()),
            func.sum(Subsidy.amount_cents),
        )
        .join(Subsidy, Subsidy.fact_number == line.fact_number)
        .where(
            line.is_void.is_(False),
            or_(line.ended_on.is_(None), line.ended_on > last + DAY),
            Subsidy.program == program,
            Subsidy.from_on <= last,
            or_(Subsidy.until_on.is_(None), Subsidy.until_on > last),
        )
    )
    lines, households, cents = session().execute(statement).one()
    return Effect(lines or 0, households or 0, int(cents or 0))


def paid_past(end: ProgramEnd) -> Select[*tuple[Any, ...]]:
    """Return the statement for what ``end`` ends: the columns of EndedSubsidy, of each subsidy that runs past its day.

    The subsidies are held until the commit.
    """
    return (
        select(Subsidy.partner_id, literal(end.id), Subsidy.id, Subsidy.until_on, Subsidy.end_reason)
        .where(Subsidy.program == end.program, Subsidy.from_on <= end.last_day)
        .where(or_(Subsidy.until_on.is_(None), Subsidy.until_on > end.last_day))
        .order_by(Subsidy.id)
        .with_for_update()
    )


def kept_of(end: ProgramEnd, column: Any) -> Any:
    """Return a column of what the end kept of a subsidy, for the statement around it that changes subsidies."""
    return (
        select(column)
        .where(EndedSubsidy.end_id == end.id, EndedSubsidy.subsidy_id == Subsidy.id)
        .correlate(Subsidy)
        .scalar_subquery()
    )


def list_concerned(end: ProgramEnd, *, after: int, limit: int) -> list[tuple[int, int, int | None]]:
    """Return households with standing lines whose subsidy the end ended, by number above ``after``: number, partner,
    navigator."""
    line = Subscription
    statement = (
        select(Household.id, Household.partner_id, Household.navigator_id)
        .join(line, line.household_id == Household.id)
        .join(Subsidy, Subsidy.fact_number == line.fact_number)
        .join(EndedSubsidy, EndedSubsidy.subsidy_id == Subsidy.id)
        .where(EndedSubsidy.end_id == end.id, Household.id > after, line.is_void.is_(False))
        .where(or_(line.ended_on.is_(None), line.ended_on > end.last_day + DAY))
        .group_by(Household.id, Household.partner_id, Household.navigator_id)
        .order_by(Household.id)
        .limit(limit)
    )
    return [(household, partner, navigator) for household, partner, navigator in session().execute(statement)]

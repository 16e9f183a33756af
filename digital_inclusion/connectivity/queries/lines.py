"""The lines of a household: what they cost, what proves them, when they were last asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, selectinload

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ...progress.models import FactRow, Proof, Standing
from ...progress.queries.deliveries import list_standing
from ...progress.rules.facts import Item, Kind
from ..models import Offer, Subscription, Subsidy
from ..rules.prices import DAY, Change, changes_after, in_force, net_on, price_on
from ..rules.terms import Hotspot


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line with its fact, the state of its evidence, the last standing check, and what it costs today."""

    row: Subscription
    fact: FactRow
    state: str  # as progress tells of evidence; "missing": nothing proves it
    checked_on: date | None
    offer: Offer | None
    device: FactRow | None  # the hand-over of the hotspot that it needs
    today: date

    @property
    def is_on(self) -> bool:
        """Tell whether it is on today by what stands."""
        return not self.row.is_void and (self.row.ended_on is None or self.row.ended_on > self.today)

    @property
    def price_cents(self) -> int | None:
        """Return today's price before subsidies, or the last one."""
        return price_on(self.row, self._last)

    @property
    def net_cents(self) -> int | None:
        """Return what the household pays a month."""
        return net_on(self.row, self.row.subsidies, self._last)

    @property
    def subsidies(self) -> list[Subsidy]:
        """Return the subsidies in force."""
        return in_force(self.row.subsidies, self._last)

    @property
    def changes(self) -> list[Change]:
        """Return what changes from tomorrow on."""
        return changes_after(self.row, self.row.subsidies, self.today, ended_on=self.row.ended_on)

    @property
    def _last(self) -> date:
        return self.today if self.is_on or self.row.ended_on is None else self.row.ended_on - DAY


def get_home(code: str) -> tuple[Household, Standing | None]:
    """Return the household with where it stands; NotFound for another partner's."""
    statement = (
        select(Household, Standing)
        .outerjoin(Standing, Standing.record_id == Household.id)
        .where(Household.code == code)
        .order_by(Household.id)
    )
    found = session().execute(statement).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def list_lines(household_id: int, *, today: date) -> list[Line]:
    """Return the lines that stand or stood, those that are on first, then the newest; void ones are left out."""
    check, void, device = aliased(FactRow), aliased(FactRow), aliased(FactRow)
    checked = (
        select(func.max(check.occurred_on))
        .where(
            check.refers_to == Subscription.fact_number,
            check.kind == Kind.CHECK.value,
            check.positive.is_(True),
            ~exists().where(void.refers_to == check.number, void.kind == Kind.VOID.value),
        )
        .scalar_subquery()
    )
    statement = (
        select(Subscription, FactRow, Proof.state, checked, Offer, device)
        .join(FactRow, FactRow.number == Subscription.fact_number)
        .outerjoin(Proof, Proof.fact_number == Subscription.fact_number)
        .outerjoin(Offer, Offer.id == Subscription.offer_id)
        .outerjoin(device, device.number == Subscription.device_fact)
        .where(Subscription.household_id == household_id, Subscription.is_void.is_(False))
        .options(selectinload(Subscription.subsidies))
        .order_by(Subscription.starts_on.desc(), Subscription.fact_number.desc())
    )
    lines = [
        Line(row=row, fact=fact, state=_state(fact, state), checked_on=day, offer=offer, device=by, today=today)
        for row, fact, state, day, offer, by in session().execute(statement)
    ]
    return sorted(lines, key=lambda line: not line.is_on)


def _state(fact: FactRow, state: str | None) -> str:
    proven = fact.evidence_type or fact.evidence_reference
    return "missing" if (state or "waiting") == "waiting" and not proven else state or "waiting"


def get_line(number: int, *, household_id: int) -> Subscription:
    """Return a line of the household that stands; NotFound for any other."""
    return _one(number, household_id)


def hold_line(number: int, *, household_id: int) -> Subscription:
    """Return the same, held until the commit."""
    return _one(number, household_id, hold=True)


def _one(number: int, household_id: int, *, hold: bool = False) -> Subscription:
    statement = select(Subscription).where(
        Subscription.fact_number == number,
        Subscription.household_id == household_id,
        Subscription.is_void.is_(False),
    )
    if hold:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def find_subscription(number: int) -> Subscription | None:
    """Return the line with the number as it stands in the database now, void or not."""
    return session().get(Subscription, number, populate_existing=True)


def list_home_lines(household_id: int, *, besides: int | None = None) -> Sequence[Subscription]:
    """Return the household's lines of the kind "home" that stand, by day."""
    statement = select(Subscription).where(
        Subscription.household_id == household_id,
        Subscription.kind == "home",
        Subscription.is_void.is_(False),
        Subscription.fact_number != (besides or 0),
    )
    return session().scalars(statement.order_by(Subscription.starts_on, Subscription.fact_number)).all()


def list_household_subsidies(household_id: int) -> Sequence[Subsidy]:
    """Return what programs pay or paid toward lines of the household that stand, by day."""
    statement = (
        select(Subsidy)
        .join(Subscription, Subscription.fact_number == Subsidy.fact_number)
        .where(Subscription.household_id == household_id, Subscription.is_void.is_(False))
    )
    return session().scalars(statement.order_by(Subsidy.from_on, Subsidy.id)).all()


def get_subsidy(subsidy_id: int, *, number: int) -> Subsidy:
    """Return a subsidy of the line as it stands now; NotFound for any other. Whoever changes it holds the line."""
    statement = select(Subsidy).where(Subsidy.id == subsidy_id, Subsidy.fact_number == number)
    found = session().scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def list_by_device(number: int) -> Sequence[Subscription]:
    """Return the lines that need the hotspot of a hand-over, by number."""
    statement = select(Subscription).where(Subscription.device_fact == number)
    return session().scalars(statement.order_by(Subscription.fact_number)).all()


def list_hotspots(household_id: int) -> list[Hotspot]:
    """Return the household's hotspots that are not back, by number of the hand-over."""
    facts = list_standing(household_id, [Kind.DELIVERY, Kind.END])
    ended = {fact.refers_to for fact in facts if fact.kind == Kind.END.value}
    return [
        (fact.number, fact.unit_key, fact.occurred_on)
        for fact in facts
        if fact.item == Item.DEVICE.value and fact.device_kind == "hotspot" and fact.number not in ended
    ]


def get_hotspot(number: int) -> Hotspot:
    """Return the hotspot of a hand-over, back or not."""
    fact = session().get_one(FactRow, number)
    return fact.number, fact.unit_key, fact.occurred_on


def recorded_price(number: int) -> int | None:
    """Return the price that the fact of a line tells, cents a month."""
    return session().scalar(select(FactRow.price_cents).where(FactRow.number == number))

"""What is in stock, counted: by kind, grade, site and age, for what the reader may see."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select

from ...foundation.access.identity import Actor
from ...foundation.database import session
from ..models import Device
from ..rules.matching import Trait, in_line
from ..rules.states import IN_STOCK, State
from ..rules.stock import AGES, span_of
from .proposals import list_longest_in_stock, wishes_in
from .requests import InLine, list_line
from .units import is_ready_in, visible

MOST_NEXT = 5
_LOOKED_AT = 200  # units in stock that are weighed for those next in line


@dataclass(slots=True)
class Stock:
    """Units that are ready, counted four ways; ``kinds`` counts every state in the house by kind."""

    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    grades: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)  # "": nobody wrote where it stands
    ages: Counter[str] = field(default_factory=Counter)
    ready: int = 0


def count_stock(*, now: datetime, by: Actor) -> Stock:
    """Return the counts, in two statements whatever the stock."""
    stock = Stock()
    states = select(Device.kind, Device.state, func.count(Device.id)).where(
        Device.state.in_(sorted(IN_STOCK)), *visible(by)
    )
    for kind, state, count in session().execute(states.group_by(Device.kind, Device.state).order_by(Device.kind)):
        stock.kinds.setdefault(kind, Counter())[state] = count
    age = _age(now)
    columns = (Device.functional, func.coalesce(Device.site, ""), age)
    ready = select(*columns, func.count(Device.id)).where(Device.state == State.READY.value, *visible(by))
    for grade, site, how_old, count in session().execute(ready.group_by(*columns).order_by(*columns)):
        stock.grades[grade or ""] += count
        stock.sites[site] += count
        stock.ages[how_old] += count
        stock.ready += count
    return stock


def _age(now: datetime) -> ColumnElement[str]:
    return case(*((is_ready_in(*span_of(age, now)), age) for age in AGES), else_=next(iter(AGES)))


@dataclass(frozen=True, slots=True)
class Next:
    """Who is next in line and the unit for them; none: the traits that no unit left has, or nothing is left."""

    asking: InLine
    device: Device | None
    missing: list[Trait]


def list_next(partner_id: int) -> list[Next]:
    """Return the first in line of an organization, each with the unit that is proposed, in line."""
    asking = list_line(partner_id=partner_id, most=MOST_NEXT)
    kinds = sorted({one.request.kind for one in asking})
    units = list_longest_in_stock(partner_id, kinds, most=_LOOKED_AT) if kinds else []
    found: list[Next] = []
    for kind in kinds:
        asked = [(one, wishes_in(one.request)) for one in asking if one.request.kind == kind]
        pairs = in_line(asked, [unit for unit in units if unit.kind == kind])
        found += [Next(one, unit, missing) for one, unit, missing in pairs]
    return sorted(found, key=lambda one: one.asking.number)

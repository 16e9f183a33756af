"""The households a sample is drawn from, and the sample."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...progress.models import EntryRow
from ...progress.queries.figures import get_posting, last_posting
from ..rules.sample import check_sample, draw, place_of
from .households import codes_of


@dataclass(frozen=True, slots=True)
class Drawn:
    """One household of the sample: its number as an identity, the code to open it by, its digest."""

    identity: int
    code: str | None
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample with everything needed to draw it again."""

    seed: str
    size: int
    on: date
    posting: int
    population: int
    drawn: list[Drawn]


def draw_sample(*, seed: str, size: int, on: date, posting: int | None = None) -> Sample:
    """Return a sample of the households verified as connected on a day, as known at a posting (default: the last)."""
    check_sample(seed, size)
    if on > clock.today():
        raise Invalid(fields={"on": _("This day lies in the future.")})
    known = last_posting().posting if posting is None else get_posting(posting).posting
    population = _verified(on, known)
    chosen = draw(seed, size, population)
    codes = codes_of(chosen)
    return Sample(
        seed=seed,
        size=size,
        on=on,
        posting=known,
        population=len(population),
        drawn=[Drawn(one, codes.get(one), place_of(seed, one)) for one in chosen],
    )


def _verified(on: date, posting: int) -> list[int]:
    statement = (
        select(EntryRow.identity)
        .where(
            EntryRow.milestone == "connected",
            EntryRow.aspect == "verified",
            EntryRow.occurred_on <= on,
            EntryRow.posting <= posting,
        )
        .group_by(EntryRow.identity)
        .having(func.sum(EntryRow.sign) > 0)
        .order_by(EntryRow.identity)
    )
    return list(session().scalars(statement))

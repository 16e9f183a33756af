"""Random samples, and what was answered: by sample, by term and organization."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, literal, select

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ...partners.models import Partner
from ..models import CheckLink, LineCheck, Sample, SampleMember, Subscription
from ..rules.checks import NO_ANSWER, OFF, ON
from .asking import is_on, is_there

MOST = 50
SILENT = "silent"  # a link was sent, and nobody has answered or called yet


@dataclass(frozen=True, slots=True)
class Answers:
    """How many lines had which last answer."""

    counts: dict[str, int] = field(default_factory=dict)

    def of(self, answer: str) -> int:
        """Return how many said so."""
        return self.counts.get(answer, 0)

    @property
    def asked(self) -> int:
        """Return about how many lines somebody asked."""
        return sum(self.counts.values())

    @property
    def answered(self) -> int:
        """Return about how many lines a household said whether they are on."""
        return self.of(ON) + self.of(OFF)

    @property
    def silent(self) -> int:
        """Return about how many lines nobody has answered, refused ones not among them."""
        return self.of(NO_ANSWER) + self.of(SILENT)


@dataclass(frozen=True, slots=True)
class Told:
    """What an organization's households answered in a term."""

    term_days: int
    partner: str
    answers: Answers


def _last() -> Any:
    """Return the last try about each line and term."""
    latest = (
        select(LineCheck.fact_number, LineCheck.term_days, func.max(LineCheck.try_number).label("place"))
        .group_by(LineCheck.fact_number, LineCheck.term_days)
        .subquery()
    )
    return latest, and_(
        LineCheck.fact_number == latest.c.fact_number,
        LineCheck.term_days == latest.c.term_days,
        LineCheck.try_number == latest.c.place,
    )


def list_told() -> list[Told]:
    """Return what was answered, by term and organization."""
    latest, is_last = _last()
    said = (
        select(LineCheck.term_days, Partner.name, LineCheck.answer, func.count())
        .join(latest, is_last)
        .join(Partner, Partner.id == LineCheck.partner_id)
        .group_by(LineCheck.term_days, Partner.name, LineCheck.answer)
        .order_by(LineCheck.term_days, Partner.name, LineCheck.answer)
    )
    found: dict[tuple[int, str], Answers] = {}
    for term, partner, answer, count in [*session().execute(said), *session().execute(_silent())]:
        found.setdefault((term, partner), Answers()).counts[answer] = count
    return [Told(term, partner, answers) for (term, partner), answers in sorted(found.items())]


def _silent() -> Select[*tuple[Any, ...]]:
    """Return how many links were sent without any answer or call since, by term and organization."""
    asked = exists().where(LineCheck.fact_number == CheckLink.fact_number, LineCheck.term_days == CheckLink.term_days)
    return (
        select(CheckLink.term_days, Partner.name, literal(SILENT), func.count())
        .join(Subscription, Subscription.fact_number == CheckLink.fact_number)
        .join(Partner, Partner.id == Subscription.partner_id)
        .where(CheckLink.token_digest.is_not(None), ~asked)
        .group_by(CheckLink.term_days, Partner.name)
        .order_by(CheckLink.term_days, Partner.name)
    )


def list_population(term_days: int, *, from_on: date, to_on: date, today: date) -> list[int]:
    """Return the lines whose question came due in the period and that are on by what stands, by number."""
    term = timedelta(days=term_days)
    statement = (
        select(Subscription.fact_number)
        .join(Household, Household.id == Subscription.household_id)
        .where(*is_there(), is_on(today), Subscription.starts_on.between(from_on - term, to_on - term))
        .order_by(Subscription.fact_number)
    )
    return list(session().scalars(statement))


def owners(numbers: Sequence[int]) -> dict[int, int]:
    """Return whose the lines are: organization by number."""
    found: dict[int, int] = {}
    for start in range(0, len(numbers), 500):
        rows = select(Subscription.fact_number, Subscription.partner_id).where(
            Subscription.fact_number.in_(numbers[start : start + 500])
        )
        found.update((row[0], row[1]) for row in session().execute(rows.order_by(Subscription.fact_number)))
    return found


def list_samples() -> Sequence[Sample]:
    """Return the samples of which one may see members, the newest first."""
    there = exists().where(SampleMember.sample_id == Sample.id)
    return session().scalars(select(Sample).where(there).order_by(Sample.id.desc()).limit(MOST)).all()


def get_sample(code: str) -> Sample:
    """Return the sample with the code, or raise NotFound."""
    found = find_sample(code)
    if found is None:
        raise NotFound
    return found


def find_sample(code: str | None) -> Sample | None:
    """Return the sample with the code, None where there is none."""
    return session().scalars(select(Sample).where(Sample.code == code)).first() if code else None


def answers_of(sample: Sample) -> Answers:
    """Return what the members answered to the sample's question; those nobody has asked are not among them."""
    latest, is_last = _last()
    statement = (
        select(LineCheck.answer, func.count())
        .join(latest, is_last)
        .join(SampleMember, SampleMember.fact_number == LineCheck.fact_number)
        .where(SampleMember.sample_id == sample.id, LineCheck.term_days == sample.term_days)
        .group_by(LineCheck.answer)
        .order_by(LineCheck.answer)
    )
    return Answers({row[0]: row[1] for row in session().execute(statement)})

"""Draw a random sample of the lines to ask about."""

from secrets import randbelow

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...progress.queries.program import get_program
from ..models import Sample, SampleMember
from ..queries.samples import list_population, owners
from ..rules.checks import terms_on
from ..rules.samples import LARGEST_SEED, Wanted, check_wanted, draw, size_for


def draw_sample(*, wanted: Wanted, seed: int | None = None, by: Actor) -> Sample:
    """Draw a sample of the lines whose question came due in the period and is still open; store it once.

    The same seed over the same lines draws the same ones. ``seed``: None for a new one.
    """
    policy.check(by, "sample:draw")
    settings, today = get_program().file.connectivity, clock.today()
    check_wanted(wanted, terms=settings.check_days, today=today)
    term = next(one for one in terms_on(today, settings.check_days) if one.days == wanted.term_days)
    earliest = term.first + (today - term.last)
    if wanted.from_on < earliest:
        sentence = _("This question is open only for lines that came due since %(day)s.") % {"day": earliest}
        raise Invalid(fields={"from_on": sentence})
    lines = list_population(wanted.term_days, from_on=wanted.from_on, to_on=wanted.to_on, today=today)
    if not lines:
        raise Invalid(fields={"to_on": _("No line came due in these days.")})
    chosen = seed if seed is not None else randbelow(LARGEST_SEED)
    sample = Sample(
        code=new_code(), term_days=wanted.term_days, from_on=wanted.from_on, to_on=wanted.to_on,
        population=len(lines), size=size_for(wanted, population=len(lines), confidence=settings.confidence),
        seed=chosen, confidence=settings.confidence, drawn_at=clock.now(), drawn_by=by.user_id,
    )  # fmt: skip
    session().add(sample)
    session().flush()
    members = draw(lines, size=sample.size, seed=chosen)
    whose = owners(members)
    session().add_all(
        SampleMember(sample_id=sample.id, fact_number=number, partner_id=whose[number]) for number in members
    )
    record("line.sample_drawn", by=by, subject=sample, size=sample.size, population=sample.population)
    return sample

"""Publish the figures of months that are over, so that the same question keeps its answer."""

from datetime import date

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import program_session, session
from ...foundation.kernel import clock
from ...foundation.kernel.dates import last_day, month_of, months, next_month
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from ..models import PublishedFigure
from ..queries import ledger
from ..queries.figures import figures
from ..queries.program import get_program
from ..queries.published import PUBLISHED, last_values, published_months
from ..rules.publication import publishable


def publish_closed_months(*, by: Actor) -> list[date]:
    """Publish every month that is over and not published yet, oldest first; return them. Safe to call at any time."""
    policy.check(by, "figures:publish")
    done = published_months()
    first = next_month(max(done)) if done else get_program().counting.starts_on
    wanted = [month for month in months(first, clock.today()) if last_day(month) < clock.today()]
    for month in wanted:
        publish_month(month, by=by)
    return wanted


def publish_month(month: date, *, by: Actor) -> list[PublishedFigure]:
    """Store the public figures of a month that is over, as known now; raise Conflict if it is not, or was published.

    What is stored is what may be shown (``rules/publication.py``), with its day and posting. A published figure is
    never changed: what is learned later shows in later months.
    """
    policy.check(by, "figures:publish")
    month = month_of(month)
    if last_day(month) >= clock.today():
        raise Conflict(_("A month is published once it is over."))
    if any(month <= done for done in published_months()):
        raise Conflict(_("This month is published already, or a later one is."))
    with program_session("publishing") as city:
        posting = ledger.take_head(city).posting  # held to the commit: nothing is posted while we read the sums
    made = _figures_of(month, posting)
    session().add_all(made)
    session().flush()
    record("figures.published", by=by, subject_type="published_figures", posting=posting, month=f"{month:%Y-%m}")
    return made


def _figures_of(month: date, posting: int) -> list[PublishedFigure]:
    small, last = get_program().file.privacy.small_figure, last_values()
    true = figures(on=last_day(month))
    made = []
    for milestone, aspect in PUBLISHED:
        shown = publishable(true.of(milestone, aspect), last.get((milestone, aspect), 0), small=small)
        made.append(
            PublishedFigure(
                month=month,
                as_of=last_day(month),
                posting=posting,
                milestone=milestone,
                aspect=aspect,
                value=shown.value,
                exact=shown.exact,
                published_at=clock.now(),
            )
        )
    return made

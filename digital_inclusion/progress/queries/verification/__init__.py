"""Does everything still agree? What ``flask progress verify`` asks (rule 18 of "How we count").

Runs in the session given, which must see every partner. Reads only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from sqlalchemy.orm import Session

from ....foundation.audit.queries import find_broken_seal
from .. import ledger
from .derived import check_derived
from .knowledge import is_small, published_postings
from .numbering import check_numbering
from .postings import check_every_posting
from .recounting import check_recount
from .sums import check_sums

MOST_SHOWN = 200  # differences listed per check; the rest is counted


@dataclass(slots=True)
class Check:
    """One question and what was found against it; nothing found: it holds."""

    name: str
    differences: list[str] = field(default_factory=list)
    more: int = 0  # differences beyond those listed

    @property
    def holds(self) -> bool:
        """Tell whether nothing was found."""
        return not self.differences


@dataclass(slots=True)
class Report:
    """What was checked, at which posting, and what was found."""

    posting: int
    recounted_at: str  # "every posting", or the postings by number
    checks: list[Check]

    @property
    def holds(self) -> bool:
        """Tell whether everything agrees."""
        return all(check.holds for check in self.checks)


def verify(target: Session, *, every_posting: bool = False) -> Report:
    """Recount everything independently and compare; see the checks for what is asked."""
    last = ledger.head(target).posting
    if every_posting or is_small(target):
        recounted, recounts = "every posting", [_run("recount at every posting", check_every_posting, target)]
    else:
        wanted = sorted({*published_postings(target), last})
        recounted = ", ".join(str(posting) for posting in wanted)
        recounts = [
            _run(f"recount at posting {posting}", partial(check_recount, posting=posting), target) for posting in wanted
        ]
    others = (
        ("sums equal entries, none below zero", check_sums),
        ("standings and proofs follow the facts, units and identities too", check_derived),
        ("numbers without gaps", check_numbering),
        ("audit seals hold", _check_seals),
    )
    return Report(last, recounted, recounts + [_run(name, ask, target) for name, ask in others])


def _run(name: str, ask: Callable[[Session], Iterator[str]], target: Session) -> Check:
    found = ask(target)
    check = Check(name, list(islice(found, MOST_SHOWN)))
    check.more = sum(1 for _difference in found)
    return check


def _check_seals(_target: Session) -> Iterator[str]:
    broken = find_broken_seal()
    if broken is not None:
        yield f"audit seal {broken.id} does not fit the events up to {broken.last_event_id}"

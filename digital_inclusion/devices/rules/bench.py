"""What comes next with a unit on the bench, and who may take it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _
from .states import LOWEST_FOR_A_HOME, STATES, State

ON_BENCH = frozenset(
    {State.RECEIVED, State.RETURNED, State.QUARANTINED, State.SANITIZING, State.SANITIZED, State.TESTING, State.REPAIR,
     State.GRADED}
)  # fmt: skip


class Next(StrEnum):
    """The next thing to do, in the order in which units meet them."""

    QUARANTINE = "quarantine"
    LIST = "list"
    WIPE = "wipe"
    VERIFY = "verify"
    VALIDATE = "validate"
    CERTIFIED = "certified"
    START = "start"
    TEST = "test"
    MEND = "mend"
    REPAIRED = "repaired"
    SYSTEM = "system"
    GRADE = "grade"
    BELOW = "below"
    READY = "ready"


NEXT: dict[str, str] = {  # what a group of units waits for
    Next.QUARANTINE: _("Put into quarantine"),
    Next.LIST: _("Look for data media"),
    Next.WIPE: _("Wipe"),
    Next.VERIFY: _("Verify the wipe"),
    Next.VALIDATE: _("Waits for a validator"),
    Next.CERTIFIED: _("Note as wiped"),
    Next.START: _("Start testing"),
    Next.TEST: _("Test"),
    Next.MEND: _("Something fails: repair it"),
    Next.REPAIRED: _("In repair, then back to testing"),
    Next.SYSTEM: _("Note its system"),
    Next.GRADE: _("Grade"),
    Next.BELOW: _("Below F4: repair it or take it apart"),
    Next.READY: _("Make ready"),
}
VERBS: dict[str, str] = {  # what the button says
    Next.QUARANTINE: _("Put into quarantine"),
    Next.LIST: _("List its data media"),
    Next.WIPE: _("Note a wipe"),
    Next.VERIFY: _("Verify the wipe"),
    Next.VALIDATE: _("Look at its media"),
    Next.CERTIFIED: _("Note as wiped"),
    Next.START: _("Start testing"),
    Next.TEST: _("Test it"),
    Next.MEND: _("Put it into repair"),
    Next.REPAIRED: _("Back to testing"),
    Next.SYSTEM: _("Note its system"),
    Next.GRADE: _("Grade it"),
    Next.BELOW: _("Move it"),
    Next.READY: _("Make it ready"),
}
BY_KEY: dict[Next, State] = {  # done at once; every other step is a page
    Next.QUARANTINE: State.QUARANTINED,
    Next.CERTIFIED: State.SANITIZED,
    Next.START: State.TESTING,
    Next.MEND: State.REPAIR,
    Next.REPAIRED: State.TESTING,
    Next.READY: State.READY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the next step depends on. ``waits``: for each medium without a certificate WIPE, VERIFY or VALIDATE."""

    state: str
    media_listed: bool
    waits: Collection[str] = ()
    tested: bool = False  # since it came to testing
    failed: bool = False
    system_missing: bool = False
    functional: str | None = None


def next_step(work: Work) -> Next | None:
    """Return what comes next, None for a unit that is not on the bench."""
    if work.state not in ON_BENCH:
        return None
    if work.state in (State.RECEIVED, State.RETURNED):
        return Next.QUARANTINE
    if work.state in (State.QUARANTINED, State.SANITIZING):
        return _wiping(work)
    if work.state == State.TESTING:
        return _testing(work)
    if work.state == State.GRADED:
        return _graded(work)
    return Next.START if work.state == State.SANITIZED else Next.REPAIRED


def _wiping(work: Work) -> Next:
    if not work.media_listed:
        return Next.LIST
    return next((step for step in (Next.WIPE, Next.VERIFY, Next.VALIDATE) if step in work.waits), Next.CERTIFIED)


def _testing(work: Work) -> Next:
    if not work.tested:
        return Next.TEST
    if work.failed:
        return Next.MEND
    return Next.SYSTEM if work.system_missing else Next.GRADE


def _graded(work: Work) -> Next:
    if (work.functional or "") < LOWEST_FOR_A_HOME:
        return Next.BELOW
    if not work.media_listed or work.waits:  # somebody looked again since it was wiped
        return _wiping(work)
    return Next.SYSTEM if work.system_missing else Next.READY


def medium_waits(*, succeeded: bool | None, verified: bool | None, verdict: str | None) -> Next:
    """Return what a medium without a certificate waits for, by its last try of this round; None: there is none."""
    if not succeeded or verified is False or verdict is not None:
        return Next.WIPE
    return Next.VERIFY if verified is None else Next.VALIDATE


def check_on_bench(state: str) -> None:
    """Raise Conflict for a unit that nobody works on."""
    if state not in ON_BENCH:
        raise Conflict(_("It is “%(state)s”: there is nothing to do on the bench."), state=STATES[state])


def check_free(holder: int | None, name: str, *, me: int | None, instead_of: int | None) -> None:
    """Raise Conflict when a colleague has the unit, unless exactly theirs is to be taken over."""
    if holder is None or holder in (me, instead_of):
        return
    raise Conflict(_("%(name)s has it on the table."), name=name)

"""Keep attendance and assessments in line with their facts when somebody voids or corrects one on the household's
page."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...progress.actions.facts import NewFact
from ..models import Assessment, Attendance
from ..queries.assessments import find_assessment
from ..queries.attendance import find_attendance
from ..rules.attendance import MOST_MINUTES


def follow_training_void(*, number: int, by: Actor) -> None:
    """Say that somebody was not there after all, or reached no such result; the class's list says so from now on."""
    policy.check(by, "household:correct")
    taken = find_assessment(number)
    if taken is not None:
        taken.voided_at, taken.fact_number = clock.now(), None
    was = find_attendance(number)
    if was is not None:
        _was_not_there(was)


def follow_training_correction(*, number: int, right: NewFact, by: Actor) -> None:
    """Bring an attendance to the fact that stands in its place. One that is now of another person, or of no hours,
    tells of the session no more."""
    policy.check(by, "household:correct")
    taken, was = find_assessment(number), find_attendance(number)
    if taken is not None:
        _follow_result(taken, right)
    if was is None:
        return
    minutes = right.values.get("minutes")
    if right.values.get("member_id") != was.member_id or not minutes or minutes > MOST_MINUTES:
        _was_not_there(was)
    else:
        was.minutes, was.fact_number = minutes, right.number


def _was_not_there(was: Attendance) -> None:
    was.present, was.minutes, was.fact_number = False, None, None


def _follow_result(taken: Assessment, right: NewFact) -> None:
    same = right.values.get("member_id") == taken.member_id and right.values.get("assessment") == taken.name
    if same and right.values.get("positive"):
        taken.fact_number, taken.taken_on = right.number, right.occurred_on
    else:
        taken.voided_at, taken.fact_number = clock.now(), None

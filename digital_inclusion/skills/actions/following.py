"""Keep attendance in line with its facts when somebody voids or corrects one on the household's page."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...progress.actions.facts import NewFact
from ..models import Attendance
from ..queries.attendance import find_attendance
from ..rules.attendance import MOST_MINUTES


def follow_training_void(*, number: int, by: Actor) -> None:
    """Say that somebody was not there after all; the class's list says so from now on."""
    policy.check(by, "household:correct")
    was = find_attendance(number)
    if was is not None:
        _was_not_there(was)


def follow_training_correction(*, number: int, right: NewFact, by: Actor) -> None:
    """Bring an attendance to the fact that stands in its place. One that is now of another person, or of no hours,
    tells of the session no more."""
    policy.check(by, "household:correct")
    was = find_attendance(number)
    if was is None:
        return
    minutes = right.values.get("minutes")
    if right.values.get("member_id") != was.member_id or not minutes or minutes > MOST_MINUTES:
        _was_not_there(was)
    else:
        was.minutes, was.fact_number = minutes, right.number


def _was_not_there(was: Attendance) -> None:
    was.present, was.minutes, was.fact_number = False, None, None

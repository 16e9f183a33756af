"""Give somebody a seat in a class, or a place on its waiting list; take it back, and let the first waiting move up.

Whoever gives or takes seats holds the household first and the class then: nobody gets a seat that somebody else has.
"""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _
from ...progress.actions.holding import hold_identity
from ...progress.queries.served import Served, get_served
from ..models import ClassPlace, TrainingClass
from ..queries.classes import hold_class
from ..queries.places import Joined, count_seated, find_standing, list_of_household, list_waiting, position
from ..rules.classes import GIVEN_UP, SEATED, WAITING, state_for


def join_class(*, course: TrainingClass, household: Served, member_id: int, by: Actor) -> Joined:
    """Give a member of the household a seat, or the next place on the waiting list where there is none.

    Who is in the class already keeps what they have. Raises Invalid for a person who is not of the household.
    """
    policy.check(by, "class:work", course)
    policy.check(by, "class:work", household)
    if course.partner_id != household.partner_id:
        raise Conflict(_("The class and the household belong to different organizations."))
    hold_identity(household.id)
    if member_id not in dict(get_served(household.code).members):
        raise Invalid(fields={"member_id": _("Please choose a person.")})
    held = hold_class(course.id)
    had = find_standing(held.id, member_id)
    if had is not None:
        return _joined(had)
    made = ClassPlace(
        partner_id=held.partner_id, class_id=held.id, household_id=household.id, member_id=member_id,
        state=state_for(seated=count_seated(held.id), seats=held.seats), joined_at=clock.now(), joined_by=by.user_id,
    )  # fmt: skip
    session().add(made)
    record("class.joined", by=by, subject=made, course=held.code, state=made.state)
    return _joined(made)


def _joined(place: ClassPlace) -> Joined:
    return Joined(place, position(place) if place.state == WAITING else None)


def give_up_place(*, place: ClassPlace, by: Actor) -> int:
    """Take a seat or a place on the waiting list back; return how many moved up. Raises Conflict where it is gone."""
    policy.check(by, "class:work", place)
    held = hold_class(place.class_id)
    session().refresh(place)
    if place.state == GIVEN_UP:
        raise Conflict(_("This place was given up already."))
    _give_up(place, by)
    moved = move_up(held)
    record("class.place_given_up", by=by, subject=place, course=held.code, moved_up=moved)
    return moved


def _give_up(place: ClassPlace, by: Actor) -> None:
    place.state, place.given_up_at, place.given_up_by = GIVEN_UP, clock.now(), by.user_id
    session().flush()


def move_up(held: TrainingClass) -> int:
    """Give the free seats of a class that is held to the first of its waiting list; return how many got one."""
    first = list_waiting(held.id, held.seats - count_seated(held.id))
    for place in first:
        place.state = SEATED
    session().flush()
    return len(first)


def forget_places(*, household_id: int, by: Actor) -> int:
    """Give up every place of a household that is being erased; return how many those were."""
    policy.check(by, "household:erase")
    places = list_of_household(household_id)
    for place in sorted(places, key=lambda one: (one.class_id, one.id)):
        policy.check(by, "household:erase", place)
        held = hold_class(place.class_id)
        session().refresh(place)
        if place.state != GIVEN_UP:
            _give_up(place, by)
            move_up(held)
    if places:
        record("class.places_forgotten", by=by, subject_type="households", subject_id=household_id, places=len(places))
    return len(places)

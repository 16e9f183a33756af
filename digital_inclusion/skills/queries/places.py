"""Places in classes: who sits, who waits, and which classes a household is in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ..models import ClassPlace
from ..rules.classes import GIVEN_UP, SEATED, WAITING


def get_place(place_id: int) -> ClassPlace:
    """Return the place with its class, household and member; NotFound for another organization's."""
    statement = select(ClassPlace).where(ClassPlace.id == place_id).options(
        joinedload(ClassPlace.course), joinedload(ClassPlace.household), joinedload(ClassPlace.member)
    )  # fmt: skip
    found = session().scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def count_seated(class_id: int) -> int:
    """Return how many have a seat in the class."""
    statement = select(func.count(ClassPlace.id)).where(ClassPlace.class_id == class_id, ClassPlace.state == SEATED)
    return session().scalar(statement) or 0


def list_waiting(class_id: int, limit: int) -> Sequence[ClassPlace]:
    """Return the first so many of the waiting list, as they stand now."""
    waiting = select(ClassPlace).where(ClassPlace.class_id == class_id, ClassPlace.state == WAITING)
    first = waiting.order_by(ClassPlace.id).limit(max(0, limit)).execution_options(populate_existing=True)
    return session().scalars(first).all()


def find_standing(class_id: int, member_id: int) -> ClassPlace | None:
    """Return the seat or the place on the waiting list that a person has in the class."""
    statement = select(ClassPlace).where(
        ClassPlace.class_id == class_id, ClassPlace.member_id == member_id, ClassPlace.state != GIVEN_UP
    )
    return session().scalars(statement.order_by(ClassPlace.id).execution_options(populate_existing=True)).first()


def position(place: ClassPlace) -> int:
    """Return which one on the waiting list the place is; the first is 1."""
    before = select(func.count(ClassPlace.id)).where(
        ClassPlace.class_id == place.class_id, ClassPlace.state == WAITING, ClassPlace.id <= place.id
    )
    return session().scalar(before) or 0


def list_places(class_id: int) -> tuple[list[ClassPlace], list[ClassPlace]]:
    """Return who sits, in the order in which they joined, and who waits, the first first."""
    statement = (
        select(ClassPlace)
        .where(ClassPlace.class_id == class_id, ClassPlace.state != GIVEN_UP)
        .options(joinedload(ClassPlace.household), joinedload(ClassPlace.member))
        .order_by(ClassPlace.id)
    )
    places = session().scalars(statement).all()
    return [one for one in places if one.state == SEATED], [one for one in places if one.state == WAITING]


def list_of_household(household_id: int) -> Sequence[ClassPlace]:
    """Return the places that the household's members have, with their classes, the last joined first."""
    statement = (
        select(ClassPlace)
        .where(ClassPlace.household_id == household_id, ClassPlace.state != GIVEN_UP)
        .options(joinedload(ClassPlace.course), joinedload(ClassPlace.member))
        .order_by(ClassPlace.id.desc())
    )
    return session().scalars(statement).all()


@dataclass(frozen=True, slots=True)
class Joined:
    """What somebody got who joined: the place, and which one on the waiting list it is (None: a seat)."""

    place: ClassPlace
    waits_as: int | None

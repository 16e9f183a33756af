"""Use cases of skills."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...progress.actions.recording import record_delivery
from ...progress.rules.deliveries import NewDelivery


def record_training(*, household_id: int, delivery: NewDelivery, again: bool, by: Actor) -> int:
    """Record training given to one member, or an assessment they took; return the fact's number."""
    policy.check(by, "delivery:record")
    return record_delivery(household_id=household_id, delivery=delivery, cause="training.recorded", by=by, again=again)


def record_skills_check(*, household_id: int, check: NewDelivery, again: bool, by: Actor) -> int:
    """Record that the skills are still there (rule 7), as an answer on the household's page is; return its number."""
    policy.check(by, "delivery:record")
    return record_delivery(household_id=household_id, delivery=check, cause="check.recorded", by=by, again=again)

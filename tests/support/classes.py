"""Facts of training."""

from digital_inclusion.progress.queries.deliveries import list_standing
from digital_inclusion.progress.rules.facts import Item, Kind


def training_facts(household_id: int) -> list[int]:
    """Return the numbers of the household's trainings that stand."""
    return [fact.number for fact in list_standing(household_id, [Kind.DELIVERY], Item.TRAINING)]

"""Use cases of connectivity."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.kernel import clock
from ...foundation.kernel.errors import NotFound
from ...foundation.kernel.problems import refuse
from ...progress.actions.holding import hold_identity
from ...progress.actions.recording import record_delivery
from ...progress.queries.deliveries import find_same
from ...progress.rules.deliveries import NewDelivery
from ..queries.lines import find_subscription
from ..rules.terms import NewTerms, check_terms
from .terms import check_alone, check_device, write_terms


def activate_line(
    *, household_id: int, delivery: NewDelivery, again: bool, terms: NewTerms | None = None, by: Actor
) -> int:
    """Record that a line was activated (and, if known already, its end); return the fact's number.

    ``terms``: what is known of its price and kind. ``again``: also where it is on record, or where another line at
    home is on in the same days.
    """
    policy.check(by, "delivery:record")
    hold_identity(household_id)
    if terms is not None:
        check_device(household_id, terms)
        refuse(check_terms(terms, starts_on=delivery.occurred_on, today=clock.today()))
        if not again and find_same(household_id, delivery) is None:  # the same line twice has its own sentence
            check_alone(household_id, terms, starts_on=delivery.occurred_on, ended_on=delivery.ended_on)
    number = record_delivery(household_id=household_id, delivery=delivery, cause="line.activated", by=by, again=again)
    if terms is not None:
        line = find_subscription(number)
        if line is None:
            raise NotFound
        write_terms(line, terms)
    return number

"""What reporting does besides reading: it says that a sample was drawn on the command line."""

from ..foundation.access import policy
from ..foundation.access.identity import Actor
from ..foundation.audit.actions import record
from .queries.samples import Sample


def note_sample(sample: Sample, *, by: Actor) -> None:
    """Record that a sample was drawn, with everything needed to draw it again."""
    policy.check(by, "audit:read")
    record(
        "sample.drawn",
        by=by,
        posting=sample.posting,
        seed=sample.seed,
        size=sample.size,
        on=sample.on.isoformat(),
        population=sample.population,
    )

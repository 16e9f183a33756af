"""What reporting does besides reading: it notes drawn samples, and works out what another rulebook would change."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ..eligibility.rules.deciding import Decider
from ..eligibility.schemas import RulebookError, decider_of, shipped
from ..foundation.access import policy
from ..foundation.access.identity import Actor
from ..foundation.audit.actions import record
from ..foundation.database import EVERYTHING, session, use_scope, write_transaction
from ..foundation.jobs import enqueue, made_progress
from ..foundation.kernel import clock
from ..foundation.kernel.errors import Invalid
from ..foundation.kernel.ids import new_code
from ..foundation.kernel.messages import _
from ..households.queries import count_last_decisions, last_decisions
from .models import ImpactPreview
from .queries.samples import Sample
from .rules.impact import Flip, Impact

IMPACT_JOB = "reporting.preview_impact"
_TELLS_EVERY = 5_000  # households between two signs of how far it has come


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


def ask_impact(*, from_book: str, to_book: str, on: date | None, by: Actor) -> ImpactPreview:
    """Have it worked out in the background; raise Invalid for a rulebook that is not shipped or cannot be used."""
    policy.check(by, "rules:preview")
    books = shipped()
    for field, name in (("from_book", from_book), ("to_book", to_book)):
        _usable(field, name, books)
    preview = ImpactPreview(
        code=new_code(), from_book=from_book, to_book=to_book, on_day=on, created_at=clock.now(), created_by=by.user_id
    )
    session().add(preview)
    session().flush()
    record("eligibility.impact_asked", by=by, subject=preview, rulebooks=[from_book, to_book])
    enqueue(IMPACT_JOB, {"preview": preview.id})
    return preview


def _usable(field: str, name: str, books: Mapping[str, Path]) -> Decider:
    if name not in books:
        raise Invalid(fields={field: _("Choose a rulebook from the list.")})
    try:
        return decider_of(books[name])
    except RulebookError as error:
        raise Invalid(
            fields={field: _("This rulebook has mistakes. “flask eligibility lint” names them with file and line.")}
        ) from error


def work_out_impact(*, preview_id: int, by: Actor) -> None:
    """Decide about every stored household by both rulebooks, and keep the counts. Done once; twice changes nothing."""
    policy.check(by, "rules:preview")
    use_scope(EVERYTHING)
    preview = session().get_one(ImpactPreview, preview_id)
    if preview.state in {"finished", "stopped"}:
        return
    books = shipped()
    try:
        before, after = (_usable("to_book", name, books) for name in (preview.from_book, preview.to_book))
    except Invalid:
        stop_impact(preview_id=preview_id, by=by)
        return
    impact = Impact(before, after, on=preview.on_day)
    _keep(preview_id, state="running", total=count_last_decisions(), done=0)
    for stored in last_decisions():
        impact.take(*stored)
        if impact.households % _TELLS_EVERY == 0:
            _keep(preview_id, done=impact.households)
    flips = [_plain(flip, households) for flip, households in sorted(impact.flips.items())]
    _keep(
        preview_id,
        state="finished",
        done=impact.households,
        total=impact.households,
        flipped=impact.flipped,
        flips=flips,
        finished_at=clock.now(),
    )


def stop_impact(*, preview_id: int, by: Actor) -> None:
    """Say on the preview that it could not be worked out."""
    policy.check(by, "rules:preview")
    _keep(preview_id, state="stopped", finished_at=clock.now())


def _plain(flip: Flip, households: int) -> dict[str, object]:
    return {**flip._asdict(), "households": households}


def _keep(preview_id: int, **values: object) -> None:
    """Say on the preview how far it has come, in a transaction of its own."""
    with write_transaction():
        use_scope(EVERYTHING)
        preview = session().get_one(ImpactPreview, preview_id)
        for name, value in values.items():
            setattr(preview, name, value)
        made_progress()

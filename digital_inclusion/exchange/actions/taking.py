"""Take rows in, a chunk at a time: enroll new households, add what is new to known ones, leave the rest alone."""

from collections.abc import Iterable, Sequence

from ...casework.actions.enrolling import enroll_households
from ...foundation.access.identity import Actor
from ...matching.actions.candidates import note_candidates
from ..models import ImportBatch
from ..rules.conversion import consent_day, new_household
from ..rules.parsed import ParsedRow
from ..rules.problems import RowProblem
from .knowing import Taken, Unit, insert_remembered, look_up, remembered_row, unit_of
from .updating import update_households


def take_rows(rows: Sequence[ParsedRow], *, batch: ImportBatch, by: Actor) -> Taken:
    """Take the rows in, inside the present transaction. A row that repeats an earlier one comes after it."""
    taken = Taken()
    waiting = []
    for row in rows:
        if row.problems:
            taken.add_own(row, row.problems)
        if not row.ok:
            taken.refused += 1
        elif row.head is None or row.enrolled_on is None:
            taken.refused += 1
            taken.add_own(row, [RowProblem("name_missing" if row.head is None else "enrolled_missing")])
        elif consent_day(row, batch.consent_attested_on) is None:
            taken.drafted += 1
        else:
            waiting.append(unit_of(row, batch.partner_id))
    while waiting:
        now, waiting = _apart(waiting)
        look_up(now, batch.partner_id)
        now, again = _one_each(now)
        waiting = again + waiting
        _enroll([unit for unit in now if unit.known is None], batch, taken, by)
        update_households([unit for unit in now if unit.known is not None], batch, taken, by)
    return taken


def _apart(units: Iterable[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Return the units whose keys are all different, and the later ones that repeat a key."""
    seen: set[str] = set()
    first: list[Unit] = []
    later: list[Unit] = []
    for unit in units:
        (first if seen.isdisjoint(unit.keys) else later).append(unit)
        seen.update(unit.keys)
    return first, later


def _one_each(units: Iterable[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Return one unit for each known household (and all unknown ones), and those that come after it."""
    seen: set[int] = set()
    first: list[Unit] = []
    later: list[Unit] = []
    for unit in units:
        if unit.known is None or unit.known.household_id not in seen:
            first.append(unit)
        else:
            later.append(unit)
        if unit.known is not None:
            seen.add(unit.known.household_id)
    return first, later


def _enroll(units: Sequence[Unit], batch: ImportBatch, taken: Taken, by: Actor) -> None:
    if not units:
        return
    news = [
        new_household(
            unit.row,
            batch_id=batch.id,
            grant_id=batch.grant_id,
            attested_on=batch.consent_attested_on,
            text_version=batch.consent_text_version or "as given",
            content_hash=unit.content,
        )
        for unit in units
    ]
    enrolled = enroll_households(news, partner_id=batch.partner_id, cause="import.chunk", by=by)
    remembered = []
    for place, (unit, made) in enumerate(zip(units, enrolled.households, strict=True)):
        if made is None:
            taken.refused += 1
            for problem in enrolled.problems[place]:
                taken.add(unit.row, problem)
            continue
        taken.created += 1
        taken.deliveries += len(made.delivery_facts)
        remembered += [remembered_row(unit, key, made.id, batch) for key in unit.keys]
    insert_remembered(remembered)
    note_candidates([made.id for made in enrolled.households if made is not None], by=by)

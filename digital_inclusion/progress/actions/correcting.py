"""Facts that correct facts: the void, and the right one entered with everything that spoke of the wrong one."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...foundation.database import program_session
from ...foundation.kernel import clock
from ..models import FactRow
from ..queries.deliveries import list_decisions, list_standing_about
from ..rules.facts import Kind
from .facts import COUNTING_COLUMNS, NewFact

_NOT_COMPARED = {"number", "posting", "entered_by", "refers_to", "self_verified"}
_COPIED = [
    column.key
    for column in FactRow.__table__.columns
    if column.key
    not in {"number", "posting", "kind", "record_id", "partner_id", "occurred_on", "refers_to", "entered_by"}
]


def void_of(fact: FactRow, *, reason: str, note: str | None = None) -> NewFact:
    """Return the void of a fact, learned today."""
    return NewFact(
        kind=Kind.VOID,
        record_id=fact.record_id,
        partner_id=fact.partner_id,
        occurred_on=clock.today(),
        refers_to=fact.number,
        values={"reason": reason, "note": note},
    )


def correction_of(fact: FactRow, right: NewFact, *, reason: str, note: str | None = None) -> list[NewFact]:
    """Return the facts that replace ``fact`` by ``right`` (rule 9).

    Its ends and checks speak of the right one from now on. A confirmation survives only if no counting column changed.
    """
    facts = [void_of(fact, reason=reason, note=note), right]
    if is_same_to_counting(fact, right):
        right.values["self_verified"] = fact.self_verified
        facts += _decisions_again(fact, right)
    for spoken in list_standing_about(fact.number):
        again = _again(spoken, refers_to=right)
        facts += [again, *_decisions_again(spoken, again)]
    return facts


def is_same_to_counting(fact: FactRow, right: NewFact) -> bool:
    """Tell whether no counting column differs."""
    row: Mapping[str, Any] = right.as_row(posting=0, entered_by=None)
    compared = [name for name in COUNTING_COLUMNS if name not in _NOT_COMPARED]
    return all(_plain(getattr(fact, name)) == _plain(row[name]) for name in compared)


def _plain(value: Any) -> Any:
    return value.value if hasattr(value, "value") else value


def _again(fact: FactRow, *, refers_to: NewFact) -> NewFact:
    return NewFact(
        kind=Kind(fact.kind),
        record_id=fact.record_id,
        partner_id=fact.partner_id,
        occurred_on=fact.occurred_on,
        refers_to=refers_to,
        values={name: getattr(fact, name) for name in _COPIED},
    )


def _decisions_again(fact: FactRow, right: NewFact) -> Sequence[NewFact]:
    """Return the decisions on ``fact`` once more for ``right``, each still its verifier's."""
    with program_session("carry decisions over to a corrected fact") as city:
        return [
            NewFact(
                kind=Kind(one.kind),
                record_id=one.record_id,
                partner_id=one.partner_id,
                occurred_on=one.occurred_on,
                refers_to=right,
                values={"positive": one.positive, "note": one.note, "reason": one.reason},
                entered_by=one.entered_by,
            )
            for one in list_decisions(city, fact.number)
        ]

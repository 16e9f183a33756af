"""Rows that are one member each, put together into households (HMIS, HOPE and most intake lists). Pure, streaming."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from .deliveries import delivery_key
from .identity import reference_key
from .parsed import ParsedDelivery, ParsedPerson, ParsedRow
from .problems import RowProblem

Check = Callable[[ParsedRow], None]
_OPEN = 2000  # households waited for at once: their rows may stand that far apart
_INHERITED = (
    "reference", "address", "phone", "phone_e164", "email", "safe_contact", "contact_note", "language", "consent_given",
    "consent_on", "consent_way", "needs_device", "needs_connection", "needs_skills", "populations",
)  # fmt: skip


def is_per_member(fields: Iterable[str]) -> bool:
    """Return whether a file with these fields has one row per member."""
    known = set(fields)
    return "household_ref" in known and bool({"relationship", "is_head"} & known)


def group_members(rows: Iterable[ParsedRow], check: Check) -> Iterator[ParsedRow]:
    """Yield one row per household from rows of one member each; rows without a household stay as they are.

    ``check`` adds what is wrong with a household as a whole: before its rows are together, nobody can tell.
    A household is given out once its rows have not come for a while, so memory stays bounded. If more of it comes
    later, it is given out again with a warning, never lost.
    """
    waiting: OrderedDict[str, list[ParsedRow]] = OrderedDict()
    given: set[int] = set()
    for row in rows:
        if not row.household_ref:
            check(row)
            yield row
            continue
        key = reference_key(row.household_ref)
        waiting.setdefault(key, []).append(row)
        waiting.move_to_end(key)
        if len(waiting) > _OPEN:
            yield _given_out(*waiting.popitem(last=False), given, check)
    while waiting:
        yield _given_out(*waiting.popitem(last=False), given, check)


def _given_out(key: str, rows: list[ParsedRow], given: set[int], check: Check) -> ParsedRow:
    mark = hash(key)
    again = mark in given
    given.add(mark)
    made = _household(rows, again=again)
    check(made)
    return made


def _household(rows: Sequence[ParsedRow], *, again: bool) -> ParsedRow:
    heads = [row for row in rows if row.head is not None and row.head.relationship == "head"]
    problems = [replace(problem, row=row.number) for row in rows for problem in row.problems]
    if not heads and len(rows) == 1 and rows[0].head is not None:
        heads = [rows[0]]  # a household of one is its own head
    if len(heads) > 1:
        problems.append(RowProblem("several_heads", field="relationship"))
    if again:
        problems.append(RowProblem("household_split", field="household_ref"))
    if not heads:
        problems.append(RowProblem("head_missing", field="relationship"))
    return replace(_joined(rows, heads[0] if heads else rows[0]), problems=tuple(problems))


def _joined(rows: Sequence[ParsedRow], head: ParsedRow) -> ParsedRow:
    persons = [row.head for row in rows if row is not head and row.head is not None]
    members = tuple(_as_member(person) for person in persons) + tuple(m for row in rows for m in row.members)
    return replace(
        head,
        rows=tuple(row.number for row in rows) if len(rows) > 1 else (),
        head=replace(head.head, relationship="head") if head.head is not None else None,
        members=members,
        enrolled_on=head.enrolled_on or next((row.enrolled_on for row in rows if row.enrolled_on), None),
        deliveries=_deliveries(rows, head),
        **_inherited(rows, head),
    )


def _as_member(person: ParsedPerson) -> ParsedPerson:
    return replace(person, relationship="other") if person.relationship in (None, "head") else person


def _inherited(rows: Sequence[ParsedRow], head: ParsedRow) -> dict[str, Any]:
    """Return what the head's row leaves open and another member's row tells."""
    found = {}
    for name in _INHERITED:
        if getattr(head, name) is None:
            found[name] = next((v for row in rows if (v := getattr(row, name)) is not None), None)
    return found


def _deliveries(rows: Sequence[ParsedRow], head: ParsedRow) -> tuple[ParsedDelivery, ...]:
    """Return every member's deliveries; a training in a member's row is that member's."""
    made: dict[str, ParsedDelivery] = {}
    for row in rows:
        for delivery in row.deliveries:
            if delivery.item == "training" and row is not head and delivery.member is None and row.head is not None:
                delivery = replace(delivery, member=row.head.name)
            made.setdefault(delivery_key(delivery), delivery)
    return tuple(made.values())

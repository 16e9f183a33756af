"""What a row brings that the record of its household does not say yet. Pure: records are objects of the right shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...foundation.kernel.text import fold
from .parsed import ParsedPerson, ParsedRow
from .problems import RowProblem

# Contact, language and needs are taken over. Names, birth dates and addresses are for a person to decide.
TAKEN_OVER = ("phone", "phone_e164", "email", "safe_contact", "contact_note", "language", "needs_device",
              "needs_connection", "needs_skills", "populations")  # fmt: skip
_TOLD = {"phone_e164": "", "needs_device": "need_device", "needs_connection": "need_connection",
         "needs_skills": "need_skills"}  # fmt: skip


@dataclass(slots=True)
class Update:
    """Columns of the household to set, members to add, and what only a person may settle."""

    values: dict[str, Any] = field(default_factory=dict)
    members: list[ParsedPerson] = field(default_factory=list)
    births: dict[int, Any] = field(default_factory=dict)  # member id -> birth date that was unknown
    problems: list[RowProblem] = field(default_factory=list)
    deliveries: int = 0

    @property
    def fields(self) -> list[str]:
        """Return the names of what is taken over, for a sentence."""
        names = [_TOLD.get(name, name) for name in self.values]
        names += ["birth date"] * bool(self.births) + ["members"] * bool(self.members)
        names += ["deliveries"] * bool(self.deliveries)
        return [name.replace("_", " ") for name in names if name]

    def add_taken_back(self) -> None:
        """Note that the row names a delivery that a person took back or corrected; once is enough."""
        if all(problem.code != "delivery_taken_back" for problem in self.problems):
            self.problems.append(RowProblem("delivery_taken_back"))

    def told(self) -> list[RowProblem]:
        """Return everything to be said about the row."""
        fields = self.fields
        if fields:
            return [RowProblem("row_updates", params={"fields": ", ".join(fields)}), *self.problems]
        return self.problems or [RowProblem("row_adds_nothing")]


def update_of(row: ParsedRow, household: Any, headers: Mapping[str, str], *, address_key: str | None) -> Update:
    """Compare a row with its household (``members``, contact columns); ``headers``: field -> column of the file.

    ``address_key`` is the record's present address in normalized form, None where it has none.
    """
    update = Update()
    for name in TAKEN_OVER:
        value = getattr(row, name)
        value = list(value) if isinstance(value, tuple) else value
        if value is not None and getattr(household, name) != value:
            update.values[name] = value
    _compare_people(row, household, headers, update)
    if row.address is not None and row.address.key and address_key and row.address.key != address_key:
        update.problems.append(_problem("address_differs", headers, "address_line", "street"))
    return update


def refusal_of(row: ParsedRow, household: Any) -> RowProblem | None:
    """Return why the row must not touch the household it is known by; None: it may.

    Under a partner's own number may stand somebody else by now: where name and birth date of the head both differ,
    taking the row over would give one family the phone number of another.
    """
    if household.erased_at is not None:
        return RowProblem("household_erased")
    if not (row.household_ref or row.reference) or row.head is None or row.head.birth_on is None:
        return None
    if any(fold(member.name) == fold(row.head.name) for member in household.members):
        return None
    born = next((member.birth_date for member in household.members if member.is_head), None)
    return RowProblem("somebody_else") if born is not None and born != row.head.birth_on else None


def _compare_people(row: ParsedRow, household: Any, headers: Mapping[str, str], update: Update) -> None:
    known = {fold(member.name): member for member in household.members}
    for person in (row.head, *row.members):
        if person is None:
            continue
        member = known.get(fold(person.name))
        if member is None and person is row.head:
            update.problems.append(_problem("name_differs", headers, "head_name", "head_last_name"))
        elif member is None:
            update.members.append(person)
        elif person.birth_on is not None and member.birth_date is None:
            update.births[member.id] = person.birth_on
        elif person.birth_on is not None and person.birth_on != member.birth_date:
            update.problems.append(_problem("birth_differs", headers, "head_birth_on"))


def _problem(code: str, headers: Mapping[str, str], *fields: str) -> RowProblem:
    found = next((name for name in fields if name in headers), "")
    return RowProblem(code, headers.get(found, ""), found)

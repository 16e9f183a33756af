"""Values of a row put together into a household with its deliveries, and checked against each other. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...foundation.kernel.text import is_east_asian
from .cells import Settings
from .deliveries import DeliveryGroup, read_deliveries
from .fields import DECLINED, DELIVERY_GROUPS, FIELDS, MOST_MEMBERS, NEEDS, POPULATIONS
from .parsed import ParsedAddress, ParsedPerson, ParsedRow
from .problems import RowProblem

Values = dict[str, Any]  # field -> what its reader made of the cell
_ADDRESS = frozenset(
    ("address_line", "house_number", "street", "unit", "city", "zip_code", "district", "no_fixed_address")
)

# Fields that a row keeps just as they were read.
_PLAIN = (
    "reference", "household_ref", "email", "safe_contact", "contact_note", "language", "consent_given", "consent_way",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    first: str
    last: str
    birth: str
    relationship: str


class Assembly:
    """Knows which fields a file has, so that nothing is looked for in vain."""

    def __init__(self, fields: frozenset[str], headers: Mapping[str, str], settings: Settings) -> None:
        self._settings = settings
        self._headers = headers
        self._per_member = "household_ref" in fields and bool({"relationship", "is_head"} & fields)
        self._has_address = bool(_ADDRESS & fields)
        self._plain = tuple(name for name in _PLAIN if name in fields)
        self._needs = [(need, f"need_{need}") for need in NEEDS if {"needs", f"need_{need}"} & fields]
        self._populations = [(p, f"population_{p}") for p in POPULATIONS if f"population_{p}" in fields]
        self._members = [
            _Member(*(f"member_{n}_{part}" for part in ("name", "first_name", "last_name", "birth_on", "relationship")))
            for n in range(2, MOST_MEMBERS + 1)
            if any(name.startswith(f"member_{n}_") for name in fields)
        ]
        self._groups = _delivery_groups(fields)

    def row(self, number: int, values: Values, problems: list[RowProblem]) -> ParsedRow:
        """Return the household that ``values`` describe, with everything wrong about it."""
        enrolled = values.get("enrolled_on") or self._settings.default_enrolled_on
        said = {name: values[name] for name in self._plain if name in values}
        if "phone" in values or "phone_2" in values:
            said["phone"], said["phone_e164"] = values.get("phone") or values["phone_2"]
        if self._needs:
            self._needs_into(values, said)
        made = ParsedRow(
            number=number,
            head=self._person(values, problems),
            members=self._members_of(values, problems) if self._members else (),
            address=self._address(values) if self._has_address else None,
            enrolled_on=enrolled,
            enrolled_defaulted=enrolled is not None and "enrolled_on" not in values,
            consent_on=values.get("consent_on") or (enrolled if values.get("consent_given") else None),
            populations=self._populations_of(values) if self._populations else values.get("populations"),
            deliveries=self._deliveries(values, enrolled, problems) if self._groups else (),
            **said,
        )
        if not self._per_member:
            self._check(made, problems)
        if problems:
            made.problems = tuple(problems)
        return made

    def check(self, row: ParsedRow) -> None:
        """Add what is wrong with a household put together from rows of one member each."""
        problems = list(row.problems)
        self._check(row, problems)
        row.problems = tuple(problems)

    def _person(self, values: Values, problems: list[RowProblem]) -> ParsedPerson | None:
        name = values.get("head_name") or _full_name(
            values.get("head_first_name"), values.get("head_middle_name"), values.get("head_last_name")
        )
        if not name:
            problems.append(self._problem("name_missing", "head_name", "head_last_name", "head_first_name"))
            return None
        return ParsedPerson(name=name, birth_on=values.get("head_birth_on"), relationship=self._relationship(values))

    def _relationship(self, values: Values) -> str | None:
        if not self._per_member:
            return "head"
        if values.get("is_head") is not None:
            return "head" if values["is_head"] else values.get("relationship") or "other"
        relationship: str | None = values.get("relationship")
        return relationship

    def _members_of(self, values: Values, problems: list[RowProblem]) -> tuple[ParsedPerson, ...]:
        members = []
        for keys in self._members:
            name = values.get(keys.name) or _full_name(values.get(keys.first), None, values.get(keys.last))
            birth = values.get(keys.birth)
            if name:
                members.append(
                    ParsedPerson(name=name, birth_on=birth, relationship=values.get(keys.relationship) or "other")
                )
            elif birth is not None:
                problems.append(self._problem("member_without_name", keys.name, keys.birth))
        return tuple(members)

    def _address(self, values: Values) -> ParsedAddress | None:
        get = values.get
        line = get("address_line") or get("street")
        if "house_number" in values and not (line or "")[:1].isdigit():
            line = f"{values['house_number']} {line or ''}".strip()
        description = get("no_fixed_address")
        if description is not None and line is None:
            return ParsedAddress(
                fixed=False,
                city=get("city"),
                zip_code=get("zip_code"),
                district=get("district"),
                description=description or None,
            )
        if line is None and get("zip_code") is None:
            return None
        unit = get("unit")
        key = self._settings.normalize_address(line, unit or "") if line else ""
        return ParsedAddress(
            line=line, unit=unit, city=get("city"), zip_code=get("zip_code"), district=get("district"), key=key
        )

    def _needs_into(self, values: Values, said: Values) -> None:
        listed = values.get("needs")
        if listed:
            for need in NEEDS:
                said[f"needs_{need}"] = need in listed
        for need, key in self._needs:
            if values.get(key) is not None:
                said[f"needs_{need}"] = values[key]

    def _populations_of(self, values: Values) -> tuple[str, ...] | None:
        listed = values.get("populations")
        told = [(population, values.get(key)) for population, key in self._populations]
        ticked = [population for population, answer in told if answer]
        every = tuple(dict.fromkeys([*(p for p in listed or () if p != DECLINED or not ticked), *ticked]))
        return every if every or any(answer is False for _, answer in told) else None

    def _deliveries(self, values: Values, enrolled: date | None, problems: list[RowProblem]) -> Any:
        deliveries, codes = read_deliveries(self._groups, values, enrolled)
        told = {problem.field for problem in problems}
        for code, *candidates in codes:
            if told.isdisjoint(candidates[:1]):  # a cell we could not read is not missing as well
                problems.append(self._problem(code, *candidates))
        return deliveries

    def _check(self, row: ParsedRow, problems: list[RowProblem]) -> None:
        head = row.head
        if row.enrolled_on is None and not any(problem.field == "enrolled_on" for problem in problems):
            problems.append(self._problem("enrolled_missing", "enrolled_on"))
        if head and head.birth_on and row.enrolled_on and head.birth_on > row.enrolled_on:
            problems.append(self._problem("birth_after_enrollment", "head_birth_on"))
        if row.address is None:
            problems.append(self._problem("address_missing", "address_line"))
        if not row.reference and not row.household_ref and not _is_known_again(row):
            problems.append(RowProblem("weak_identity"))
        self._check_consent(row, problems)

    def _check_consent(self, row: ParsedRow, problems: list[RowProblem]) -> None:
        if row.consent_given is False:
            problems.append(self._problem("consent_refused", "consent_given"))
        elif not row.has_consent and self._settings.consent_attested_on is None:
            problems.append(self._problem("consent_missing", "consent_on", "consent_given"))

    def _problem(self, code: str, *candidates: str) -> RowProblem:
        """Return a problem at the first of the fields that the file has a column for."""
        for name in candidates:
            if name in self._headers:
                return RowProblem(code, self._headers[name], name)
        return RowProblem(code, "", candidates[0] if candidates else "")


def _is_known_again(row: ParsedRow) -> bool:
    if row.head is None or row.head.birth_on is None:
        return False
    return bool(row.phone_e164 or (row.address and row.address.key))


def _full_name(first: str | None, middle: str | None, last: str | None) -> str:
    if first and last and is_east_asian(first) and is_east_asian(last):
        return f"{last}{first}"
    if first and last and not middle:
        return f"{first} {last}"
    return " ".join(part for part in (first, middle, last) if part)


def _delivery_groups(fields: frozenset[str]) -> list[DeliveryGroup]:
    found: dict[tuple[str, int], set[str]] = {}
    for name in fields:
        field = FIELDS[name]
        if field.group in DELIVERY_GROUPS:
            found.setdefault((field.group, field.number), set()).add(name)
    order = {group: place for place, group in enumerate(DELIVERY_GROUPS)}
    keys = sorted(found, key=lambda key: (order[key[0]], key[1]))
    return [DeliveryGroup.of(group, number, found[group, number]) for group, number in keys]

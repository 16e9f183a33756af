"""What can be wrong with a row of a file: codes, how bad, sentences; and how a preview groups them. Pure."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ...foundation.kernel.messages import _

Severity = Literal["error", "warning", "info"]
ERROR: Severity = "error"  # the row comes back
WARNING: Severity = "warning"  # the row goes in, the value does not, or a person should look
INFO: Severity = "info"  # how we read it

_TOLD = 120  # characters of a value that are shown
_EXAMPLES = 5

CODES: dict[str, tuple[Severity, str]] = {
    # cells
    "cell_error": (ERROR, _("The spreadsheet shows an error instead of a value.")),
    "formula_without_value": (WARNING, _("A formula was never calculated. Open the file and save it again.")),
    "broken_quotes": (WARNING, _("A quotation mark is missing in this row. We read it as well as we could.")),
    "hidden_row": (INFO, _("This row is hidden in the spreadsheet; we read it too.")),
    "extra_cells": (WARNING, _("This row has more cells than there are columns.")),
    "sensitive_number": (ERROR, _("This looks like a social security or card number. Remove it; we never keep one.")),
    "reference_shortened": (
        ERROR,
        _("The spreadsheet cut this number short. Format the column as text and write the whole number again."),
    ),
    "text_too_long": (ERROR, _("This has more than %(limit)s characters.")),
    # people
    "name_missing": (ERROR, _("The name of the head of household is missing.")),
    "name_without_letters": (ERROR, _("This is not a name.")),
    "name_has_digits": (WARNING, _("This name has digits in it. Please check.")),
    "member_without_name": (ERROR, _("A household member has details but no name.")),
    "head_missing": (ERROR, _("No row of this household says who its head is.")),
    "several_heads": (WARNING, _("Several rows of this household say they are its head; we took the first.")),
    "household_split": (WARNING, _("The rows of this household stand far apart in the file. Sort them together.")),
    "relationship_unknown": (INFO, _("We do not know this relationship and read it as “other”.")),
    "weak_identity": (
        WARNING,
        _("Without your own reference, or birth date and phone or address, we may not know this household again."),
    ),
    # dates
    "date_unreadable": (ERROR, _("This is not a date we can read. Write it like 2026-02-28.")),
    "date_does_not_exist": (ERROR, _("This day does not exist.")),
    "date_incomplete": (ERROR, _("The day, month or year is missing.")),
    "date_in_future": (ERROR, _("This day lies in the future.")),
    "date_too_early": (ERROR, _("This day lies before 1990. Please check the year.")),
    "date_order_assumed": (INFO, _("This could be two days; we read it as %(read)s.")),
    "date_order_mixed": (
        WARNING,
        _("This column writes some days first and some months first. We read this as %(read)s; please check."),
    ),
    "date_order_differs": (WARNING, _("Day and month stand the other way round than in the rest of the file.")),
    "two_digit_year": (INFO, _("The year has two digits; we read it as %(read)s.")),
    "age_over_120": (ERROR, _("Nobody is that old. Please check the year of birth.")),
    "enrolled_missing": (ERROR, _("The day of enrollment is missing.")),
    "birth_after_enrollment": (ERROR, _("The head of household was born after the enrollment.")),
    "before_enrollment": (WARNING, _("This happened before the enrollment, so it will not count.")),
    "ends_before_start": (ERROR, _("It cannot end before it began.")),
    # contact and address
    "phone_unreadable": (WARNING, _("We cannot call this number. It is kept as written.")),
    "email_unreadable": (WARNING, _("This is not an e-mail address; it is left out.")),
    "safe_contact_unknown": (WARNING, _("We do not know this way of contact; it is left out.")),
    "address_missing": (WARNING, _("Without an address nothing counts yet. Write one, or describe where they stay.")),
    "zip_unreadable": (ERROR, _("A ZIP code has five digits, for example 95113.")),
    "zip_zero_added": (INFO, _("The ZIP code had lost its leading zero; we read it as %(read)s.")),
    "zip_outside": (INFO, _("This ZIP code lies outside the service area.")),
    "district_unknown": (WARNING, _("We do not know this district; it is left out.")),
    # choices
    "answer_unreadable": (WARNING, _("Answer yes or no; this is left out.")),
    "language_unknown": (WARNING, _("We do not know this language and read it as “another language”.")),
    "consent_way_unknown": (WARNING, _("We do not know this way of giving consent; it is left out.")),
    "consent_missing": (WARNING, _("Consent is missing: the row stays a draft until somebody attests it.")),
    "consent_refused": (ERROR, _("The file says that consent was not given. We may not keep this household.")),
    "need_unknown": (WARNING, _("We do not know this need; it is left out.")),
    "population_unknown": (WARNING, _("We do not know this group; it is left out.")),
    # deliveries
    "delivery_without_date": (ERROR, _("The day is missing.")),
    "device_kind_unknown": (ERROR, _("We do not know this kind of device.")),
    "device_kind_missing": (ERROR, _("The kind of device is missing.")),
    "source_unknown": (WARNING, _("Say whether the device was donated or new; this is left out.")),
    "speed_unreadable": (ERROR, _("Write the speeds like 100/20 (Mbps).")),
    "speed_missing": (ERROR, _("Write the speeds down and up, for example 100/20.")),
    "speed_unit_assumed": (INFO, _("We read this speed as kbps.")),
    "price_unreadable": (ERROR, _("Write the price like 19.99.")),
    "hours_unreadable": (ERROR, _("Write the hours as a number, for example 1.5.")),
    "hours_missing": (ERROR, _("The hours are missing.")),
    "evidence_unknown": (WARNING, _("We do not know this kind of evidence and read it as “another document”.")),
    "row_failed": (
        ERROR,
        _("We could not take this row, and the fault may be ours. Check its cells, or enroll this household by hand."),
    ),
    "example_row": (ERROR, _("This is the example row of our template. Delete it; it is not taken.")),
    # known households
    "row_updates": (INFO, _("We know this household. Taken over from the file: %(fields)s.")),
    "row_adds_nothing": (INFO, _("This row changed since the last file, but there is nothing in it to take over.")),
    "row_repeats": (
        WARNING,
        _("An earlier row of this file is about the same household; this one was taken after it."),
    ),
    "name_differs": (WARNING, _("The head's name differs from the record. Change it on the household's page.")),
    "birth_differs": (WARNING, _("The birth date differs from the record. Change it on the household's page.")),
    "address_differs": (WARNING, _("The address differs from the record. Say on the household's page if they moved.")),
    "somebody_else": (
        ERROR,
        _("This number is on record for a person of another name and birth date. Check the number in your file."),
    ),
    "household_refused": (ERROR, _("This row comes back because another row of its household does.")),
    "household_erased": (ERROR, _("This household's data was erased. Enroll it by hand if it agreed again.")),
    "delivery_taken_back": (
        WARNING,
        _("A delivery in this row was taken back or corrected by hand. It does not come in again; correct your file."),
    ),
    "delivery_repeated": (WARNING, _("The same delivery stands twice in this row; we took it once.")),
}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with one cell (or, without a column, with the row)."""

    code: str
    column: str = ""  # header, as the file has it
    field: str = ""
    value: str = ""
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    row: int = 0  # where a household has several rows: the one it is about

    @property
    def severity(self) -> Severity:
        """Return "error", "warning" or "info"."""
        return CODES[self.code][0]

    @property
    def sentence(self) -> str:
        """Return the sentence in the language of the code."""
        sentence = CODES[self.code][1]
        return sentence % self.params if self.params else sentence

    def as_dict(self) -> dict[str, object]:
        """Return what JSON can hold."""
        return {
            "code": self.code,
            "severity": self.severity,
            "column": self.column,
            "field": self.field,
            "value": self.value,
            "params": dict(self.params),
        }


def shown(value: str) -> str:
    """Return as much of a value as a message shows."""
    return value if len(value) <= _TOLD else f"{value[: _TOLD - 1]}…"


@dataclass(slots=True)
class ProblemGroup:
    """All problems of one kind in one column: how many, and the first few."""

    code: str
    column: str
    field: str
    severity: Severity
    sentence: str
    count: int = 0
    examples: list[tuple[int, str]] = dataclasses.field(default_factory=list)  # row, value

    def as_dict(self) -> dict[str, object]:
        """Return what JSON can hold."""
        return {
            "code": self.code,
            "severity": self.severity,
            "column": self.column,
            "field": self.field,
            "sentence": self.sentence,
            "count": self.count,
            "examples": [{"row": row, "value": value} for row, value in self.examples],
        }


class ProblemTally:
    """Groups problems by kind and column as the rows go by: its size does not grow with the file."""

    def __init__(self, examples: int = _EXAMPLES) -> None:
        self._groups: dict[tuple[str, str], ProblemGroup] = {}
        self._most = examples

    def add(self, row: int, problems: Iterable[RowProblem]) -> None:
        """Count the problems of one row."""
        for problem in problems:
            key = (problem.code, problem.column)
            group = self._groups.get(key)
            if group is None:
                severity, sentence = CODES[problem.code]
                group = ProblemGroup(problem.code, problem.column, problem.field, severity, sentence)
                self._groups[key] = group
            group.count += 1
            if len(group.examples) < self._most:
                group.examples.append((problem.row or row, problem.value))

    def groups(self) -> list[ProblemGroup]:
        """Return the groups: errors first, the largest first."""
        worst = {ERROR: 0, WARNING: 1, INFO: 2}
        return sorted(self._groups.values(), key=lambda g: (worst[g.severity], -g.count, g.code, g.column))


def group_problems(rows: Iterable[tuple[int, Iterable[RowProblem]]]) -> list[ProblemGroup]:
    """Return the problems of many rows, grouped by kind and column."""
    tally = ProblemTally()
    for row, problems in rows:
        tally.add(row, problems)
    return tally.groups()

"""What an enrollment tells of the facts that eligibility rules ask about. What it does not tell stays unknown. Pure."""

from datetime import date
from typing import Protocol

from ...eligibility.rules.facts import INCOME, SIZE, Facts
from ...foundation.kernel.messages import _
from ...households.rules import zip5
from ...progress.rules.deliveries import NewDelivery
from ...progress.rules.facts import Kind
from ...progress.rules.program import Program
from .enrollment import NewHousehold
from .having import COMPUTER, INTERNET, had_by

FACTS = {
    SIZE: _("People in the household"),
    INCOME: _("Income a year"),
    "benefits": _("Benefits"),
    "lives_in_city": _("Lives in the city"),
    COMPUTER: _("Has a computer that works"),
    INTERNET: _("Has internet at home"),
}


class Home(Protocol):
    """An address about to be written, or one on record."""

    @property
    def fixed(self) -> bool:
        """Return whether it is a street address."""

    @property
    def in_city(self) -> bool | None:
        """Return whether those without one stay in the city."""

    @property
    def zip_code(self) -> str | None:
        """Return the ZIP code."""

    @property
    def district(self) -> str | None:
        """Return the council district."""


def known_facts(new: NewHousehold, program: Program) -> dict[str, object]:
    """Return what the enrollment tells. A row of a file that names the head alone does not say how many they are."""
    says_size = new.import_batch_id is None or len(new.members) > 1
    found = {
        SIZE: len(new.members) if says_size else None,
        "lives_in_city": lives_in_city(new.address, new.enrolled_on, program),
        COMPUTER: _has(COMPUTER, new, new.needs_device),
        INTERNET: _has(INTERNET, new, new.needs_connection),
        **new.told,
    }
    return {name: value for name, value in found.items() if value is not None}


def lives_in_city(address: Home | None, day: date, program: Program) -> bool | None:
    """Return whether the home lies in the service area, as counting sees it; None where nothing says so."""
    if address is None:
        return None
    if not address.fixed:
        return address.in_city
    code = zip5(address.zip_code)
    boundaries = program.boundaries_on(day)
    if boundaries is not None and address.district in boundaries.districts:
        return True
    return None if code is None else code in program.zip_codes


def _has(name: str, new: NewHousehold, needs: bool | None) -> bool | None:
    """Who comes with one has it; who asks for one has none; of others we do not know."""
    if any(had_by(one) == name and _is_brought(one, new.enrolled_on) for one in new.deliveries):
        return True
    return False if needs else None


def _is_brought(one: NewDelivery, day: date) -> bool:
    """Tell whether they came with it. What is handed over on the day of enrollment comes after what they say then."""
    begun = one.occurred_on <= day if one.kind is Kind.ALREADY_HAD else one.occurred_on < day
    return begun and all(gone is None or gone > day for gone in (one.ended_on, one.loan_due_on))


def differing(before: Facts, after: Facts) -> list[str]:
    """Return the names of the facts that differ."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))

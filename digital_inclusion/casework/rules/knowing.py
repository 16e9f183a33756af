"""What an enrollment tells of the facts that eligibility rules ask about. What it does not tell stays unknown. Pure."""

from datetime import date
from typing import Protocol

from ...eligibility.rules.facts import INCOME, SIZE, Facts
from ...foundation.kernel.messages import _
from ...households.rules import zip5
from ...progress.rules.deliveries import NewDelivery
from ...progress.rules.facts import Item, Kind
from ...progress.rules.program import Program
from .enrollment import NewHousehold

COMPUTERS = ("laptop", "desktop", "tablet")
FACTS = {
    SIZE: _("People in the household"),
    INCOME: _("Income a year"),
    "benefits": _("Benefits"),
    "lives_in_city": _("Lives in the city"),
    "has_computer": _("Has a computer that works"),
    "has_home_internet": _("Has internet at home"),
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
        "has_computer": _has(any(map(_is_own_computer, new.deliveries)), new.needs_device),
        "has_home_internet": _has(any(map(_is_own_line, new.deliveries)), new.needs_connection),
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


def _is_own_computer(one: NewDelivery) -> bool:
    return one.kind is Kind.ALREADY_HAD and one.item is Item.DEVICE and one.device_kind in COMPUTERS


def _is_own_line(one: NewDelivery) -> bool:
    return one.kind is Kind.ALREADY_HAD and one.item is Item.LINE


def _has(owns: bool, needs: bool | None) -> bool | None:
    """Who owns one has it; who asks for one has none; of others we do not know."""
    return True if owns else False if needs else None


def differing(before: Facts, after: Facts) -> list[str]:
    """Return the names of the facts that differ."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))

"""Facts in few words: ``facts.laptop(1, "01-10")`` is a laptop that A handed to record 1 on January 10, 2026."""

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from digital_inclusion.progress.rules.program import Boundaries, Program, Standard

A, B, C, CITY = 1, 2, 3, 9
LETTERS = {A: "A", B: "B", C: "C"}
DISTRICTS = frozenset(f"D{number}" for number in range(1, 11))
CHANGED_ON = "2024-03-14"  # 25/3 before, 100/20 from this day


def day(text: str) -> date:
    """Return ``01-12`` as January 12, 2026; a day of another year is written in full."""
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def short(on: date) -> str:
    """Return a day as the scenarios write it."""
    return on.isoformat().removeprefix("2026-")


def standard(from_day: str, mbps: tuple[int, int] = (100, 20), **changes: Any) -> Standard:
    """Return a standard as San José's, from a day."""
    down, up = mbps
    values: dict[str, Any] = {
        "device_kinds": frozenset({"laptop", "desktop", "tablet"}),
        "proof_days": 365,
        "skills_minutes": 8 * 60,
        "assessments": frozenset({"Northstar"}),
        "sustained_days": 90,
    }
    return Standard(from_day=day(from_day), down_kbps=down * 1000, up_kbps=up * 1000, **(values | changes))


def program(changed_on: str = CHANGED_ON, **changes: Any) -> Program:
    """Return the settings of the worked scenarios."""
    values: dict[str, Any] = {
        "starts_on": day("2022-01-01"),
        "standards": (standard("2020-01-01", (25, 3)), standard(changed_on)),
        "boundaries": (Boundaries(from_day=day("2020-01-01"), districts=DISTRICTS, zip_district={"95111": "D2"}),),
        "zip_codes": frozenset({"95111", "95112"}),
    }
    return Program(**(values | changes))


class Facts:
    """Makes facts with ascending numbers. Unless said otherwise A enters them, and the city decides."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def fact(self, kind: Kind, record: int, on: str | date, *, by: int = A, **columns: Any) -> Fact:
        """Return a fact as it is, with the next number."""
        occurred_on = day(on) if isinstance(on, str) else on
        return Fact(
            number=next(self._numbers),
            posting=0,
            kind=kind,
            record_id=record,
            partner_id=by,
            occurred_on=occurred_on,
            **columns,
        )

    def enrolled(self, record: int, on: str, home: str | None = "D3", *, by: int = A) -> list[Fact]:
        """Return an enrollment with consent and, if a district is given, an address."""
        kinds = [self.fact(kind, record, on, by=by) for kind in (Kind.ENROLLED, Kind.CONSENT)]
        return kinds + ([self.home(record, on, home, by=by)] if home else [])

    def home(self, record: int, on: str, district: str | None, *, by: int = A, **columns: Any) -> Fact:
        """Return an address from a day."""
        return self.fact(Kind.ADDRESS, record, on, by=by, **({"district": district, "fixed": True} | columns))

    def laptop(self, record: int, on: str | date, *, by: int = A, **columns: Any) -> Fact:
        """Return a new laptop handed over by the program."""
        values = {"item": Item.DEVICE, "device_kind": "laptop", "donated": False, "grant_id": by * 10}
        return self.fact(Kind.DELIVERY, record, on, by=by, **(values | columns))

    def line(
        self, record: int, on: str | date, mbps: tuple[int, int] = (100, 20), *, by: int = A, **columns: Any
    ) -> Fact:
        """Return a line activated by the program."""
        values = {"item": Item.LINE, "down_kbps": mbps[0] * 1000, "up_kbps": mbps[1] * 1000}
        return self.fact(Kind.DELIVERY, record, on, by=by, **({"grant_id": by * 10} | values | columns))

    def training(self, record: int, on: str | date, hours: int, member: int | None = 1, **columns: Any) -> Fact:
        """Return hours of training given to one member."""
        values = {"item": Item.TRAINING, "minutes": hours * 60, "member_id": member, "grant_id": A * 10}
        return self.fact(Kind.DELIVERY, record, on, **(values | columns))

    def owned_laptop(self, record: int, on: str | date, *, by: int = A, **columns: Any) -> Fact:
        """Return a laptop that the household had already."""
        values = {"item": Item.DEVICE, "device_kind": "laptop"}
        return self.fact(Kind.ALREADY_HAD, record, on, by=by, **(values | columns))

    def owned_line(self, record: int, on: str | date, mbps: tuple[int, int] = (100, 20), *, by: int = A) -> Fact:
        """Return a line that the household had already."""
        down, up = mbps[0] * 1000, mbps[1] * 1000
        return self.fact(Kind.ALREADY_HAD, record, on, by=by, item=Item.LINE, down_kbps=down, up_kbps=up)

    def check(self, about: Fact | int, on: str | date, item: Item = Item.LINE, **columns: Any) -> Fact:
        """Return a positive check of one line, or of a record."""
        record = about if isinstance(about, int) else about.record_id
        refers_to = None if isinstance(about, int) else about.number
        values = {"item": item, "refers_to": refers_to, "positive": True}
        return self.fact(Kind.CHECK, record, on, **(values | columns))

    def about(self, kind: Kind, fact: Fact, on: str | date, *, by: int = A, **columns: Any) -> Fact:
        """Return a fact that refers to another: an end, an answer, a void, a split."""
        return self.fact(kind, fact.record_id, on, by=by, refers_to=fact.number, **columns)

    def confirmed(self, *facts: Fact, on: str = "03-01", by: int = CITY) -> list[Fact]:
        """Return the confirmations of these facts."""
        return [self.about(Kind.DECISION, fact, on, by=by, positive=True) for fact in facts]

    def questioned(self, fact: Fact, on: str, *, by: int = CITY) -> Fact:
        """Return a question about a fact."""
        return self.about(Kind.DECISION, fact, on, by=by, positive=False)

    def voided(self, *facts: Fact, on: str = "12-01") -> list[Fact]:
        """Return the voids of these facts: they were never so."""
        return [self.about(Kind.VOID, fact, on) for fact in facts]

    def ended(self, about: Fact | int, on: str) -> Fact:
        """Return the end of a device or line, or of a whole record."""
        if isinstance(about, int):
            return self.fact(Kind.END, about, on)
        return self.about(Kind.END, about, on)

    def linked(self, record: int, other: int, on: str = "03-01") -> Fact:
        """Return the city's decision that two records are one household."""
        return self.fact(Kind.LINK, record, on, by=CITY, other_record_id=other)

    def split(self, link: Fact, on: str = "04-01") -> Fact:
        """Return the decision that takes a link back."""
        return self.about(Kind.SPLIT, link, on, by=CITY)


def of(facts: Iterable[Fact], kind: Kind) -> Fact:
    """Return the one fact of a kind."""
    (found,) = [fact for fact in facts if fact.kind is kind]
    return found

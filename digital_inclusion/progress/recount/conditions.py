"""The conditions of rule 1, asked of one delivery and one day at a time."""

from datetime import date

from digital_inclusion.progress.recount.shapes import FactLike, History, Program, Standard, in_force

UNKNOWN = "unknown"


class Conditions:
    """What the settings ask of a delivery and of a home."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def standard(self, day: date) -> Standard | None:
        """Return the standard in force on ``day``."""
        return in_force(self.program["standards"], day)

    def standard_or_first(self, day: date) -> Standard | None:
        """Return the standard of ``day``; before the first one, the first."""
        first = min(self.program["standards"], key=lambda row: row["from_day"], default=None)
        return self.standard(day) or first

    def qualifies(self, fact: FactLike, history: History) -> bool:
        """Tell whether a program delivery counts from its day."""
        day, start = fact.occurred_on, self.program["eligibility_required_from"]
        return (
            (start is None or day < start or _is_eligible(history, day))
            and day >= self.program["starts_on"]
            and any(fact.occurred_on <= day for fact in history["enrolled"])
            and _is_consented(history, day)
            and self.in_area(home(history, day), day)
            and self.has_passport(fact)
            and meets(fact, self.standard(day))
        )

    def has_passport(self, fact: FactLike) -> bool:
        """Tell whether a donated unit has the papers its day asks for."""
        start = self.program["passport_required_from"]
        if fact.item != "device" or fact.donated is not True:
            return True
        return start is None or fact.occurred_on < start or fact.passport_complete is True

    def in_area(self, home: FactLike | None, day: date) -> bool:
        """Tell whether a home lies in the service area on ``day``."""
        if home is None:
            return False
        if home.fixed is False:
            return home.in_city is True
        boundaries = in_force(self.program["boundaries"], day)
        named = boundaries is not None and home.district in boundaries["districts"]
        return named or home.zip_code in self.program["zip_codes"]

    def district(self, home: FactLike | None, day: date) -> str:
        """Return the district of a home by the boundaries of ``day``."""
        boundaries = in_force(self.program["boundaries"], day)
        if home is None or home.fixed is False or boundaries is None:
            return UNKNOWN
        if home.district is not None and home.district in boundaries["districts"]:
            return home.district
        return boundaries["zip_district"].get(home.zip_code or "", UNKNOWN)


def _is_eligible(history: History, day: date) -> bool:
    """Tell whether the last decision by ``day`` says yes."""
    known = [
        (fact.occurred_on, fact.number, fact.positive) for fact in history["eligibility"] if fact.occurred_on <= day
    ]
    return max(known, default=(day, 0, False))[2] is True


def _is_consented(history: History, day: date) -> bool:
    """Tell whether the last thing said is consent; the day of withdrawal itself is still covered."""
    said = [(fact.occurred_on, fact.number, True) for fact in history["consent"] if fact.occurred_on <= day]
    unsaid = [(fact.occurred_on, fact.number, False) for fact in history["withdrawal"] if fact.occurred_on < day]
    return max(said + unsaid, default=(day, 0, False))[2]


def home(history: History, day: date) -> FactLike | None:
    """Return where the record lived on ``day``."""
    known = [fact for fact in history["address"] if fact.occurred_on <= day]
    return max(known, key=lambda fact: (fact.occurred_on, fact.number), default=None)


def meets(fact: FactLike, standard: Standard | None) -> bool:
    """Tell whether a device or line is good enough; a class always is (its hours are added up later)."""
    if standard is None:
        return False
    if fact.item == "device":
        return fact.device_kind in standard["device_kinds"]
    if fact.item == "line":
        return (fact.down_kbps or 0) >= standard["down_kbps"] and (fact.up_kbps or 0) >= standard["up_kbps"]
    return fact.item == "training"

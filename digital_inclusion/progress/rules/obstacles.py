"""What keeps one delivery from counting (rule 1), as a code. No code: it qualifies."""

from datetime import date

from digital_inclusion.progress.rules.codes import Code
from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from digital_inclusion.progress.rules.household import Household
from digital_inclusion.progress.rules.program import Program, Standard


def standard_for(program: Program, day: date) -> Standard | None:
    """Return the standard of ``day``; before the first one, the first (what was already there is older)."""
    return program.standard_on(day) or (program.standards[0] if program.standards else None)


def obstacle(fact: Fact, household: Household, program: Program) -> Code | None:
    """Return what keeps a delivery from counting. Already had: only the standard is asked (rule 5)."""
    if fact.kind is Kind.ALREADY_HAD:
        return _unfit(fact, standard_for(program, fact.occurred_on))
    return (
        _unfit(fact, program.standard_on(fact.occurred_on))
        or hindrance(fact.record_id, fact.occurred_on, household, program)
        or _without_passport(fact, program)
    )


def hindrance(record_id: int, day: date, household: Household, program: Program) -> Code | None:
    """Return what would keep any delivery to this record on ``day`` from counting."""
    if day < program.starts_on:
        return Code.BEFORE_PROGRAM
    home = household.home_on(record_id, day)
    if home is not None and not in_area(home, day, program):
        return Code.OUTSIDE_AREA
    return (
        _not_asked_in(record_id, day, household)
        or (Code.NO_ADDRESS if home is None else None)
        or _not_eligible(record_id, day, household, program)
    )


def in_area(home: Fact, day: date, program: Program) -> bool:
    """Tell whether a home is in the service area: by district, by ZIP, or in the city without an address."""
    if home.fixed is False:
        return home.in_city is True
    if home.zip_code in program.zip_codes:
        return True
    boundaries = program.boundaries_on(day)
    return boundaries is not None and home.district in boundaries.districts


def _unfit(fact: Fact, standard: Standard | None) -> Code | None:
    """Return how a thing falls short of the standard of its day (rules 2, 3); hours are added up later."""
    if standard is None:
        return Code.BEFORE_PROGRAM
    if fact.item is Item.DEVICE and fact.device_kind not in standard.device_kinds:
        return Code.DEVICE_KIND_NOT_COUNTED
    if fact.item is Item.LINE and not _is_fast(fact, standard):
        return Code.BELOW_STANDARD
    return None


def _is_fast(line: Fact, standard: Standard) -> bool:
    return (line.down_kbps or 0) >= standard.down_kbps and (line.up_kbps or 0) >= standard.up_kbps


def _not_asked_in(record_id: int, day: date, household: Household) -> Code | None:
    if household.enrollment_on(record_id, day) is None:
        later = household.enrollment_on(record_id, date.max)
        return Code.NOT_ENROLLED if later is None else Code.BEFORE_ENROLLMENT
    consent = household.consent_on(record_id, day)
    if consent is None:
        return Code.NO_CONSENT
    return Code.CONSENT_WITHDRAWN if consent.kind is Kind.WITHDRAWAL else None


def _not_eligible(record_id: int, day: date, household: Household, program: Program) -> Code | None:
    """Return what eligibility lacks, once the city asks for it; the decision in force on the day decides."""
    if program.eligibility_required_from is None or day < program.eligibility_required_from:
        return None
    decision = household.eligibility_on(record_id, day)
    if decision is None:
        return Code.ELIGIBILITY_MISSING
    return None if decision.positive is True else Code.NOT_ELIGIBLE


def _without_passport(fact: Fact, program: Program) -> Code | None:
    """Return what a donated unit lacks (rule 2); a new one never has a passport."""
    if fact.item is not Item.DEVICE or fact.donated is not True or fact.passport_complete is True:
        return None
    required_from = program.passport_required_from
    if required_from is None or fact.occurred_on < required_from:
        return None
    return Code.PASSPORT_MISSING

"""The programs of rulebook 2026-11 as a programmer writes them by hand for one day, 2026-11-22: plain functions.

They answer what the engine answers, with the same reasons and amounts (``bench/eligibility.py`` compares them on
random households first), and know nothing of other days, of sources, or of words.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from digital_inclusion.eligibility.rules.deciding import Answer
from digital_inclusion.eligibility.rules.facts import BENEFITS, INCOME, SIZE

Facts = Mapping[str, Any]
NO, UNKNOWN, MISSING, LIKELY, YES = range(5)
Reasons = list[tuple[str, int]]  # condition, verdict
Amounts = list[tuple[str, Decimal, Decimal]]  # what, at least, at most
Said = tuple[Answer, Reasons, Amounts]

ZERO = Decimal(0)
LIST_CHANGED = date(2016, 12, 2)
ANSWERS = (Answer.NO, Answer.CANNOT_TELL, Answer.CANNOT_DECIDE, Answer.LIKELY, Answer.YES)
WORTH = (0, 2, 1, 3, 4)  # of several ways the one furthest to the right


def _table(*limits: int, percent: int = 100, more: int | None = None) -> list[Decimal]:
    """Return the limits for 1, 2, … persons, up to 30 where the table says what each further person adds."""
    rows = list(limits)
    while more is not None and len(rows) < 30:
        rows.append(rows[-1] + more)
    return [Decimal(row) * percent / 100 for row in rows]


GUIDELINES = (15960, 21640, 27320, 33000, 38680, 44360, 50040, 55720)
POVERTY_135 = _table(*GUIDELINES, percent=135, more=5680)
POVERTY_200 = _table(*GUIDELINES, percent=200, more=5680)
CALIFORNIA = _table(24600, 33300, 42100, 50800, more=8700)
HUD_30 = _table(43200, 49350, 55500, 61650, 66600, 71550, 76450, 81400)
HUD_50 = _table(71950, 82200, 92500, 102750, 111000, 119200, 127450, 135650)
HUD_80 = _table(113700, 129950, 146200, 162400, 175400, 188400, 201400, 214400)
FEDERAL = ("medi_cal", "calfresh", "ssi", "section8_voucher", "public_housing", "project_based_rental")
RETIRED = ("liheap", "nslp_approved", "tanf")
TRIBAL = ("bia_ga", "tribal_tanf", "head_start_tribal", "fdpir")
COMCAST = (*FEDERAL, "va_pension", "wic", "nslp_approved", "nslp_reduced", "tanf", "liheap", "tribal_tanf",
           "pell_current_award_year")  # fmt: skip
STATE = (*FEDERAL, "va_pension", "liheap", "wic", "nslp_approved", "tanf", *TRIBAL)


def _income(facts: Facts, limits: Sequence[Decimal], met: int) -> int:
    income, size = facts.get(INCOME), facts.get(SIZE)
    if income is None:
        return UNKNOWN
    if size is None:
        return met if income <= limits[0] else UNKNOWN
    if size > len(limits):
        return met if income <= limits[-1] else MISSING
    return met if income <= limits[size - 1] else NO


def _gets(facts: Facts, benefits: Sequence[str], met: int) -> int:
    told = facts.get(BENEFITS)
    if told is None:
        return UNKNOWN
    unknown = False
    for benefit in benefits:
        gets = told.get(benefit)
        if gets:
            return met
        if gets is None:
            unknown = True
    return UNKNOWN if unknown else NO


def _is(facts: Facts, name: str, wanted: Any, met: int, unknown: int = UNKNOWN) -> int:
    value = facts.get(name)
    if value is None:
        return unknown
    return met if value == wanted else NO


def _at_least(facts: Facts, name: str, bound: int, met: int, unknown: int = UNKNOWN) -> int:
    value = facts.get(name)
    if value is None:
        return unknown
    return met if value >= bound else NO


def _best(verdicts: Sequence[int]) -> int:
    best = NO
    for verdict in verdicts:
        if WORTH[verdict] > WORTH[best]:
            best = verdict
    return best


def _capped(facts: Facts, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    price = facts.get("plan_price")
    return (low, high) if price is None else (min(low, price), min(high, price))


def _said(verdict: int, reasons: Reasons, amounts: Callable[[], Amounts] = list) -> Said:
    return ANSWERS[verdict], reasons, [] if verdict == NO else amounts()


def _one_per_household(facts: Facts, reasons: Reasons) -> int:
    alone = _is(facts, "lives_with_other_adult", False, YES)
    other = _is(facts, "other_adult_has_lifeline", False, YES, LIKELY)
    apart = _is(facts, "shares_income_and_expenses", False, YES)
    signed = YES if facts.get("household_worksheet_signed") else UNKNOWN
    reasons += [("no_other_adult", alone), ("other_adult_without", other), ("not_sharing", apart)]
    reasons.append(("worksheet", signed))
    return _best((alone, other, min(apart, signed)))


def lifeline_federal(facts: Facts) -> Said:
    """47 CFR 54.409, 54.403."""
    income = _income(facts, POVERTY_135, YES)
    programs = _gets(facts, FEDERAL, YES)
    pension = _gets(facts, ("va_pension",), YES)
    retired = _gets(facts, RETIRED, YES)
    joined, renewed = facts.get("lifeline_enrolled_on"), facts.get("lifeline_recertified_on")
    before = UNKNOWN if joined is None else YES if joined < LIST_CHANGED else NO
    since = UNKNOWN if renewed is None else YES if renewed < LIST_CHANGED else NO
    lands = _is(facts, "lives_on_tribal_land", True, YES)
    tribal = _gets(facts, TRIBAL, YES)
    reasons = [
        ("income", income), ("programs", programs), ("veterans_pension", pension),
        ("retired_program_still_received", retired), ("enrolled_before", before), ("not_recertified_since", since),
        ("tribal_lands", lands), ("tribal_programs", tribal),
    ]  # fmt: skip
    need = _best((income, programs, pension, min(retired, before, since), min(lands, tribal)))
    one = _one_per_household(facts, reasons)
    identity = _is(facts, "has_ssn", True, LIKELY, LIKELY)
    reasons.append(("identity", identity))

    def amounts() -> Amounts:
        service = facts.get("service")
        low = high = Decimal("9.25")
        if service == "voice":
            low = high = Decimal("5.25")
        elif service is None:
            low = Decimal("5.25")
        if lands == YES:
            low, high = low + 25, high + 25
        return [("monthly", *_capped(facts, low, high))]

    return _said(min(need, one, identity), reasons, amounts)


def _california(facts: Facts) -> tuple[int, Reasons]:
    income = _income(facts, CALIFORNIA, LIKELY)
    programs = _gets(facts, STATE, LIKELY)
    lunch = _gets(facts, ("nslp_reduced",), LIKELY)
    reasons = [("income", income), ("programs", programs), ("reduced_lunch", lunch)]
    one = _one_per_household(facts, reasons)
    state = _is(facts, "state", "CA", YES, LIKELY)
    dependent = _is(facts, "claimed_as_dependent", False, LIKELY, LIKELY)
    reasons += [("california", state), ("no_dependent", dependent)]
    return min(_best((income, programs, lunch)), one, state, dependent), reasons


def ca_lifeline(facts: Facts) -> Said:
    """CPUC General Order 153."""
    verdict, reasons = _california(facts)
    phone = _service(facts, ("voice", "bundle"))
    reasons.append(("phone", phone))
    return _said(
        min(verdict, phone),
        reasons,
        lambda: [
            ("monthly", *_capped(facts, Decimal(19), Decimal(19))),
            ("connection", Decimal(39), Decimal(39)),
        ],
    )


def ca_home_broadband_pilot(facts: Facts) -> Said:
    """CPUC Decision 25-08-050."""
    verdict, reasons = _california(facts)
    internet = _service(facts, ("internet", "bundle"))
    reasons.append(("internet", internet))

    def amounts() -> Amounts:
        cheap = _is(facts, "plan_low_cost", True, YES)
        fast = min(
            _at_least(facts, "plan_down", 100, YES),
            _at_least(facts, "plan_up", 20, YES),
            _at_least(facts, "plan_gb", 1280, YES),
        )
        plan = _best((cheap, fast))
        bundle = min(_is(facts, "service", "bundle", YES), plan)
        low, high = ZERO, ZERO
        if bundle >= LIKELY:
            low = high = Decimal(30)
        elif plan >= LIKELY:
            low, high = Decimal(20), Decimal(30 if bundle != NO else 20)
        elif plan != NO:
            high = Decimal(30 if bundle != NO else 20)
        once = Decimal(39)
        return [
            ("monthly", *_capped(facts, low, high)),
            ("connection", once if plan >= LIKELY else ZERO, once if plan != NO else ZERO),
        ]

    return _said(min(verdict, internet), reasons, amounts)


def _service(facts: Facts, wanted: tuple[str, ...]) -> int:
    service = facts.get("service")
    return LIKELY if service is None or service in wanted else NO


def _city(facts: Facts, missing: str) -> Said:
    home, need = _is(facts, "lives_in_city", True, LIKELY), _is(facts, missing, False, LIKELY)
    return _said(min(home, need), [("in_city", home), ("need", need)])


def city_device(facts: Facts) -> Said:
    """A computer from the city's partners."""
    return _city(facts, "has_computer")


def city_connection(facts: Facts) -> Said:
    """Help with home internet from the city's partners."""
    return _city(facts, "has_home_internet")


def _comcast(facts: Facts, price: Decimal) -> Said:
    need = _gets(facts, COMCAST, LIKELY)
    recent = _at_least(facts, "comcast_days_ago", 90, LIKELY, LIKELY)
    debt = _is(facts, "owes_comcast", False, LIKELY, LIKELY)
    reasons = [("need", need), ("no_recent_service", recent), ("no_debt", debt)]
    return _said(min(need, recent, debt), reasons, lambda: [("price", price, price)])


def internet_essentials(facts: Facts) -> Said:
    """Comcast's low-cost plan."""
    return _comcast(facts, Decimal("14.95"))


def internet_essentials_plus(facts: Facts) -> Said:
    """Comcast's faster low-cost plan."""
    return _comcast(facts, Decimal("29.95"))


def att_access(facts: Facts) -> Said:
    """AT&T's low-cost plan."""
    income = _income(facts, POVERTY_200, LIKELY)
    programs = _gets(facts, ("calfresh", "nslp_approved"), LIKELY)
    state, ssi = _is(facts, "state", "CA", LIKELY, LIKELY), _gets(facts, ("ssi",), LIKELY)
    reasons = [("income", income), ("programs", programs), ("california", state), ("ssi", ssi)]
    verdict = _best((income, programs, min(state, ssi)))
    return _said(verdict, reasons, lambda: [("price", Decimal(30), Decimal(30))])


def verizon_forward(facts: Facts) -> Said:
    """Verizon's low-cost plan."""
    had, pell = _is(facts, "had_acp", True, LIKELY), _gets(facts, ("pell_current_award_year",), LIKELY)
    programs = _gets(facts, ("wic", *FEDERAL, "va_pension"), LIKELY)
    reasons = [("had_acp", had), ("pell", pell), ("programs", programs)]
    return _said(_best((had, pell, programs)), reasons, lambda: [("price", Decimal(20), Decimal(20))])


def project_10million(facts: Facts) -> Said:
    """T-Mobile's free hotspot for a pupil."""
    pupil = _is(facts, "has_school_child", True, LIKELY)
    lunch = _gets(facts, ("nslp_approved", "nslp_reduced", "cep_school_pupil"), LIKELY)
    reasons = [("pupil", pupil), ("school_lunch", lunch)]
    return _said(min(pupil, lunch), reasons, lambda: [("price", ZERO, ZERO)])


def counts_as_connected(facts: Facts) -> Said:
    """The standard in force: a computer in the home, and 100/20 Mbps."""
    device = _is(facts, "device_in_home", True, LIKELY)
    down, up = _at_least(facts, "plan_down", 100, LIKELY), _at_least(facts, "plan_up", 20, LIKELY)
    return _said(min(device, down, up), [("device", device), ("down_100", down), ("up_20", up)])


def _one(verdict: int) -> Said:
    return _said(verdict, [("rule", verdict)])


def _incarcerated(facts: Facts) -> int:
    where = facts.get("incarcerated_in")
    return UNKNOWN if where is None else YES if where != "federal facility" else NO


def _closed(_facts: Facts) -> Said:
    return Answer.CLOSED, [], []


PROGRAMS: dict[str, Callable[[Facts], Said]] = {
    "acp_new_enrollment": _closed,
    "counts_as_connected": counts_as_connected,
    "dea_aging": lambda facts: _one(_at_least(facts, "age", 60, YES)),
    "dea_covered_household": lambda _facts: _one(MISSING),
    "dea_disability": lambda facts: _one(_is(facts, "disability", True, YES)),
    "dea_incarcerated": lambda facts: _one(_incarcerated(facts)),
    "dea_language_barrier": lambda facts: _one(_is(facts, "language_barrier", True, YES)),
    "dea_minority": lambda facts: _one(_is(facts, "racial_or_ethnic_minority", True, YES)),
    "dea_rural": lambda facts: _one(_is(facts, "rural_area", True, YES)),
    "dea_veteran": lambda facts: _one(_is(facts, "veteran", True, YES)),
    "hud_extremely_low_income": lambda facts: _one(_income(facts, HUD_30, LIKELY)),
    "hud_low_income": lambda facts: _one(_income(facts, HUD_80, LIKELY)),
    "hud_very_low_income": lambda facts: _one(_income(facts, HUD_50, LIKELY)),
    "city_device": city_device,
    "city_connection": city_connection,
    "ca_lifeline": ca_lifeline,
    "lifeline_federal": lifeline_federal,
    "ca_home_broadband_pilot": ca_home_broadband_pilot,
    "internet_essentials": internet_essentials,
    "internet_essentials_plus": internet_essentials_plus,
    "att_access": att_access,
    "verizon_forward": verizon_forward,
    "project_10million": project_10million,
    "acp": _closed,
    "ebb": _closed,
}


def decide(facts: Facts) -> dict[str, Said]:
    """Return what every program says on 2026-11-22."""
    return {name: ask(facts) for name, ask in PROGRAMS.items()}

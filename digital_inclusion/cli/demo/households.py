"""Invents one household: its people, home, contact, needs, consent. What happens to it is its story."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from ...casework.rules.enrollment import NewAddress, NewConsent, NewHousehold, NewMember
from ...eligibility.rules.facts import BENEFITS, INCOME
from ...households.rules import CONSENT_LANGUAGES, DECLINED
from ...progress.schemas import LoadedProgram
from .names import as_misheard, family_name, full_name, pick_language
from .partners import partner_for
from .places import home_address, pick_district, pick_place, pick_place_outside, pick_stay
from .tale import Planned

_AREAS = ("408", "669", "650", "510", "831", "925", "415", "628", "707", "916")
_GROUPS = (("low_income", 0.7), ("aging", 0.25), ("veteran", 0.04), ("disability", 0.17), ("minority", 0.6))
_BENEFITS = (
    ("medi_cal", 0.55), ("calfresh", 0.4), ("ssi", 0.12), ("wic", 0.15), ("tanf", 0.08), ("section8_voucher", 0.1),
    ("nslp_approved", 0.25), ("cep_school_pupil", 0.2), ("pell_current_award_year", 0.05),
)  # fmt: skip
_WAYS = ("signed_paper", "signed_screen", "spoken")
_YEAR = 365


def invent(program: LoadedProgram, reference: str, story: str, enrolled_on: date, rng: Random) -> Planned:
    """Return a household enrolled on a day, with no steps yet."""
    language = pick_language(rng)
    chances = partner_for(language)
    partner = rng.choices(list(chances), weights=list(chances.values()))[0]
    phone = _phone(rng)
    new = NewHousehold(
        members=_members(language, enrolled_on, rng),
        enrolled_on=enrolled_on,
        address=_address(program, story, rng),
        reference=reference,
        phone=phone,
        phone_e164=f"+1{''.join(filter(str.isdigit, phone))}" if phone else None,
        email=f"{reference.lower()}@example.org" if rng.random() < 0.3 else None,
        safe_contact=rng.choice(("phone", "phone", "text", "email", "in_person")) if phone else "in_person",
        language=language,
        needs_device=rng.random() < 0.8,
        needs_connection=rng.random() < 0.75,
        needs_skills=rng.random() < 0.55,
        populations=_populations(language, rng),
        consent=_consent(program, language, enrolled_on, rng),
        told=_told(Random(f"told {reference}")),  # noqa: S311 - invents; apart, so that nothing else changes with it
    )
    return Planned(reference, partner, story, enrolled_on, new)


def written_again(one: Planned, reference: str, on: date, rng: Random) -> NewHousehold:
    """Return the same household as another partner wrote it down: same birth date, same telephone."""
    head = one.new.head
    consent = replace(one.new.consent, given_on=on) if one.new.consent else None
    return replace(
        one.new,
        reference=reference,
        members=[replace(head, name=as_misheard(head.name, rng))],
        enrolled_on=on,
        consent=consent,
        email=None,
    )


def _told(rng: Random) -> dict[str, object]:
    """Return what they tell of income and benefits: about half of them do."""
    told: dict[str, object] = {}
    if rng.random() < 0.5:
        told[INCOME] = Decimal(rng.randrange(9, 70) * 100 * 12)
    if rng.random() < 0.55:
        told[BENEFITS] = {code: rng.random() < share for code, share in _BENEFITS}
    return told


def _members(language: str, on: date, rng: Random) -> list[NewMember]:
    family = family_name(language, rng)
    age = rng.choice((rng.randint(22, 50), rng.randint(30, 66), rng.randint(62, 88)))
    head = NewMember(full_name(language, family, rng), _born(age, on, rng), is_head=True)
    if head.birth_date and rng.random() < 0.04:
        head = replace(head, birth_date=None)  # unknown
    others = rng.choices(range(6), weights=(30, 25, 18, 15, 8, 4))[0]
    ages = [rng.randint(max(18, age - 8), age + 8) if place == 0 else rng.randint(1, 22) for place in range(others)]
    return [head, *(NewMember(full_name(language, family, rng), _born(each, on, rng)) for each in ages)]


def _born(age: int, on: date, rng: Random) -> date:
    return on - timedelta(days=age * _YEAR + age // 4 + rng.randrange(_YEAR))


def _phone(rng: Random) -> str | None:
    """Return a telephone number of the range kept for invented people, 555-0100 to 555-0199."""
    return f"({rng.choice(_AREAS)}) 555-01{rng.randrange(100):02}" if rng.random() < 0.93 else None


def _address(program: LoadedProgram, story: str, rng: Random) -> NewAddress:
    if story == "outside_area":
        return home_address(pick_place_outside(rng))
    if rng.random() < 0.025:
        return NewAddress(fixed=False, description=pick_stay(rng), in_city=True)
    return home_address(pick_place(pick_district(program, rng), rng))


def _populations(language: str, rng: Random) -> list[str] | None:
    chance = rng.random()
    if chance < 0.06:
        return [DECLINED]
    if chance < 0.1:
        return None
    groups = [code for code, share in _GROUPS if rng.random() < share]
    return [*groups, "language_barrier"] if language != "en" and rng.random() < 0.6 else groups


def _consent(program: LoadedProgram, language: str, on: date, rng: Random) -> NewConsent:
    spoken = "zh" if language == "yue" else language
    return NewConsent(
        purposes=["service", "follow_up", "provider_check"] if rng.random() < 0.85 else ["service"],
        text_version=program.file.privacy.consent_text_version,
        language=spoken if spoken in CONSENT_LANGUAGES else "en",
        way=rng.choice(_WAYS),
        given_on=on,
    )

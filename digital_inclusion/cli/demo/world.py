"""The city, its partners, grants and people of the demo: made once, looked up when a fill goes on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...accounts.actions.providing import NewAccount, provide_account
from ...accounts.actions.teams import create_team
from ...accounts.models import User
from ...accounts.queries.sessions import find_user_by_email
from ...casework.actions.answering import change_intake
from ...casework.queries.references import known_grants
from ...foundation.access.identity import Actor, system_actor
from ...foundation.access.roles import ROLES, needs_second_factor
from ...foundation.credentials import hash_password, new_totp_secret
from ...foundation.kernel import clock
from ...funding.actions import GrantTerms, create_grant
from ...funding.rules import Target
from ...partners.actions import create_partner
from ...partners.models import Partner
from ...partners.queries import find_partner_by_code
from ...progress.schemas import LoadedProgram
from .partners import (
    CITY,
    FISCAL_AGENT,
    FUND,
    PARTNERS,
    PASSWORD,
    SECOND_VERIFIER,
    SIGN_INS,
    Organization,
    SignIn,
    everybody,
)

BY = system_actor("flask demo")
_AUDITOR_DAYS = 300
_RATES = {"connected": 15_000, "skills": 9_000, "skills_sustained": 4_000}  # cents a household


@dataclass(frozen=True, slots=True)
class World:
    """Ids by code, and who acts."""

    partners: dict[str, int]
    grants: dict[str, int]
    staff: dict[str, list[Actor]]  # by partner, its navigators
    verifiers: list[Actor]
    manager: Actor
    finance: Actor
    workshop: tuple[Actor, Actor]  # a technician and a sanitization validator of the same partner

    def staff_of(self, partner_id: int) -> Actor:
        """Return a navigator of the organization."""
        return next(staff[0] for code, staff in self.staff.items() if self.partners[code] == partner_id)


def make_world(program: LoadedProgram, first: date) -> None:
    """Make the organizations, grants and people (all but the auditor, whose time is short)."""
    _partner(CITY, f"City of {program.file.city.name}", "city")
    _partner(FISCAL_AGENT, "Orchard Trust for Learning", "fiscal_agent")
    heaviest = sum(one.weight for one in PARTNERS.values())
    for place, (code, organization) in enumerate(PARTNERS.items(), start=1):
        partner = _partner(code, organization.name, "grantee")
        _intake(partner.id, organization)
        _grant(partner.id, f"DIF-{first.year}-{place:02}", organization.weight / heaviest, first, program)
    hashed = hash_password(PASSWORD)
    for person in everybody():
        if not ROLES[person.role].time_boxed:
            _account(person, hashed)
    for code in ("DEMO", "RIVERS"):
        _teams(code)


def add_auditor() -> None:
    """Make the auditor's account, whose role ends by itself."""
    for person in SIGN_INS:
        if ROLES[person.role].time_boxed and find_user_by_email(person.email) is None:
            _account(person, hash_password(PASSWORD), ends_at=clock.now() + timedelta(days=_AUDITOR_DAYS))


def find_world() -> World:
    """Look everything up again."""
    people = {person: _actor(person) for person in everybody() if not ROLES[person.role].time_boxed}
    by_role = {code: [actor for person, actor in people.items() if person.role == code] for code in ROLES}
    partners = {code: _known(code).id for code in (CITY, FISCAL_AGENT, *PARTNERS)}
    return World(
        partners=partners,
        grants={code: min(known_grants(partner_id=partners[code])) for code in PARTNERS},
        staff={
            code: [actor for actor in by_role["navigator"] if actor.partner_id == partners[code]] for code in PARTNERS
        },
        verifiers=[people[next(one for one in SIGN_INS if one.role == "verifier")], people[SECOND_VERIFIER]],
        manager=by_role["program_manager"][0],
        finance=by_role["finance"][0],
        workshop=(by_role["technician"][0], by_role["sanitization_validator"][0]),
    )


def _known(code: str) -> Partner:
    partner = find_partner_by_code(code)
    if partner is None:
        raise LookupError(f"the demo has no partner {code}")
    return partner


def _partner(code: str, name: str, kind: str) -> Partner:
    return create_partner(code=code, name=name, kind=kind, by=BY)


def _intake(partner_id: int, organization: Organization) -> None:
    change_intake(
        partner_id=partner_id,
        takes_requests=True,
        languages=sorted(organization.languages | {"en"}),
        districts=list(organization.districts),
        most_open=max(4, organization.weight // 2),
        phone=organization.phone,
        by=BY,
    )


def _grant(partner_id: int, number: str, share: float, first: date, program: LoadedProgram) -> None:
    goal = 2400 * share  # what the demo's three years aim at, not the city's goal
    targets = {
        outcome: Target(round(goal * part), rate)
        for (outcome, rate), part in zip(_RATES.items(), (1.0, 0.5, 0.35), strict=True)
    }
    terms = GrantTerms(
        number=number,
        fund=FUND,
        name="Devices, connections and skills",
        starts_on=first,
        ends_on=max(program.file.program.ends_on, first + timedelta(days=365)),
        amount_cents=round(60_000_000 * share),
        targets=targets,
    )
    create_grant(partner_id=partner_id, terms=terms, by=BY)


def _account(person: SignIn, hashed: str, *, ends_at: datetime | None = None) -> User:
    second_factor = needs_second_factor(frozenset({person.role}))
    account = NewAccount(
        email=person.email,
        name=person.name,
        partner_id=_known(person.partner).id,
        role=person.role,
        role_ends_at=ends_at,
        password_hash=hashed,
        totp_secret=new_totp_secret() if second_factor else None,
    )
    return provide_account(account, by=BY)


def _teams(code: str) -> None:
    people = [one for one in everybody() if one.partner == code]
    lead = _actor(next(one for one in people if one.role == "partner_lead"))
    navigators = [_user(one).id for one in people if one.role == "navigator"]
    create_team(name="Home visits", member_ids=navigators[:1], by=lead)
    create_team(name="Front desk", member_ids=navigators[1:], by=lead)


def _user(person: SignIn) -> User:
    user = find_user_by_email(person.email)
    if user is None:
        raise LookupError(f"the demo has no account {person.email}")
    return user


def _actor(person: SignIn) -> Actor:
    user = _user(person)
    return Actor(
        user_id=user.id,
        name=user.name,
        partner_id=user.partner_id,
        roles=frozenset({person.role}),
        city_wide=user.partner.is_city_wide,
        second_factor=True,
    )

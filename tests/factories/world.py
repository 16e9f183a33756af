"""A small program to test in: settings loaded, partners with grants, people for every role."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from flask.testing import FlaskClient

from digital_inclusion.accounts.models import RoleAssignment, User, UserSession
from digital_inclusion.foundation.access.identity import Actor, system_actor
from digital_inclusion.foundation.access.roles import ROLES, sees_every_partner
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import new_token, token_digest
from digital_inclusion.funding.models import Fund, Grant, GrantTarget
from digital_inclusion.partners.models import Partner
from digital_inclusion.progress.actions.settings import apply_settings

PROGRAMS = Path(__file__).resolve().parents[2] / "programs"
SYSTEM = system_actor("tests")


@cache
def san_jose() -> str:
    """Return the shipped settings file."""
    return (PROGRAMS / "san-jose.toml").read_text()


@dataclass
class World:
    """Ids by short names: partners ``city``, ``fiscal``, ``a``, ``b``; their grants; users by role and partner."""

    partners: dict[str, int] = field(default_factory=dict)
    grants: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)  # "navigator_a", "partner_lead_b", "verifier", ...

    def actor(self, name: str) -> Actor:
        """Return the actor for one of the users, as if signed in with a second factor."""
        user = session().get_one(User, self.users[name])
        roles = frozenset(assignment.role for assignment in user.roles)
        return Actor(
            user_id=user.id,
            name=user.name,
            partner_id=user.partner_id,
            roles=roles,
            city_wide=sees_every_partner(roles),
            second_factor=True,
        )


def build_world() -> World:
    """Make the small program and commit it."""
    world = World()
    use_scope(EVERYTHING)
    with write_transaction():
        apply_settings(san_jose(), by=SYSTEM)
        for code, name, kind in (
            ("city", "City of Testing", "city"),
            ("fiscal", "Fiscal Agent of Testing", "fiscal_agent"),
            ("a", "Partner A", "grantee"),
            ("b", "Partner B", "grantee"),
        ):
            world.partners[code] = _add(Partner(code=code.upper(), name=name, kind=kind, created_at=clock.now()))
        fund = _add(Fund(name="Fund of Testing", created_at=clock.now()))
        for code in ("a", "b"):
            world.grants[code] = _add_grant(code, world.partners[code], fund)
        for role in (code for code, role in ROLES.items() if role.assignable):
            if ROLES[role].city:
                world.users[role] = _add_user(role, world.partners["fiscal" if role == "verifier" else "city"])
            else:
                for code in ("a", "b"):
                    world.users[f"{role}_{code}"] = _add_user(role, world.partners[code], suffix=code)
        record("program.set_up", by=SYSTEM)
    use_scope(EVERYTHING)
    return world


def _add(row: object) -> int:
    session().add(row)
    session().flush()
    return int(row.id)  # type: ignore[attr-defined]


def _add_grant(code: str, partner_id: int, fund_id: int) -> int:
    return _add(
        Grant(
            number=f"G-{code.upper()}",
            partner_id=partner_id,
            fund_id=fund_id,
            name=f"Grant {code.upper()}",
            starts_on=date(2019, 2, 12),
            ends_on=date(2028, 12, 31),
            amount_cents=50_000_000,
            created_at=clock.now(),
            targets=[GrantTarget(partner_id=partner_id, outcome="connected", target=500, unit_rate_cents=12_000)],
        )
    )


def _add_user(role: str, partner_id: int, suffix: str = "") -> int:
    name = f"{role} {suffix}".strip().replace("_", " ").title()
    ends = clock.now() + timedelta(days=30) if ROLES[role].time_boxed else None
    user = User(
        email=f"{role}{suffix}@example.org", name=name, partner_id=partner_id, created_at=clock.now(), password_hash=""
    )
    user.roles.append(
        RoleAssignment(role=role, starts_at=datetime(2020, 1, 1, tzinfo=clock.now().tzinfo), ends_at=ends)
    )
    return _add(user)


def add_user(world: World, role: str, partner: str, name: str) -> int:
    """Add one more person with a role, who can act as ``name``; return their number."""
    use_scope(EVERYTHING)
    with write_transaction():
        world.users[name] = _add_user(role, world.partners[partner], suffix=name)
        record("program.set_up", by=SYSTEM)
    use_scope(EVERYTHING)
    return world.users[name]


def sign_in(client: FlaskClient, user_id: int, *, second_factor: bool = True) -> FlaskClient:
    """Sign the client in as the user, as the sign-in pages would: a session row and its token in the cookie."""
    token = new_token()
    now = clock.now()
    with write_transaction() as target:
        target.add(
            UserSession(
                token_digest=token_digest(token),
                user_id=user_id,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=12),
                second_factor_at=now if second_factor else None,
            )
        )
    use_scope(EVERYTHING)
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    return client

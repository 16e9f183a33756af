"""Create and change grants with their targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...partners.queries import get_partner
from ..models import Fund, Grant, GrantTarget
from ..queries import find_fund_named, find_grant_by_number, get_grant
from ..rules import OUTCOMES, Target, check_grant


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTerms:
    """What a grant says; money in cents. A fund not yet known by its name is created."""

    number: str
    fund: str
    name: str
    starts_on: date
    ends_on: date
    amount_cents: int
    targets: Mapping[str, Target]


def create_grant(*, partner_id: int, terms: GrantTerms, by: Actor) -> Grant:
    """Give a partner a grant; raise Invalid naming every mistake."""
    policy.check(by, "partner:manage")
    partner = get_partner(partner_id, by=by)
    if partner.is_city_wide:
        raise Invalid(_("The city and its fiscal agent give grants; they do not get them."))
    _check(terms, present=None)
    grant = Grant(
        partner_id=partner.id,
        number=terms.number,
        fund=fund_named(terms.fund, by),
        name=terms.name,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        amount_cents=terms.amount_cents,
        created_at=clock.now(),
    )
    grant.targets = [
        GrantTarget(partner_id=partner.id, outcome=outcome, target=aim.target, unit_rate_cents=aim.unit_rate_cents)
        for outcome, aim in terms.targets.items()
    ]
    session().add(grant)
    record("grant.created", by=by, subject=grant, outcomes=sorted(terms.targets))
    return grant


def change_grant(grant_id: int, *, terms: GrantTerms, by: Actor) -> Grant:
    """Change what a grant says; deliveries already recorded under it stay."""
    policy.check(by, "partner:manage")
    grant = get_grant(grant_id, by=by)
    _check(terms, present=grant)
    fields = [
        field
        for field in ("number", "name", "starts_on", "ends_on", "amount_cents")
        if getattr(grant, field) != getattr(terms, field)
    ]
    for field in fields:
        setattr(grant, field, getattr(terms, field))
    if grant.fund.name != terms.fund:
        grant.fund = fund_named(terms.fund, by)
        fields.append("fund")
    if _set_targets(grant, terms.targets):
        fields.append("targets")
    record("grant.changed", by=by, subject=grant, fields=fields)
    return grant


def _set_targets(grant: Grant, wanted: Mapping[str, Target]) -> bool:
    """Bring the rows in line in place (a delete and an insert would collide); return whether anything changed."""
    held = {row.outcome: row for row in grant.targets}
    before = {outcome: Target(row.target, row.unit_rate_cents) for outcome, row in held.items()}
    for outcome in OUTCOMES:
        row, aim = held.get(outcome), wanted.get(outcome)
        if row is not None and aim is None:
            grant.targets.remove(row)
        elif row is not None and aim is not None:
            row.target, row.unit_rate_cents = aim.target, aim.unit_rate_cents
        elif aim is not None:
            grant.targets.append(
                GrantTarget(
                    partner_id=grant.partner_id,
                    outcome=outcome,
                    target=aim.target,
                    unit_rate_cents=aim.unit_rate_cents,
                )
            )
    return before != dict(wanted)


def _check(terms: GrantTerms, *, present: Grant | None) -> None:
    check_grant(
        starts_on=terms.starts_on, ends_on=terms.ends_on, amount_cents=terms.amount_cents, targets=terms.targets
    )
    other = find_grant_by_number(terms.number)
    if other is not None and (present is None or other.id != present.id):
        raise Invalid(fields={"number": _("Another grant has this number.")})


def fund_named(name: str, by: Actor) -> Fund:
    """Return the fund of this name, made where there is none."""
    fund = find_fund_named(name)
    if fund is None:
        fund = Fund(name=name, created_at=clock.now())
        session().add(fund)
        record("fund.created", by=by, subject=fund)
    return fund

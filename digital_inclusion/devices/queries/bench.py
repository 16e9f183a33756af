"""The bench: units that somebody works on, whose they are, and what comes next with each."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CompoundSelect, func, select, union_all
from sqlalchemy.orm import selectinload

from ...accounts.models import User
from ...accounts.queries.people import list_people
from ...foundation.access.identity import Actor
from ...foundation.access.roles import ROLES
from ...foundation.database import session
from ..models import DataMedium, Device, DeviceCheck
from ..rules.bench import ON_BENCH, Next, Work, medium_waits, next_step
from ..rules.checklists import failed
from ..rules.specs import system_missing
from .checks import list_results
from .units import certificate_of, media_in

OLDEST = 25  # units shown of one state
WHOSE = ("mine", "nobody", "colleagues")


@dataclass(frozen=True, slots=True)
class OnBench:
    """One unit, the next thing to do with it, and who has it on the table."""

    device: Device
    step: Next
    who: str | None

    @property
    def code(self) -> str:
        """Return the unit's tag."""
        return self.device.code


def list_bench(whose: str, *, by: Actor) -> dict[Next, list[OnBench]]:
    """Return the units of the own organization that are ``whose`` (one of WHOSE) by next step, the oldest of each."""
    statement = (
        select(Device, User.name)
        .outerjoin(User, User.id == Device.assigned_to)
        .where(Device.id.in_(_oldest(whose, by)))
        .options(selectinload(Device.media).selectinload(DataMedium.sanitizations))
        .order_by(Device.state_since, Device.id)
    )
    rows = [(device, name) for device, name in session().execute(statement)]
    results = list_results([device for device, _name in rows])
    found: dict[Next, list[OnBench]] = {}
    for device, name in rows:
        step = next_step(_work(device, results[device.id]))
        if step is not None:
            found.setdefault(step, []).append(OnBench(device, step, name))
    return {step: found[step] for step in Next if step in found}


def _oldest(whose: str, by: Actor) -> CompoundSelect[int]:
    """Return the ids of the oldest units of each state, each found through the index, however many there are."""
    oldest = [
        select(Device.id)
        .where(Device.holder_id == (by.partner_id or -1), Device.state == state, _whose(whose, by))
        .order_by(Device.state_since, Device.id)
        .limit(OLDEST)
        .subquery()
        for state in sorted(ON_BENCH)
    ]
    return union_all(*(select(one.c.id) for one in oldest))


def count_bench(*, by: Actor) -> dict[str, int]:
    """Return how many units are mine, nobody's and colleagues'."""
    statement = (
        select(Device.assigned_to, func.count(Device.id))
        .where(Device.holder_id == (by.partner_id or -1), Device.state.in_(sorted(ON_BENCH)))
        .group_by(Device.state, Device.assigned_to)
        .order_by(Device.state, Device.assigned_to)
    )
    counts = dict.fromkeys(WHOSE, 0)
    for user_id, units in session().execute(statement):
        counts["nobody" if user_id is None else "mine" if user_id == by.user_id else "colleagues"] += units
    return counts


def _whose(whose: str, by: Actor) -> ColumnElement[bool]:
    if whose == "mine":
        return Device.assigned_to == (by.user_id or -1)
    if whose == "nobody":
        return Device.assigned_to.is_(None)
    return Device.assigned_to.is_not(None) & (Device.assigned_to != (by.user_id or -1))


def step_of(device: Device) -> Next | None:
    """Return what comes next with the unit, None for one that is not on the bench."""
    return next_step(_work(device, list_results([device])[device.id]))


def _work(device: Device, checks: dict[str, DeviceCheck]) -> Work:
    return Work(
        state=device.state,
        media_listed=device.media_listed,
        waits=[_waits(one, device.round) for one in media_in(device) if certificate_of(one, device.round) is None],
        tested=any(check.checked_at >= device.state_since for check in checks.values()),
        failed=bool(failed(device.kind, {item: check.result for item, check in checks.items()})),
        system_missing=system_missing(device.kind, device.system),
        functional=device.functional,
    )


def _waits(medium: DataMedium, round_: int) -> Next:
    tries = [one for one in medium.sanitizations if one.round == round_]
    if not tries:
        return Next.WIPE
    last = tries[-1]
    return medium_waits(succeeded=last.succeeded, verified=last.verified, verdict=last.verdict)


def list_technicians(*, by: Actor) -> Sequence[User]:
    """Return the active people of the own organization who may work on units, by name."""
    if by.partner_id is None:
        return []
    roles = [role.code for role in ROLES.values() if role.assignable and "device:work" in role.permissions]
    people = {
        one.id: one for role in roles for one in list_people(by=by, partner_id=by.partner_id, role=role, limit=500)
    }
    return sorted((one for one in people.values() if one.active), key=lambda one: (one.name.casefold(), one.id))


def find_name(user_id: int | None) -> str | None:
    """Return what the person is called."""
    user = session().get(User, user_id) if user_id is not None else None  # asked for each of many scanned: read once
    return user.name if user is not None else None

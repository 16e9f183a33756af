"""Appointments with households: plan one, move it, say how it went, put that back. Nothing is lost by moving."""

from collections.abc import Collection

from sqlalchemy import update

from ...agenda.models import Appointment, AppointmentMove
from ...agenda.queries.appointments import (
    find_clash,
    find_same,
    get_appointment,
    hold_appointment,
    hold_planned_of,
)
from ...agenda.rules.appointments import NewAppointment, State, Step, check_new, check_step
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ..queries.people import list_colleagues
from .correcting import hold_household
from .reminding import withhold_reminder

PLAN = "appointment:plan"
_MEANWHILE = _("Somebody changed this appointment while you were typing. Look at it again: nothing was changed.")
_TWICE = _("This is planned already: the same household, person and time.")


class Clash(Conflict):
    """The person has another appointment at that time; nothing was written. It can be kept all the same."""

    message = _(
        "%(owner)s has another appointment then, with household %(code)s, from %(starts)s. Choose another time, or say "
        "below that you keep both."
    )


def plan_appointment(*, household_id: int, new: NewAppointment, even_so: bool = False, by: Actor) -> Appointment:
    """Plan an appointment; the very same one again is the one that stands.

    Raises Invalid with a sentence per field, Clash unless ``even_so``, NotFound for another partner's household.
    """
    policy.check(by, PLAN)
    if by.user_id is None:
        raise NotAllowed
    household = hold_household(household_id, PLAN, by)
    _check(new, household.partner_id)
    same = find_same(household_id=household.id, owner_id=new.owner_id, starts_at=new.starts_at)
    if same is not None:
        return same
    if not even_so:
        _check_free(new)
    now = clock.now()
    made = Appointment(
        partner_id=household.partner_id, code=new_code(), household_id=household.id, state=State.PLANNED, sequence=0,
        created_at=now, created_by=by.user_id, changed_at=now,
    )  # fmt: skip
    _fill(made, new)
    session().add(made)
    record("appointment.planned", by=by, subject=made, place=new.place, purpose=new.purpose)
    return made


def move_appointment(*, code: str, sequence: int, new: NewAppointment, even_so: bool = False, by: Actor) -> Appointment:
    """Move an appointment, or say otherwise where, with whom or what for; what was before is kept.

    ``sequence``: of the appointment as the person saw it. Raises Conflict past another change.
    """
    found = _hold(code, by)
    if found.sequence != sequence:
        raise Conflict(_MEANWHILE)
    check_step(Step.MOVE, found.state, starts_at=found.starts_at, now=clock.now())
    changed = _changed(found, new)
    if not changed:
        return found
    _check(new, found.partner_id)
    if find_same(household_id=found.household_id, owner_id=new.owner_id, starts_at=new.starts_at, besides=found.id):
        raise Conflict(_TWICE)
    if not even_so and {"starts_at", "ends_at", "owner_id"} & set(changed):
        _check_free(new, besides=found.id)
    if set(changed) - {"words", "purpose"}:
        _keep_earlier(found, by)
    if {"starts_at", "place"} & set(changed):  # what the reminder tells is wrong now
        withhold_reminder(appointment=found, by=by)
        found.reminded_for = found.reminder_refusal = None
    _fill(found, new)
    _touch(found)
    record("appointment.moved", by=by, subject=found, fields=changed)
    return found


def settle_appointment(*, code: str, step: Step, by: Actor) -> Appointment:
    """Say that they came, that they did not, or that it is off. Raises Conflict where somebody was faster."""
    found = _hold(code, by)
    now = clock.now()
    found.state = check_step(step, found.state, starts_at=found.starts_at, now=now)
    found.settled_at, found.settled_by = now, by.user_id or 0
    _touch(found)
    withhold_reminder(appointment=found, by=by)
    record("appointment.settled", by=by, subject=found, state=found.state)
    return found


def put_back_appointment(*, code: str, by: Actor) -> Appointment:
    """Take back how it went: it is planned again. Raises Conflict where the same was planned anew since."""
    found = _hold(code, by)
    state = check_step(Step.PUT_BACK, found.state, starts_at=found.starts_at, now=clock.now())
    same = find_same(household_id=found.household_id, owner_id=found.owner_id, starts_at=found.starts_at)
    if same is not None:
        raise Conflict(_TWICE)
    found.state, found.settled_at, found.settled_by = state, None, None
    _touch(found)
    record("appointment.put_back", by=by, subject=found)
    return found


def forget_appointments(*, household_id: int, by: Actor) -> None:
    """Erase what people wrote about appointments of a household that is being erased, and cancel what is planned;
    times and codes stay."""
    policy.check(by, "household:erase")
    for one in hold_planned_of(household_id):
        one.state, one.settled_at, one.settled_by = State.CANCELLED, clock.now(), by.user_id or 0
        _touch(one)
    session().flush()
    session().execute(
        update(Appointment).where(Appointment.household_id == household_id).values(words=None)
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip
    note_bulk_write(session(), "appointments")


def _hold(code: str, by: Actor) -> Appointment:
    """Return the appointment as it stands, held with its household (whose row every change holds first)."""
    policy.check(by, PLAN)
    if by.user_id is None:
        raise NotAllowed
    hold_household(get_appointment(code).household.id, PLAN, by)
    return hold_appointment(code)


def _check(new: NewAppointment, partner_id: int) -> None:
    check_new(new, now=clock.now())
    if new.owner_id not in {user_id for user_id, _name in list_colleagues(partner_id)}:
        raise Invalid(fields={"owner": _("Choose a colleague from the list.")})


def _check_free(new: NewAppointment, *, besides: int | None = None) -> None:
    other = find_clash(owner_id=new.owner_id, starts_at=new.starts_at, ends_at=new.ends_at, besides=besides)
    if other is not None:
        raise Clash(owner=other.owner, code=other.household.code, starts=other.appointment.starts_at)


def _changed(found: Appointment, new: NewAppointment) -> list[str]:
    return sorted(name for name, value in _values(new).items() if getattr(found, name) != value)


def _values(new: NewAppointment) -> dict[str, object]:
    names: Collection[str] = ("owner_id", "starts_at", "ends_at", "place", "purpose")
    return {name: getattr(new, name) for name in names} | {"words": (new.words or "").strip() or None}


def _fill(found: Appointment, new: NewAppointment) -> None:
    for name, value in _values(new).items():
        setattr(found, name, value)


def _touch(found: Appointment) -> None:
    found.sequence, found.changed_at = found.sequence + 1, clock.now()


def _keep_earlier(found: Appointment, by: Actor) -> None:
    session().add(
        AppointmentMove(
            partner_id=found.partner_id, appointment_id=found.id, owner_id=found.owner_id, starts_at=found.starts_at,
            ends_at=found.ends_at, place=found.place, moved_at=clock.now(), moved_by=by.user_id or 0,
        )
    )  # fmt: skip

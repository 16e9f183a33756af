"""Remind households of tomorrow's appointments, once for each time that an appointment is planned for."""

from collections.abc import Callable
from datetime import timedelta

from ...agenda.actions.messages import awake_at, move, ready_reach, write_message
from ...agenda.models import Appointment
from ...agenda.queries.appointments import Due, list_due
from ...agenda.queries.messages import hold_message
from ...agenda.rules.messages import NOT_SENT, WAITING, NewMessage
from ...agenda.rules.reminding import JUST_HEARD, Reminder, is_hour
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.kernel import clock
from ...households.rules import written_in
from ...progress.actions.holding import hold_identities

AT_ONCE = 200
Compose = Callable[[Reminder], tuple[NewMessage, str]]  # -> the message, and all that goes out


def remind_next(*, after: int, compose: Compose, by: Actor) -> int | None:
    """Write to the households of the next 200 of tomorrow's appointments, past the one with the id ``after``.

    Return the id to go on after, None where nothing is left. Where a household may not be written to, the appointment
    says why; it is asked about again the next time. Nothing is written before nine, or in quiet hours.
    """
    policy.check(by, "message:send")
    now, tomorrow = clock.now(), clock.today() + timedelta(days=1)
    if not is_hour(now) or awake_at(now) > now:
        return None
    seen = list_due(tomorrow, heard_before=now - JUST_HEARD, after=after, limit=AT_ONCE)
    if not seen:
        return None
    hold_identities({one.household.id for one in seen})  # whatever changes an appointment holds its household first
    held = {one.appointment.id for one in seen}
    due = list_due(tomorrow, heard_before=now - JUST_HEARD, after=after, limit=AT_ONCE, held=held)
    changed = [one for one in due if _remind(one, compose, by)]
    if changed:
        written = sum(one.appointment.reminder_refusal is None for one in changed)
        record("appointments.reminded", by=by, subject_type="appointments", reminded=written,
               refused=len(changed) - written)  # fmt: skip
    return max(held) if len(seen) == AT_ONCE else None


def _remind(due: Due, compose: Compose, by: Actor) -> bool:
    """Write the message, or note why it cannot be; return whether anything is new."""
    one, way = due.appointment, ready_reach(due.household)
    is_new = way.refusal is None or way.refusal != one.reminder_refusal
    if is_new:
        one.reminder_refusal = way.refusal
    if way.refusal is None:
        new, goes_out = compose(_reminder(due, way.channel or ""))
        message = write_message(household=due.household, new=new, goes_out=goes_out, by=by)
        one.reminder_id, one.reminded_for = message.id, one.starts_at
    return is_new


def _reminder(due: Due, channel: str) -> Reminder:
    one, language = due.appointment, written_in(due.household.language)
    return Reminder(
        channel=channel, language=language, place=one.place, starts_at=one.starts_at, partner=due.partner
    )  # fmt: skip


def withhold_reminder(*, appointment: Appointment, by: Actor) -> None:
    """Stop the message that reminds of a held appointment if it still waits; if that is put back, a new one is due."""
    policy.check(by, "appointment:plan", appointment)
    message = hold_message(appointment.reminder_id) if appointment.reminder_id is not None else None
    if message is None or message.state != WAITING:
        return
    move(message, NOT_SENT, reason="cancelled")
    appointment.reminded_for = None
    record("message.withheld", by=by, subject=message, reason="cancelled")

"""The demo's event day: tomorrow's class, and the devices that are held back for households. Invented."""

from datetime import timedelta

from ...casework.actions.event_days import prepare_event_day
from ...casework.queries.event_days import list_held_back, list_lessons
from ...foundation.kernel import clock
from .doing import Desk


def fill_event_days(desk: Desk) -> None:
    """Let the navigators who teach take along tomorrow's class and whatever waits for a household."""
    tomorrow = desk.plan.until + timedelta(days=1)
    for by in [staff[0] for staff in desk.world.staff.values() if staff][:2]:
        with desk.at(desk.plan.until):
            lessons = list_lessons(partner_id=by.partner_id, today=clock.today())
            classes = [one for one in lessons if clock.local(one.starts_at).date() == tomorrow]
            if classes:
                tags = {one.device.code for one in list_held_back(partner_id=by.partner_id)}
                prepare_event_day(happens_on=tomorrow, lesson=classes[0].code, tags=tags, by=by)

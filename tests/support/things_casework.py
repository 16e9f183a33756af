"""Things of casework for each partner: notes, outreach, grievances, messages, tasks, appointments, referrals."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from digital_inclusion.agenda.actions.messages import write_message
from digital_inclusion.agenda.models import Task
from digital_inclusion.agenda.rules.messages import NewMessage
from digital_inclusion.agenda.rules.tasks import OwnTask
from digital_inclusion.casework.actions.appointments import plan_appointment
from digital_inclusion.casework.actions.noting import change_note, write_note
from digital_inclusion.casework.actions.outreach import change_event, write_event
from digital_inclusion.casework.actions.tasks import make_task
from digital_inclusion.casework.models import EventDay, EventDayItem, HouseholdReferral, ReferralLetter
from digital_inclusion.casework.rules.notes import NewNote
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, NOTHING, Scope, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import new_code
from digital_inclusion.households.models import Household
from tests.factories.classes import plans
from tests.factories.event_days import hands_over, prepares, sends
from tests.factories.grievances import asks_for_side, complains
from tests.factories.outreach import new_event
from tests.factories.world import SYSTEM, World
from tests.support.appointments import new_appointment

if TYPE_CHECKING:
    from tests.support.things import Things

FAMILY = {"a": "Anahit Ourfamily", "b": "Bogdana Theirfamily"}
NIGHT = datetime(2031, 1, 1, 8, tzinfo=UTC)  # midnight in San José


def add_note(world: World, partner: str, made: "Things") -> None:
    """Add a note on the household that was changed once, and a sensitive one."""
    by = world.actor(f"navigator_{partner}")
    use_scope(Scope(partner_id=by.partner_id))
    new = NewNote(kind="call", happened_on=clock.today(), text=f"Words before {partner}")
    note = write_note(household_id=made.household_id, new=new, by=by)
    change_note(code=note.code, version=1, new=replace(new, text=f"Words noted {partner}"), by=by)
    write_note(household_id=made.household_id, new=replace(new, text=f"Kept close {partner}", sensitive=True), by=by)
    made.values["note"] = note.code
    made.secrets += [note.code, f"Words before {partner}", f"Words noted {partner}", f"Kept close {partner}"]


def add_outreach(world: World, partner: str, made: "Things") -> None:
    """Add an outreach event that was changed once."""
    by = world.actor(f"navigator_{partner}")
    use_scope(Scope(partner_id=by.partner_id))
    event = write_event(new=new_event(name=f"Fair before {partner}"), by=by)
    change_event(code=event.code, version=1, new=new_event(name=f"Fair of {partner}"), by=by)
    made.values["outreach"] = event.code
    made.secrets += [event.code, f"Fair before {partner}", f"Fair of {partner}"]


def add_grievance(world: World, partner: str, made: "Things") -> None:
    """Add a correction that the partner answers, and a complaint about it, to which it was asked for its side."""
    use_scope(NOTHING)
    wrong = complains(world, kind="correction", about=partner, text=f"Wrong name {partner}", code=made.values["code"])
    against = complains(world, about=partner, text=f"Complaint of {partner}")
    side = asks_for_side(world, against, question=f"Question to {partner}")
    made.values |= {"grievance": wrong, "side": side}
    made.secrets += [wrong, against, side, f"Wrong name {partner}", f"Complaint of {partner}", f"Question to {partner}"]


def add_message(world: World, partner: str, made: "Things") -> None:
    """Add a message to the household that waits."""
    household = session().get_one(Household, made.household_id)
    before = household.safe_contact, household.email
    household.safe_contact, household.email = "email", f"written{partner}@example.org"
    session().flush()
    new = NewMessage(kind="own", channel="email", language="en", words=f"Wrote {partner}", subject=f"About {partner}")
    by = world.actor(f"navigator_{partner}")
    with clock.frozen(NIGHT):  # quiet hours: it waits
        message = write_message(household=household, new=new, goes_out=new.words, by=by)
    household.safe_contact, household.email = before
    made.message, made.message_id = message.code, message.id
    made.secrets += [message.code, f"Wrote {partner}", f"About {partner}"]


def add_event_day(world: World, partner: str, made: "Things") -> None:
    """Add an event day with a class, from which a tap came back that could not be recorded."""
    who = f"navigator_{partner}"
    _course, (lesson,) = plans(world, who=who, title=f"Class of {partner}", hours=0)
    day = prepares(world, lesson=lesson, who=who)
    sends(world, day, hands_over(made.values["code"], "nothing"), who=who)
    item = select(EventDayItem.id).join(EventDay, EventDay.id == EventDayItem.event_day_id).where(EventDay.code == day)
    made.values |= {"event_day": day, "item_id": session().scalars(item).one()}
    made.secrets += [day, lesson]


def add_task(world: World, partner: str, made: "Things") -> None:
    """Add something to do for the household."""
    new = OwnTask(words=f"Call {FAMILY[partner]}", due_on=clock.today() + timedelta(days=9))
    make_task(household_id=made.household_id, new=new, by=world.actor(f"navigator_{partner}"))
    made.values["task"] = session().scalars(select(Task.code).where(Task.household_id == made.household_id)).one()
    made.secrets.append(made.values["task"])


def add_appointment(world: World, partner: str, made: "Things") -> None:
    """Add an appointment with the household."""
    by = world.actor(f"navigator_{partner}")
    new = new_appointment(world, who=f"navigator_{partner}", words=f"Meant for {partner}")
    made.values["appointment"] = plan_appointment(household_id=made.household_id, new=new, by=by).code
    made.secrets += [made.values["appointment"], f"Meant for {partner}"]


def add_referral(world: World, partner: str, made: "Things") -> None:
    """Add a referral of the household, which the other partner has nothing to do with."""
    sent = HouseholdReferral(
        code=new_code(), from_partner_id=world.partners[partner], to_partner_id=world.partners["city"],
        household_id=made.household_id, needs=["device"], contact="phone", agreed_on=clock.today(),
        agreed_way="spoken", state="sent", answer_by=clock.today() + timedelta(days=4), sent_at=clock.now(),
        sent_by=world.users[f"navigator_{partner}"],
    )  # fmt: skip
    session().add(sent)
    session().flush()
    use_scope(EVERYTHING)
    session().add(ReferralLetter(partner_id=sent.to_partner_id, referral_id=sent.id, words=f"Letter of {partner}"))
    record("referral.sent", by=SYSTEM, subject=sent)
    made.handed_on = sent.code
    made.secrets += [sent.code, f"Letter of {partner}"]

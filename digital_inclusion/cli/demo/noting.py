"""The demo's notes: what navigators wrote down about some of their households. Invented."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from ...accounts.models import Team, TeamMember
from ...casework.actions.noting import change_note, strike_note, write_note
from ...casework.rules.notes import NewNote
from ...connectivity.models import Application
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...households.models import Household
from .doing import Desk

_HOUSEHOLDS = 8  # of each navigator
# days ago, kind, text, sensitive
_NOTES = (
    (40, "visit", "Visited them at home. The router stands behind the couch; moved it to the shelf, the kitchen is "
     "reached now.", False),
    (33, "call", "Called. Left a message with our number.", False),
    (31, "message", "They wrote to us. They said: mornings are best, after the school run.", False),
    (17, "other", "A relative reads their mail. Speak to the mother alone before sending anything on paper.", True),
    (12, "call", "Called. Nobody answered.", False),
    (9, "call", "We talked on the phone. The bill went up by ten dollars; she will send a photo of it.", False),
    (3, "plan", "Next step: sign in to the school portal together.\nBy when: end of the month.\nWho: me.", False),
)  # fmt: skip


def fill_notes(desk: Desk) -> None:
    """Write notes on households with an application, so that their timelines hold something of every room."""
    for staff in [staff for staff in desk.world.staff.values() if staff][:2]:
        by = _with_teams(staff[0])
        for place, household_id in enumerate(_applied(by.partner_id or 0)):
            _write(desk, household_id, place, by)


def _with_teams(by: Actor) -> Actor:
    teams = select(TeamMember.team_id).join(Team, Team.id == TeamMember.team_id)
    mine = session().scalars(teams.where(TeamMember.user_id == by.user_id).order_by(Team.id))
    return replace(by, team_ids=frozenset(mine))


def _applied(partner_id: int) -> Sequence[int]:
    statement = (
        select(Household.id)
        .where(Household.partner_id == partner_id, Household.erased_at.is_(None))
        .where(Household.id.in_(select(Application.household_id)))
    )
    return session().scalars(statement.order_by(Household.id).limit(_HOUSEHOLDS)).all()


def _write(desk: Desk, household_id: int, place: int, by: Actor) -> None:
    """Write this household's share of the notes; the first one gets all, one changed and one struck out."""
    for number, (days, kind, text, sensitive) in enumerate(_NOTES):
        if place and (number + place) % 3:
            continue
        day = desk.plan.until - timedelta(days=days + place)
        new = NewNote(kind=kind, happened_on=day, text=text, sensitive=sensitive)
        with desk.at(day):
            code = write_note(household_id=household_id, new=new, by=by).code
            session().flush()
            if place == 0 and number == 0:
                more = replace(new, text=f"{text} The signal in the bedroom is still weak.")
                change_note(code=code, version=1, new=more, by=by)
            if place == 0 and number == 4:
                strike_note(code=code, by=by)

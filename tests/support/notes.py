"""Notes in tests: write one the short way, teams to share them with, and what is on record."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from digital_inclusion.accounts.models import Team, TeamMember
from digital_inclusion.casework.actions import noting
from digital_inclusion.casework.models import Note, NoteRevision
from digital_inclusion.casework.rules.notes import NewNote
from digital_inclusion.foundation.access.identity import Actor
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from tests.factories.world import SYSTEM, World


def new_note(text: str = "They asked for a later time.", **changes: Any) -> NewNote:
    """Return a call of today."""
    return NewNote(**({"kind": "call", "happened_on": clock.today(), "text": text} | changes))


def notes(world: World, household_id: int, new: NewNote, *, who: str = "navigator_a", team: int | None = None) -> str:
    """Write a note as somebody, who is in ``team``; return its code."""
    by = in_team(world.actor(who), team)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        code = noting.write_note(household_id=household_id, new=new, by=by).code
    use_scope(EVERYTHING)
    return code


def in_team(by: Actor, team: int | None) -> Actor:
    """Return the actor as one of the team."""
    return by if team is None else replace(by, team_ids=frozenset({team}))


def forms_team(world: World, *who: str, name: str = "Team One") -> int:
    """Form a team of the people, all of one partner; return its number."""
    use_scope(EVERYTHING)
    with write_transaction():
        team = Team(
            partner_id=world.actor(who[0]).partner_id, name=name, created_at=clock.now(),
            members=[TeamMember(user_id=world.users[one]) for one in who],
        )  # fmt: skip
        session().add(team)
        record("team.created", by=SYSTEM, subject=team)
    use_scope(EVERYTHING)
    return team.id


def on_record() -> list[Note]:
    """Return all notes as they stand, the oldest first."""
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(Note).order_by(Note.id)))


def earlier() -> list[NoteRevision]:
    """Return all earlier texts, the oldest first."""
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(NoteRevision).order_by(NoteRevision.id)))

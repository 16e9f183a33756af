"""Complaints, appeals and corrections to look at."""

from typing import Any

from sqlalchemy import select

from digital_inclusion.casework.actions import judging
from digital_inclusion.casework.actions.grieving import RESIDENT, send_grievance
from digital_inclusion.casework.models import Grievance, GrievanceSide, GrievanceWords
from digital_inclusion.casework.queries.grievances import find_grievance
from digital_inclusion.casework.rules.grievances import NewAnswer, NewGrievance
from digital_inclusion.foundation.credentials import pin_of
from digital_inclusion.foundation.database import EVERYTHING, NOTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel.ids import new_token
from tests.factories.world import World

TEXT = "Nobody called me back for five weeks."
EMAIL = "quejosa@example.org"
MANAGER = "program_manager"


def complains(world: World, **changes: Any) -> str:
    """Send a grievance as a resident does; return its code. ``changes``: what ``sends`` takes."""
    return sends(world, **changes)[0]


def sends(
    world: World, *, kind: str = "complaint", about: str | None = "a", text: str = TEXT, language: str = "es",
    code: str | None = None,
) -> tuple[str, str]:  # fmt: skip
    """Send a grievance as a resident does; return its code and PIN."""
    token = new_token()
    use_scope(NOTHING)
    about_id = world.partners[about] if about is not None else None
    new = NewGrievance(kind=kind, text=text, language=language, about_id=about_id, email=EMAIL, typed_code=code)
    with write_transaction():
        reference = send_grievance(new=new, token=token, address=f"10.1.{len(text)}.{token[:4]}", by=RESIDENT).reference
    use_scope(EVERYTHING)
    return reference, pin_of(token, reference)


def judges(world: World, action: Any, who: str = MANAGER, **arguments: Any) -> Any:
    """Let somebody do something with a grievance, seeing what they may see."""
    use_scope(EVERYTHING)
    by = world.actor(who)
    use_scope(EVERYTHING if by.city_wide else Scope(partner_id=by.partner_id))
    with write_transaction():
        done = action(by=by, **arguments)
    use_scope(EVERYTHING)
    return done


def looks(world: World, reference: str, who: str = MANAGER) -> None:
    """Begin to look at it."""
    judges(world, judging.take_grievance, who, reference=reference)


def answers(world: World, reference: str, who: str = MANAGER, **changes: Any) -> None:
    """Answer it: upheld, in Spanish, unless ``changes`` say else."""
    values: dict[str, Any] = {"outcome": "upheld", "text": "Tiene razón.", "english": "You are right."}
    judges(world, judging.answer_grievance, who, reference=reference, answer=NewAnswer(**values | changes))


def asks_for_side(world: World, reference: str, *, question: str = "What happened in May?", who: str = MANAGER) -> str:
    """Look at it and ask the organization for its side; return the code of what it was asked."""
    looks(world, reference, who)
    judges(world, judging.ask_side, who, reference=reference, question=question)
    return session().scalars(select(GrievanceSide.code).order_by(GrievanceSide.id.desc())).all()[0]


def on_record(reference: str) -> Grievance:
    """Return the grievance as it stands."""
    session().rollback()
    use_scope(EVERYTHING)
    found = find_grievance(reference)
    assert found is not None
    session().refresh(found)
    return found


def words_of(reference: str) -> list[GrievanceWords]:
    """Return what was written, with every organization that had it, the first first."""
    found = on_record(reference)
    rows = select(GrievanceWords).where(GrievanceWords.grievance_id == found.id).order_by(GrievanceWords.id)
    return list(session().scalars(rows))

"""Notes: one, what it said before, all of a household."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from ...accounts.models import User
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...households.models import Household
from ..models import Note, NoteRevision


@dataclass(frozen=True, slots=True)
class NotePage:
    """A note with its household, its writer's name, and what it said before, the latest first.

    ``is_open``: whether the reader may read what it says. Of ``earlier`` the reader gets what the reader may read.
    """

    note: Note
    household: Household
    writer: str | None
    is_open: bool
    earlier: Sequence[NoteRevision]
    hidden: int  # how many earlier texts the reader may not read


def may_read(note: Note | NoteRevision, *, writer_id: int, by: Actor) -> bool:
    """Return whether ``by`` may read the text: of a sensitive one only the writer and the writer's teams."""
    return not note.sensitive or policy.may_read_closely(by, writer_id=writer_id, team_ids=note.team_ids)


def get_note(code: str) -> Note:
    """Return the note with the code; NotFound for one that is not there or is another partner's."""
    return _one(select(Note).where(Note.code == code))


def hold_note(code: str) -> Note:
    """Return the note as it stands, held until the commit."""
    return _one(select(Note).where(Note.code == code).with_for_update().execution_options(populate_existing=True))


def _one(statement: Select[Note]) -> Note:
    found = session().scalars(statement.order_by(Note.id)).first()
    if found is None:
        raise NotFound
    return found


def get_note_page(code: str, *, by: Actor) -> NotePage:
    """Return the note as ``by`` may see it; NotFound as ``get_note``."""
    statement = (
        select(Note, Household, User.name)
        .join(Household, Household.id == Note.household_id)
        .outerjoin(User, User.id == Note.written_by)
        .where(Note.code == code)
    )
    row = session().execute(statement).first()
    if row is None:
        raise NotFound
    note, household, writer = row
    is_open = may_read(note, writer_id=note.written_by, by=by)
    revisions = list_revisions(note.id)
    earlier = [one for one in revisions if is_open and may_read(one, writer_id=note.written_by, by=by)]
    return NotePage(note, household, writer, is_open, earlier, len(revisions) - len(earlier))


def list_revisions(note_id: int) -> list[NoteRevision]:
    """Return what the note said before, the latest first."""
    statement = select(NoteRevision).where(NoteRevision.note_id == note_id).order_by(NoteRevision.id.desc())
    return list(session().scalars(statement))


def list_notes_of(household_id: int) -> list[Note]:
    """Return all notes on the household, by their day."""
    return list(
        session().scalars(select(Note).where(Note.household_id == household_id).order_by(Note.happened_on, Note.id))
    )

"""Write notes on a household, change and strike out one's own. Earlier texts are kept; nothing is deleted."""

from sqlalchemy import update

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, NotAllowed
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import refuse
from ..models import Note, NoteRevision
from ..queries.notes import get_note, hold_note, list_notes_of
from ..rules.notes import NewNote, check_note
from .correcting import hold_household


class NoteChangedMeanwhile(Conflict):
    """The note was saved from another page while it was being edited; nothing was written."""

    message = _("This note was changed on another page while you were writing.")


def write_note(*, household_id: int, new: NewNote, by: Actor) -> Note:
    """Keep a note on the household; a sensitive one is open to the writer and to whoever is in the writer's teams."""
    policy.check(by, "note:write")
    household = hold_household(household_id, "note:write", by)
    refuse(check_note(new, clock.today()))
    note = Note(
        partner_id=household.partner_id,
        code=new_code(),
        household_id=household.id,
        kind=new.kind,
        happened_on=new.happened_on,
        text=new.text,
        sensitive=new.sensitive,
        team_ids=sorted(by.team_ids),
        written_at=clock.now(),
        written_by=by.user_id or 0,
    )
    session().add(note)
    record("note.written", by=by, subject=note, household=household.id)
    return note


def change_note(*, code: str, version: int, new: NewNote, by: Actor) -> Note:
    """Say something else in one's own note; what it said before is kept beside it.

    Raises NoteChangedMeanwhile past another save of it, NotAllowed for somebody else's.
    """
    policy.check(by, "note:write")
    note = _hold_own(code, by)
    if note.version != version:
        raise NoteChangedMeanwhile
    refuse(check_note(new, clock.today()))
    changed = [name for name in NewNote.FIELDS if getattr(note, name) != getattr(new, name)]
    if changed:
        _keep_earlier(note)
        for name in changed:
            setattr(note, name, getattr(new, name))
        note.team_ids, note.changed_at = sorted(by.team_ids), clock.now()
        record("note.changed", by=by, subject=note, fields=changed)
    return note


def _hold_own(code: str, by: Actor) -> Note:
    """Return one's own note that stands, as it is now, held until the commit with its household."""
    hold_household(get_note(code).household_id, "note:write", by)
    note = hold_note(code)
    check_own(note, by=by)
    return note


def check_own(note: Note, *, by: Actor) -> None:
    """Raise NotAllowed for somebody else's note, Conflict for one that is struck out."""
    policy.check(by, "note:write", note)
    if note.written_by != by.user_id:
        raise NotAllowed(_("Only who wrote a note can change it. Write a note of your own beside it."))
    if note.struck_at is not None:
        raise Conflict(_("This note is struck out. Write a new one."))


def _keep_earlier(note: Note) -> None:
    session().add(
        NoteRevision(
            partner_id=note.partner_id,
            note_id=note.id,
            kind=note.kind,
            happened_on=note.happened_on,
            text=note.text,
            sensitive=note.sensitive,
            team_ids=note.team_ids,
            replaced_at=clock.now(),
        )
    )


def strike_note(*, code: str, by: Actor) -> Note:
    """Strike out one's own note: it stays readable, and says that it does not hold."""
    policy.check(by, "note:write")
    note = _hold_own(code, by)
    note.struck_at, note.struck_by = clock.now(), by.user_id
    record("note.struck", by=by, subject=note)
    return note


def forget_notes(*, household_id: int, by: Actor) -> None:
    """Blank what the notes on a household say and said; kinds, days and writers stay."""
    policy.check(by, "household:erase")
    notes = list_notes_of(household_id)
    for note in notes:
        note.text = None
    session().flush()
    ids = [note.id for note in notes]
    for start in range(0, len(ids), 500):
        chunk = NoteRevision.note_id.in_(ids[start : start + 500])
        session().execute(
            update(NoteRevision).where(chunk).values(text=None).execution_options(synchronize_session=False)
        )
    note_bulk_write(session(), "note_revisions")

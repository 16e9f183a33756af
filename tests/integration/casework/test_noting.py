"""Notes as use cases, on both databases: what is kept, who may change it, what erasure leaves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from digital_inclusion.casework.actions import noting
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.queries.notes import get_note_page, may_read
from digital_inclusion.casework.rules.notes import KINDS, LONGEST, TEMPLATES, check_note
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.factories.households import new_household
from tests.factories.world import World, add_user
from tests.support.casework import enrolled
from tests.support.notes import earlier, forms_team, in_team, new_note, notes, on_record

SECRET = "Zzyzx whispered Quetzalcoatl"


def test_write_note_keeps_it_and_audits_no_word(world: World) -> None:
    one = enrolled(world, new_household())
    notes(world, one.id, new_note(f"<b>{SECRET}</b>\nsecond line", kind="visit", happened_on=date(2026, 3, 1)))
    (note,) = on_record()
    assert (note.text, note.kind, note.happened_on) == (f"<b>{SECRET}</b>\nsecond line", "visit", date(2026, 3, 1))
    event = session().query(AuditEvent).filter(AuditEvent.name == "note.written").one()
    assert (event.subject_type, event.subject_id, event.details) == ("notes", note.id, {"household": one.id})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "x" * (LONGEST + 1)}, "text"),
        ({"text": " \n "}, "text"),
        ({"kind": "gossip"}, "kind"),
        ({"happened_on": clock.today() + timedelta(days=1)}, "happened_on"),
        ({"happened_on": date(1989, 12, 31)}, "happened_on"),
    ],
)
def test_write_note_refuses(world: World, changes: dict[str, object], field: str) -> None:
    one = enrolled(world, new_household())
    with pytest.raises(Invalid) as refused:
        notes(world, one.id, replace(new_note(), **changes))
    assert set(refused.value.fields) == {field} and on_record() == []


def test_write_note_on_another_partners_household_is_not_found(world: World) -> None:
    other = enrolled(world, new_household(), partner="b")
    with pytest.raises(NotFound):
        notes(world, other.id, new_note())
    assert on_record() == []


def test_change_note_keeps_every_earlier_text(world: World) -> None:
    one = enrolled(world, new_household())
    code, by = notes(world, one.id, new_note("first")), world.actor("navigator_a")
    for version, words in ((1, "second"), (2, "third"), (3, "third")):
        with write_transaction():
            noting.change_note(code=code, version=version, new=new_note(words), by=by)
    (note,) = on_record()
    assert (note.text, note.version) == ("third", 3)  # saying the same changes nothing
    assert [one.text for one in earlier()] == ["first", "second"]
    events = session().query(AuditEvent).filter(AuditEvent.name == "note.changed").all()
    assert [event.details for event in events] == [{"fields": ["text"]}] * 2


def test_change_note_past_another_save_writes_nothing(world: World) -> None:
    one = enrolled(world, new_household())
    code, by = notes(world, one.id, new_note("first")), world.actor("navigator_a")
    with write_transaction():
        noting.change_note(code=code, version=1, new=new_note("second"), by=by)
    with pytest.raises(noting.NoteChangedMeanwhile), write_transaction():
        noting.change_note(code=code, version=1, new=new_note("lost?"), by=by)
    assert on_record()[0].text == "second" and [one.text for one in earlier()] == ["first"]


@pytest.mark.parametrize("who", ["partner_lead_a", "navigator_b", "program_manager", "auditor"])
def test_only_the_writer_changes_and_strikes(world: World, who: str) -> None:
    one = enrolled(world, new_household())
    code, by = notes(world, one.id, new_note("mine")), world.actor(who)
    use_scope(EVERYTHING if by.city_wide else Scope(partner_id=by.partner_id))
    for act in (
        lambda: noting.change_note(code=code, version=1, new=new_note("theirs"), by=by),
        lambda: noting.strike_note(code=code, by=by),
    ):
        with pytest.raises(NotFound if who == "navigator_b" else NotAllowed), write_transaction():
            act()
    assert on_record()[0].text == "mine" and on_record()[0].struck_at is None


def test_strike_note_holds_for_good(world: World) -> None:
    one = enrolled(world, new_household())
    code, by = notes(world, one.id, new_note("wrong family")), world.actor("navigator_a")
    with write_transaction():
        noting.strike_note(code=code, by=by)
    (note,) = on_record()
    assert note.text == "wrong family" and note.struck_by == by.user_id
    for act in (
        lambda: noting.strike_note(code=code, by=by),
        lambda: noting.change_note(code=code, version=note.version, new=new_note(), by=by),
    ):
        with pytest.raises(Conflict), write_transaction():
            act()


def test_sensitive_note_is_open_to_the_writers_team_alone(world: World) -> None:
    add_user(world, "navigator", "a", "navigator_a2")
    team = forms_team(world, "navigator_a", "navigator_a2")
    one = enrolled(world, new_household())
    code = notes(world, one.id, new_note(SECRET, sensitive=True), team=team)
    open_to = {
        who: get_note_page(code, by=in_team(world.actor(who), number)).is_open
        for who, number in (
            ("navigator_a", None), ("navigator_a2", team), ("partner_lead_a", None), ("partner_lead_a", team + 1),
            ("program_manager", None), ("auditor", None),
        )
    }  # fmt: skip
    expected = {"navigator_a": True, "navigator_a2": True}
    assert open_to == expected | dict.fromkeys(("partner_lead_a", "program_manager", "auditor"), False)


def test_earlier_text_stays_sensitive_when_the_note_is_opened(world: World) -> None:
    one = enrolled(world, new_household())
    code = notes(world, one.id, new_note(SECRET, sensitive=True))
    with write_transaction():
        noting.change_note(code=code, version=1, new=new_note("harmless"), by=world.actor("navigator_a"))
    lead, writer = (get_note_page(code, by=world.actor(who)) for who in ("partner_lead_a", "navigator_a"))
    assert lead.is_open and lead.earlier == [] and lead.hidden == 1
    assert [one.text for one in writer.earlier] == [SECRET] and writer.hidden == 0


def test_earlier_texts_cannot_be_changed_or_deleted(world: World) -> None:
    one = enrolled(world, new_household())
    code = notes(world, one.id, new_note("first"))
    with write_transaction():
        noting.change_note(code=code, version=1, new=new_note("second"), by=world.actor("navigator_a"))
    for statement in (
        "UPDATE note_revisions SET text = 'never said'",
        "UPDATE note_revisions SET kind = 'visit'",
        "UPDATE note_revisions SET team_ids = '[7]'",
        "DELETE FROM note_revisions",
    ):
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT set_config('app.partner', 'all', true)"))
            connection.execute(text(statement))
    assert [one.text for one in earlier()] == ["first"]


def test_erasure_blanks_notes_and_what_they_said_before(world: World) -> None:
    one, other = enrolled(world, new_household()), enrolled(world, new_household("Ana Other"))
    code = notes(world, one.id, new_note(f"{SECRET} 1"))
    notes(world, other.id, new_note("stays"))
    with write_transaction():
        noting.change_note(code=code, version=1, new=new_note(f"{SECRET} 2"), by=world.actor("navigator_a"))
    use_scope(Scope(partner_id=world.partners["a"]))
    with write_transaction():
        erase_household(household_id=one.id, reason="asked", by=world.actor("partner_lead_a"))
    assert [note.text for note in on_record()] == [None, "stays"]
    assert [one.text for one in earlier()] == [None]
    with pytest.raises(Conflict):
        notes(world, one.id, new_note("after"))


def test_templates_can_be_kept_as_they_are() -> None:
    assert not [one for one in TEMPLATES.values() if one.text != one.text.strip()]  # as the form shows them
    assert {one.kind for one in TEMPLATES.values()} <= KINDS.keys()
    assert not [one for one in TEMPLATES.values() if list(check_note(new_note(one.text, kind=one.kind), clock.today()))]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=st.integers(0, 3), teams=st.sets(st.integers(1, 4)), theirs=st.sets(st.integers(1, 4)), close=st.booleans())
def test_who_may_read(app: Flask, mine: int, teams: set[int], theirs: set[int], close: bool) -> None:
    from digital_inclusion.casework.models import Note
    from digital_inclusion.foundation.access.identity import Actor

    note = Note(sensitive=close, team_ids=sorted(teams), written_by=1)
    by = Actor(user_id=mine, name="", partner_id=1, team_ids=frozenset(theirs))
    assert may_read(note, writer_id=1, by=by) == (not close or mine == 1 or bool(teams & theirs))

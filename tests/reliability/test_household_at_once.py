"""Two people save the same note, or the same move, at the same instant: one is kept, the other is told."""

import threading
from collections.abc import Callable
from datetime import date

from flask import Flask

from digital_inclusion.casework.actions import changing, noting
from digital_inclusion.casework.queries.corrections import find_home, list_homes
from digital_inclusion.casework.rules.enrollment import NewAddress
from digital_inclusion.foundation.access.identity import Actor
from digital_inclusion.foundation.database import EVERYTHING, Scope, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel.errors import Conflict
from tests.factories.served import serve
from tests.factories.world import World
from tests.support.notes import earlier, new_note, notes, on_record

AT_ONCE = 6


def _at_once(app: Flask, by: Actor, work: Callable[[int], object]) -> list[str]:
    """Do the work in several threads that begin together; return what became of each, "kept" or the error's name."""
    barrier, ended = threading.Barrier(AT_ONCE, timeout=60), list[str]()

    def run(number: int) -> None:
        with app.app_context():
            use_scope(Scope(partner_id=by.partner_id))
            barrier.wait()
            try:
                with write_transaction():
                    work(number)
                ended.append("kept")
            except Conflict as error:
                ended.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def test_note_changed_by_many_at_once_keeps_one(app: Flask, world: World) -> None:
    made, by = serve(world), world.actor("navigator_a")
    code = notes(world, made.id, new_note("first"))
    session().rollback()

    ended = _at_once(
        app, by, lambda number: noting.change_note(code=code, version=1, new=new_note(f"text {number}"), by=by)
    )

    assert ended == ["NoteChangedMeanwhile"] * (AT_ONCE - 1) + ["kept"]
    assert (on_record()[0].text or "").startswith("text ") and [one.text for one in earlier()] == ["first"]


def test_note_struck_by_many_at_once_is_struck_once(app: Flask, world: World) -> None:
    made, by = serve(world), world.actor("navigator_a")
    code = notes(world, made.id, new_note("first"))
    session().rollback()
    assert _at_once(app, by, lambda _number: noting.strike_note(code=code, by=by)) == ["Conflict"] * 5 + ["kept"]


def test_move_noted_by_many_at_once_makes_one_home(app: Flask, world: World) -> None:
    made, by = serve(world), world.actor("navigator_a")
    use_scope(EVERYTHING)
    home = find_home(made.id)
    assert home is not None
    seen = home.fact_number
    session().rollback()

    def move(number: int) -> None:
        address = NewAddress(line=f"{number} New St", city="San José", zip_code="95112", district="7")
        day = date(2026, 6, 1 + number)  # each later than the others might be: only the look tells that it is one move
        changing.move_household(household_id=made.id, address=address, from_on=day, seen=seen, by=by)

    ended = _at_once(app, by, move)

    assert ended == ["HomeChangedMeanwhile"] * (AT_ONCE - 1) + ["kept"]
    session().rollback()
    use_scope(EVERYTHING)
    assert len(list_homes(made.id)) == 2

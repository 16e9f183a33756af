"""Who pays more from when: the counts against a recount by day; the end of a program entered, withdrawn, seen."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.agenda.models import Task
from digital_inclusion.connectivity.actions.ending import announce_end, open_cliff_tasks, open_end_tasks, withdraw_end
from digital_inclusion.connectivity.models import ProgramEnd, Subscription, Subsidy
from digital_inclusion.connectivity.queries.radar import Asked, list_cells, list_falling
from digital_inclusion.connectivity.rules.cliffs import Cell, bridge_cents
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid
from digital_inclusion.households.models import Household
from tests.factories.households import new_line
from tests.factories.served import serve
from tests.factories.world import SYSTEM, World
from tests.support.casework import signed_in
from tests.support.cliffs import Found, count_by_day
from tests.support.pages import check_page, page_text, post_form
from tests.support.statements import count_statements

WINDOW = Asked(first=date(2026, 3, 1), last=date(2026, 8, 1))
DAYS = [date(2026, 2, 20) + timedelta(days=number) for number in range(200)]


def _lines(world: World, number: int) -> list[Subscription]:
    for place in range(number):
        serve(world, "ab"[place % 2], name=f"Family {place}", deliveries=(new_line(), new_line(date(2026, 3, 20))))
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(Subscription).order_by(Subscription.fact_number)))


def _subsidy(line: Subscription, cents: int, first: date, last: date | None, program: str = "acp") -> Subsidy:
    return Subsidy(
        partner_id=line.partner_id, fact_number=line.fact_number, program=program, amount_cents=cents, from_on=first,
        until_on=last, recorded_at=clock.now(), recorded_by=None,
    )  # fmt: skip


def _found(cells: Sequence[Cell]) -> Found:
    return {
        (f"{one.month:%Y-%m}", one.partner_id, one.district): (one.lines, one.before_cents, one.after_cents)
        for one in cells
    }


@pytest.mark.parametrize("seed", range(3))
def test_counts_equal_a_recount_day_by_day(world: World, seed: int) -> None:
    chance = Random(seed)
    with write_transaction():
        for line in _lines(world, 6):
            line.price_cents = chance.choice([None, 0, 1500, 3000, 6000])
            if chance.random() < 0.7:
                line.promo_until_on = chance.choice(DAYS)
                line.price_after_cents = chance.choice([1000, 3000, 9000])
            if chance.random() < 0.3:
                line.ended_on = chance.choice(DAYS)
            line.is_void, line.district = chance.random() < 0.1, chance.choice(["3", "5"])
            for _one in range(chance.randrange(4)):
                first = chance.choice(DAYS)
                last = chance.choice([None, first + timedelta(days=chance.randrange(90)), line.promo_until_on])
                if last is None or last >= first:
                    session().add(_subsidy(line, chance.choice([500, 925, 3000]), first, last))
        record("program.set_up", by=SYSTEM)
    expected = count_by_day(date(2026, 3, 1), date(2026, 8, 31))
    use_scope(EVERYTHING)
    assert _found(list_cells(WINDOW)) == expected != {}
    assert len(list_falling(WINDOW, limit=500)) == sum(lines for lines, _before, _after in expected.values())
    one = next(iter(expected))
    only = Asked(first=WINDOW.first, last=WINDOW.last, partner_id=one[1], district=one[2])
    assert _found(list_cells(only)) == {key: found for key, found in expected.items() if key[1:] == one[1:]}


def _paid_by_acp(world: World) -> list[Subscription]:
    """Three lines that a program pays for, without an end, with a later and with an earlier one; a fourth is not on."""
    with write_transaction():
        lines = _lines(world, 4)[::2]
        for line, last in zip(lines, (None, date(2026, 12, 31), date(2026, 4, 30), None), strict=True):
            line.price_cents = 4000
            session().add(_subsidy(line, 3000, line.starts_on, last))
        lines[3].ended_on = date(2026, 3, 1)
        record("program.set_up", by=SYSTEM)
    return lines


def _announce(world: World, last: date = date(2026, 5, 31)) -> str:
    use_scope(EVERYTHING)
    with write_transaction():
        return announce_end(
            program="acp", last_day=last, announced_on=date(2026, 1, 11), source="DA 24-23", programs=["acp"],
            by=world.actor("program_manager"),
        ).code  # fmt: skip


def _untils() -> list[tuple[date | None, str | None]]:
    session().rollback()
    use_scope(EVERYTHING)
    return [(one.until_on, one.end_reason) for one in session().scalars(select(Subsidy).order_by(Subsidy.id))]


def _tasks() -> list[Task]:
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(Task).where(Task.kind == "program_end").order_by(Task.id)))


def test_end_of_a_program_is_entered_once_and_taken_back(app: Flask, world: World) -> None:
    lines = _paid_by_acp(world)
    before, code = _untils(), _announce(world)
    last = (date(2026, 5, 31), "program_over")
    assert _untils() == [last, last, (date(2026, 4, 30), None), last]
    with pytest.raises(Invalid) as refused:
        _announce(world)
    assert "entered already" in refused.value.fields["program"]
    end = session().scalars(select(ProgramEnd)).one()
    for _time in range(2):
        with write_transaction():
            use_scope(EVERYTHING)
            assert open_end_tasks(end_id=end.id, after=0, by=SYSTEM) is None
    concerned = {lines[0].household_id, lines[1].household_id}
    assert {task.household_id for task in _tasks()} == concerned and len(_tasks()) == 2
    june = _found(list_cells(Asked(first=date(2026, 6, 1), last=date(2026, 6, 1))))
    assert june == count_by_day(date(2026, 6, 1), date(2026, 6, 30))
    assert sum(found[0] for found in june.values()) == 2
    with write_transaction():
        withdraw_end(code=code, by=world.actor("program_manager"))
    assert _untils() == before
    assert all(task.done_at is not None for task in _tasks())
    with pytest.raises(Conflict), write_transaction():
        withdraw_end(code=code, by=world.actor("program_manager"))
    _announce(world)  # it may be entered again


def test_withdrawing_leaves_what_was_changed_since(world: World) -> None:
    _paid_by_acp(world)
    code = _announce(world)
    with write_transaction():
        session().scalars(select(Subsidy).order_by(Subsidy.id)).first().until_on = date(2026, 5, 1)  # type: ignore[union-attr]
        record("program.set_up", by=SYSTEM)
    with write_transaction():
        withdraw_end(code=code, by=world.actor("program_manager"))
    assert _untils()[0][0] == date(2026, 5, 1)
    assert _untils()[1][0] == date(2026, 12, 31)


def test_radar_pages_show_figures_and_only_the_own_lines(client: FlaskClient, world: World) -> None:
    codes = {line.partner_id: _code_of(line) for line in _paid_by_acp(world)[:2]}
    signed_in(client, world, "program_manager")
    typed = {"program": "acp", "last_day": "2026-05-31", "announced_on": "2026-01-11"}
    shown = post_form(client, "/program-ends/new", typed | {"step": "show"})
    check_page(shown)
    assert "households lose it" in page_text(shown)
    assert "2 lines that are on, $60.00 a month together" in page_text(shown)
    assert session().scalars(select(ProgramEnd)).first() is None
    assert post_form(client, "/program-ends/new", typed | {"step": "confirm"}).status_code == 303
    again = post_form(client, "/program-ends/new", typed | {"step": "confirm"})
    assert again.status_code == 400 and "entered already" in page_text(again)
    for step in ("show", "confirm"):
        future = post_form(client, "/program-ends/new", typed | {"announced_on": "2040-01-01", "step": step})
        assert future.status_code == 400 and "lies in the future" in page_text(future)
        assert 'value="2040-01-01"' in future.text
    with count_statements() as sent:
        answer = client.get("/radar?from=2026-06")
    check_page(answer)
    assert len(sent) <= 15, sent
    assert "June 2026" in page_text(answer)
    signed_in(client, world, "navigator_a")
    own = client.get("/radar/lines?month=2026-06")
    check_page(own)
    for partner_id, code in codes.items():
        assert (code in page_text(own)) is (partner_id == world.partners["a"])
    assert client.get("/program-ends/new").status_code == 403
    assert client.get("/radar?from=nonsense&partner=x").status_code == 200
    assert b"month,partner,district" in client.get("/radar.csv?from=2026-06").data


def _code_of(line: Subscription) -> str:
    return session().get_one(Household, line.household_id).code


def test_cliffs_that_come_near_become_tasks_once(world: World) -> None:
    soon = clock.today() + timedelta(days=3)
    with write_transaction():
        line = _lines(world, 1)[0]
        line.price_cents, line.promo_until_on, line.price_after_cents = 1000, soon - timedelta(days=1), 4000
        record("program.set_up", by=SYSTEM)
    for expected in (1, 0):
        with write_transaction():
            use_scope(EVERYTHING)
            assert open_cliff_tasks(by=SYSTEM) == expected
    use_scope(Scope(partner_id=world.partners["b"]))
    assert session().scalars(select(Task)).first() is None


def test_bridge_pays_each_rise_from_its_month_on() -> None:
    cells = [Cell(date(2026, 11, 1), 1, "3", 2, 1000, 4000), Cell(date(2027, 1, 1), 1, "3", 1, 0, 500)]
    assert bridge_cents(cells, date(2027, 1, 31)) == 3 * 3000 + 500
    assert bridge_cents(cells, date(2026, 10, 31)) == 0

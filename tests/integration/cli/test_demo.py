"""``flask demo fill``: whole or not at all, once, and only where nothing else is."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.agenda.models import Task
from digital_inclusion.cli.demo import filling
from digital_inclusion.cli.demo.partners import PASSWORD, SIGN_INS
from digital_inclusion.cli.demo.plan import make_plan
from digital_inclusion.connectivity.queries.radar import Asked, list_cells
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from digital_inclusion.matching.models import CandidatePair
from digital_inclusion.partners.models import Partner
from digital_inclusion.progress.models import FactRow, PostingRow, PublishedFigure, Standing
from digital_inclusion.progress.rules.codes import Code
from digital_inclusion.progress.schemas import parse_program
from tests.factories.world import World, san_jose
from tests.support.cliffs import count_by_day
from tests.support.pages import post_form

SMALL = "130"
# Eligibility is no condition in the shipped program, and donated units need no passport before 2027. Households of an
# undone import stand nowhere, so nobody is told that they are not enrolled.
NOT_YET = {Code.NOT_ELIGIBLE, Code.ELIGIBILITY_MISSING, Code.PASSPORT_MISSING, Code.NOT_ENROLLED}
TODAY = datetime(2026, 11, 22, 20, tzinfo=UTC)


def _fill(app: Flask, at: datetime = TODAY) -> Result:
    session().rollback()
    with clock.frozen(at):
        done = app.test_cli_runner().invoke(args=["demo", "fill", "--households", SMALL])
    session().rollback()
    use_scope(EVERYTHING)
    return done


def _count(model: type) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def _reasons() -> Counter[str | None]:
    return Counter(session().scalars(select(Standing.reason).order_by(Standing.record_id)))


def test_fill_shows_every_reason_over_three_years_and_once(app: Flask) -> None:
    done = _fill(app)
    assert done.exit_code == 0, done.output
    _check_content(app)
    at = session().scalars(select(PostingRow.recorded_at).order_by(PostingRow.number)).all()
    assert at == sorted(at)
    assert at[0].date() == date(2023, 11, 1)
    assert at[-1] <= TODAY
    assert len({(one.year, one.month) for one in at}) == 37
    before = _count(AuditEvent), _count(FactRow), _count(Household)
    again = _fill(app)
    assert again.exit_code == 0
    assert "already there" in again.output
    assert PASSWORD in again.output
    assert (_count(AuditEvent), _count(FactRow), _count(Household)) == before


def _check_content(app: Flask) -> None:
    found = _reasons()
    assert set(found) == {None, *(code.value for code in set(Code) - NOT_YET)}
    assert all(number >= 2 for number in found.values()), found
    assert found[None] > found.total() / 3
    states = set(session().scalars(select(CandidatePair.state).order_by(CandidatePair.id)))
    assert states == {"open", "same", "different"}
    kinds = set(session().scalars(select(FactRow.kind).order_by(FactRow.number)))
    assert {"void", "answer", "end", "withdrawal", "already_had", "check", "link", "split"} <= kinds
    assert _count(PublishedFigure) > 0
    assert "DEMO" in session().scalars(select(Partner.code).order_by(Partner.id)).all()
    _check_end_of_acp()
    verified = app.test_cli_runner().invoke(args=["progress", "verify"])
    assert verified.exit_code == 0, verified.output


def _check_end_of_acp() -> None:
    """The radar of the month after ACP says what a recount day by day says; each household was a task, once."""
    june = date(2024, 6, 1)
    expected = count_by_day(june, date(2024, 6, 30))
    use_scope(EVERYTHING)
    cells = list_cells(Asked(first=june, last=june))
    found = {(f"{c.month:%Y-%m}", c.partner_id, c.district): (c.lines, c.before_cents, c.after_cents) for c in cells}
    assert found == expected != {}
    tasks = session().scalars(select(Task.household_id).where(Task.kind == "program_end").order_by(Task.id)).all()
    assert len(tasks) == len(set(tasks)) == sum(lines for lines, _before, _after in expected.values())


def test_fill_refuses_a_database_with_other_data(app: Flask, world: World) -> None:
    before = _count(AuditEvent)
    done = _fill(app)
    assert done.exit_code == 1
    assert "not a demo's" in done.output
    assert _count(AuditEvent) == before


def test_fill_that_was_stopped_goes_on_to_the_same_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make_plan(parse_program(san_jose()), until=date(2026, 11, 22), number=int(SMALL) - 4)
    publish, months = filling._publish, iter(range(40))

    def stop_after_40(*arguments: object) -> None:
        if next(months, None) is None:
            raise KeyboardInterrupt
        publish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(filling, "_publish", stop_after_40)
    assert _fill(app).exit_code != 0
    monkeypatch.undo()
    assert 0 < _count(Household) < len(whole.households)
    later = datetime(2026, 11, 23, 20, tzinfo=UTC)  # another day: the plan is still the first one's
    assert _fill(app, later).exit_code == 0
    references = session().scalars(select(Household.reference).order_by(Household.id)).all()
    assert set(whole.households) <= set(references)
    assert _count(Household) == len(whole.households) + 4
    assert app.test_cli_runner().invoke(args=["progress", "verify"]).exit_code == 0


@pytest.mark.only_sqlite
def test_fill_that_was_killed_is_finished_by_the_next(app: Flask, tmp_path: Path) -> None:
    env = os.environ | {
        "DATABASE_URL": str(app.config["SQLALCHEMY_DATABASE_URI"]),
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": str(app.config["SECRET_KEY"]),
        "FLASK_APP": "wsgi:app",
    }
    session().close()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "demo", "fill", "--households", SMALL],
        cwd=Path(__file__).resolve().parents[3],
        env=env,
        stdout=subprocess.DEVNULL,
    )
    while process.poll() is None and _count(Household) < 20:
        session().rollback()
    process.kill()
    process.wait()
    session().rollback()
    assert 20 <= _count(Household) < int(SMALL)
    session().rollback()
    assert app.test_cli_runner().invoke(args=["demo", "fill"]).exit_code == 0
    session().rollback()
    assert _count(Household) == int(SMALL)


def test_plan_has_a_donated_device_without_passport_once_one_is_asked_for(app: Flask) -> None:
    plan = make_plan(parse_program(san_jose()), until=date(2027, 9, 1), number=3000)
    assert Counter(one.story for one in plan.households.values())["passport_missing"] >= 20


@pytest.mark.only_sqlite
def test_everybody_of_the_demo_can_sign_in(app: Flask) -> None:
    _fill(app, datetime.now(UTC))
    for person in SIGN_INS:
        client: FlaskClient = app.test_client()
        done = post_form(client, "/sign-in", {"email": person.email, "password": PASSWORD}, follow_redirects=True)
        if done.request.path == "/second-factor":
            code = app.test_cli_runner().invoke(args=["demo", "code", person.email]).output.strip()
            assert code in done.get_data(as_text=True)
            done = post_form(client, "/second-factor", {"code": code}, follow_redirects=True)
        assert done.status_code == 200, person
        assert client.get("/account").status_code == 200, person


def test_code_of_a_real_installation_is_not_shown(app: Flask, world: World) -> None:
    done = app.test_cli_runner().invoke(args=["demo", "code", "verifier@example.org"])
    assert done.exit_code == 1
    assert "not a demo" in done.output

"""Prepared statements answer as the session does: the same values, of the same types, in the same scope."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select, bindparam, func, literal_column, select
from sqlalchemy.exc import DatabaseError

from digital_inclusion.accounts.models import User
from digital_inclusion.foundation.database import session
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.reading import read_rows
from digital_inclusion.progress.models import ProgramVersion
from tests.factories.world import World
from tests.support.statements import count_statements


def _both(statement: Select[Any], **values: Any) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    ours = [tuple(row) for row in read_rows(statement, values)]
    return ours, [tuple(row) for row in session().execute(statement, values)]


def test_rows_have_the_values_and_types_of_the_session(world: World) -> None:
    statement = select(
        User.id,
        User.name,
        User.active,
        User.totp_secret,
        User.created_at,
        ProgramVersion.posting,
        ProgramVersion.is_demo,
    ).join(ProgramVersion, ProgramVersion.posting > 0)
    for _twice in range(2):
        ours, theirs = _both(statement.order_by(User.id))
        assert ours == theirs
        assert [list(map(type, row)) for row in ours] == [list(map(type, row)) for row in theirs]
    assert len(ours) >= 5


def test_values_are_changed_as_the_database_wants_them(world: World) -> None:
    until = bindparam("until", type_=User.created_at.type)
    statement = select(User.id).where(User.created_at < until, User.name.in_(["nobody", "no one"]) | User.active)
    statement = statement.order_by(User.id)
    for distance in (timedelta(days=1), -timedelta(days=4000), timedelta(days=2)):
        ours, theirs = _both(statement, until=clock.now() + distance)
        assert ours == theirs
        assert bool(ours) is (distance > timedelta())


def test_rows_are_named_by_their_columns(world: World) -> None:
    (row,) = read_rows(select(func.count(User.id).label("people"), func.max(User.totp_secret)))
    assert row.people == session().scalar(select(func.count(User.id)))
    assert row[1] is None


def test_statement_that_the_database_refuses_is_told_as_the_session_tells_it(world: World) -> None:
    with pytest.raises(DatabaseError):
        read_rows(select(literal_column("nothing_of_that_name").label("one")))
    session().rollback()


def test_statements_are_heard_by_who_listens(world: World) -> None:
    statement = select(func.count(User.id).label("people"))
    read_rows(statement)
    with count_statements() as sent:
        read_rows(statement)
    assert len(sent) == 1

"""No shape of query shows a partner another partner's rows; an unset scope shows nobody's."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Select, and_, case, delete, exists, func, literal, or_, select, text, union_all, update
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload, subqueryload

from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import (
    EVERYTHING,
    NOTHING,
    OutOfScope,
    Scope,
    session,
    use_scope,
    write_transaction,
)
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.reading import read_rows
from digital_inclusion.households.models import Household, Member
from tests.factories.world import SYSTEM, World

Other = aliased(Household)
Twin = aliased(Member)


def _names(rows: Any) -> set[str]:
    return {str(row) for row in rows}


def _in_list(s: Session, theirs: int) -> set[str]:
    return _names(s.scalars(select(Household.head_name)))


# Each returns the head or member names it could see, given the id of another partner's household.
SHAPES: dict[str, Callable[[Session, int], set[str]]] = {
    "entity": lambda s, t: {h.head_name for h in s.scalars(select(Household))},
    "column": _in_list,
    "get": lambda s, t: {h.head_name for h in [s.get(Household, t)] if h},
    "alias": lambda s, t: _names(s.scalars(select(Other.head_name))),
    "self join": lambda s, t: _names(
        s.scalars(select(Other.head_name).select_from(Household).join(Other, Other.id != Household.id))
    ),
    "count": lambda s, t: {"them"} if s.scalar(select(func.count()).select_from(Household)) != _own_count(s) else set(),
    "count of id": lambda s, t: {"them"} if s.scalar(select(func.count(Household.id))) != _own_count(s) else set(),
    "exists": lambda s, t: {"them"} if s.scalar(select(exists().where(Household.id == t))) else set(),
    "exists of entity": lambda s, t: (
        {"them"} if s.scalar(select(select(Household).where(Household.id == t).exists())) else set()
    ),
    "literal where": lambda s, t: {"them"} if s.scalar(select(literal(1)).where(Household.id == t)) else set(),
    "scalar subquery": lambda s, t: _names(
        [s.scalar(select(select(Household.head_name).where(Household.id == t).scalar_subquery())) or "us"]
    ),
    "in subquery": lambda s, t: _names(
        s.scalars(select(Member.name).where(Member.household_id.in_(select(Household.id).where(Household.id == t))))
    ),
    "from subquery": lambda s, t: _names(s.scalars(select(select(Household.head_name).subquery().c.head_name))),
    "cte": lambda s, t: _names(s.scalars(select(select(Household.head_name).cte("seen").c.head_name))),
    "union": lambda s, t: _names(s.scalars(union_all(select(Household.head_name), select(Member.name)))),
    "outer join": lambda s, t: _names(
        x for x in s.scalars(select(Twin.name).select_from(Household).outerjoin(Twin, Twin.household_id == t)) if x
    ),
    "case": lambda s, t: _names(s.scalars(select(case((Household.id == t, "them"), else_="us")))),
    "aggregate": lambda s, t: _names([s.scalar(select(func.max(Household.head_name))) or "us"]),
    "joined load": lambda s, t: _members(s, joinedload(Household.members)),
    "select-in load": lambda s, t: _members(s, selectinload(Household.members)),
    "subquery load": lambda s, t: _members(s, subqueryload(Household.members)),
    "lazy load": lambda s, t: _members(s, None),
    "contains eager": lambda s, t: {
        m.name
        for h in s.scalars(
            select(Household).outerjoin(Household.members).options(contains_eager(Household.members))
        ).unique()
        for m in h.members
    },
    "legacy query": lambda s, t: {h.head_name for h in s.query(Household).filter(or_(and_(True), Household.id == t))},
    "yield per": lambda s, t: {h.head_name for h in s.scalars(select(Household).execution_options(yield_per=10))},
}


ANSWERS_US_FOR_NOTHING = {"scalar subquery", "aggregate"}  # these shapes say "us" when nothing is found


def _own_count(s: Session) -> int:
    return len(s.scalars(select(Household.id)).all())


def _members(s: Session, option: Any) -> set[str]:
    statement: Select[tuple[Household]] = select(Household)
    rows = s.scalars(statement.options(option) if option is not None else statement).unique()
    return {member.name for household in rows for member in household.members}


@pytest.fixture
def households(world: World) -> dict[str, int]:
    """One household of partner A ("us") and one of partner B ("them"); B's member also hangs, wrongly, on A's."""
    ids = {}
    with write_transaction():
        for code, name in (("a", "us"), ("b", "them")):
            now = clock.now()
            row = Household(
                partner_id=world.partners[code], code=f"CODE-{name}", head_name=name, created_at=now, updated_at=now
            )
            row.members.append(Member(partner_id=world.partners[code], name=name, is_head=True))
            session().add(row)
            session().flush()
            ids[code] = row.id
        session().add(Member(partner_id=world.partners["b"], household_id=ids["a"], name="them"))
        record("household.enrolled", by=SYSTEM)
    session().expunge_all()
    return ids


@pytest.mark.parametrize("shape", SHAPES)
def test_query_shape_under_partner_scope(world: World, households: dict[str, int], shape: str) -> None:
    use_scope(Scope(partner_id=world.partners["a"]))
    assert "them" not in SHAPES[shape](session(), households["b"])


@pytest.mark.parametrize("shape", SHAPES)
def test_query_shape_under_unset_scope(world: World, households: dict[str, int], shape: str) -> None:
    use_scope(NOTHING)
    seen = SHAPES[shape](session(), households["b"])
    assert seen <= ({"us"} if shape in ANSWERS_US_FOR_NOTHING else set())


class Plain:
    """A session that reads every statement as columns, as pages that are asked often do."""

    def scalars(self, statement: Any) -> Any:
        """Return the first column."""
        return [row[0] for row in read_rows(statement)]

    def scalar(self, statement: Any) -> Any:
        """Return the first column of the first row."""
        return next((row[0] for row in read_rows(statement)), None)


OF_COLUMNS = (
    "column", "alias", "self join", "exists", "exists of entity", "literal where", "scalar subquery", "in subquery",
    "from subquery", "cte", "union", "outer join", "case", "aggregate",
)  # fmt: skip


@pytest.mark.parametrize("shape", OF_COLUMNS)
def test_columns_alone_under_partner_scope(world: World, households: dict[str, int], shape: str) -> None:
    use_scope(Scope(partner_id=world.partners["a"]))
    assert "them" not in SHAPES[shape](Plain(), households["b"])  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", OF_COLUMNS)
def test_columns_alone_under_unset_scope(world: World, households: dict[str, int], shape: str) -> None:
    use_scope(NOTHING)
    seen = SHAPES[shape](Plain(), households["b"])  # type: ignore[arg-type]
    assert seen <= ({"us"} if shape in ANSWERS_US_FOR_NOTHING else set())


def test_a_kept_statement_follows_the_scope(world: World, households: dict[str, int]) -> None:
    kept = select(Household.head_name).order_by(Household.id)
    seen = []
    for scope in (Scope(partner_id=world.partners["a"]), EVERYTHING, Scope(partner_id=world.partners["b"]), NOTHING):
        use_scope(scope)
        seen.append(([row[0] for row in read_rows(kept)], list(session().scalars(kept))))
    assert seen == [(names, names) for names in (["us"], ["us", "them"], ["them"], [])]


def test_update_and_delete_under_partner_scope(world: World, households: dict[str, int]) -> None:
    use_scope(Scope(partner_id=world.partners["a"]))
    changed = session().execute(update(Household).values(email="x@example.org")).rowcount
    gone = session().execute(delete(Member).where(Member.name == "them")).rowcount
    session().rollback()
    assert (changed, gone) == (1, 0)


def test_flush_refuses_rows_outside_the_scope(world: World, households: dict[str, int]) -> None:
    use_scope(Scope(partner_id=world.partners["a"]))
    session().add(Member(partner_id=world.partners["b"], household_id=households["b"], name="smuggled"))
    with pytest.raises(OutOfScope):
        session().flush()
    session().rollback()


def test_flush_refuses_moving_a_row(world: World, households: dict[str, int]) -> None:
    use_scope(Scope(partner_id=world.partners["a"]))
    row = session().get_one(Household, households["a"])
    row.partner_id = world.partners["b"]
    with pytest.raises(OutOfScope):
        session().flush()
    session().rollback()


@pytest.mark.only_postgresql
def test_row_level_security_stands_behind_raw_sql(world: World, households: dict[str, int]) -> None:
    use_scope(Scope(partner_id=world.partners["a"]))
    seen = session().execute(text("SELECT head_name FROM households")).scalars().all()
    use_scope(NOTHING)
    none = session().execute(text("SELECT head_name FROM households")).scalars().all()
    assert (seen, none) == (["us"], [])

"""States of applications: which moves there are, what each needs, which deadline begins."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from digital_inclusion.connectivity.rules.applications import (
    END_REASONS,
    MOVES,
    NEXT,
    PROBLEMS,
    Move,
    State,
    Worksheet,
    check_move,
    check_one_benefit,
    rule_of,
)
from digital_inclusion.connectivity.rules.deadlines import RULES
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid

DAY = date(2026, 3, 2)
GOOD: dict[State, dict[str, Any]] = {
    State.PROBLEM: {"problem": "no_answer"},
    State.ENDED: {"reason": "refused"},
    State.ENDING: {"ends_on": DAY + timedelta(days=20)},
    State.ACTIVE: {"fact_number": 7, "amount_cents": 925},
}


@pytest.mark.parametrize(("here", "to"), list(product(State, State)))
def test_moves_are_those_of_the_table(here: State, to: State) -> None:
    move = Move(to=to, on=DAY, **GOOD.get(to, {}))
    if to in MOVES[here]:
        check_move(here, move, since_on=DAY, today=DAY)
    else:
        with pytest.raises(Conflict, match="cannot become"):
            check_move(here, move, since_on=DAY, today=DAY)


def test_every_state_reaches_the_end_and_says_what_is_next() -> None:
    assert all(State.ENDED in ways for state, ways in MOVES.items() if state is not State.ENDED)
    assert NEXT.keys() | {State.PROBLEM} == set(State)
    assert all(one.next_step.endswith(".") for one in PROBLEMS.values())
    assert {one.rule for one in PROBLEMS.values() if one.rule} <= RULES.keys()
    assert max(map(len, (*PROBLEMS, *END_REASONS, *RULES))) <= 24  # as wide as their columns


@pytest.mark.parametrize(
    ("here", "move", "field"),
    [
        ("prepared", Move(to=State.SUBMITTED, on=DAY + timedelta(days=1)), "on"),
        ("prepared", Move(to=State.SUBMITTED, on=DAY - timedelta(days=1)), "on"),
        ("submitted", Move(to=State.PROBLEM, on=DAY), "problem"),
        ("submitted", Move(to=State.PROBLEM, on=DAY, problem="bad luck"), "problem"),
        ("prepared", Move(to=State.ENDED, on=DAY), "reason"),
        ("prepared", Move(to=State.ENDED, on=DAY, reason="erased"), "reason"),
        ("approved", Move(to=State.ACTIVE, on=DAY, amount_cents=925), "fact_number"),
        ("approved", Move(to=State.ACTIVE, on=DAY, fact_number=1, amount_cents=0), "amount"),
        ("active", Move(to=State.ENDING, on=DAY), "ends_on"),
        ("active", Move(to=State.ENDING, on=DAY, ends_on=DAY - timedelta(days=1)), "ends_on"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(here: str, move: Move, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_move(here, move, since_on=DAY, today=DAY)
    assert list(refused.value.fields) == [field]


def test_deadlines_begin_by_state_program_and_problem() -> None:
    assert rule_of(State.PREPARED, program="ca_lifeline") == "return_form"
    assert rule_of(State.PREPARED, program="lifeline_federal") is None
    assert rule_of(State.PROBLEM, program="acp", problem="documents_missing") == "prove"
    assert rule_of(State.ACTIVE, program="lifeline_federal") == "renew"
    assert rule_of(State.ENDING, program="acp") == "last_day"


@pytest.mark.parametrize("answers", list(product((True, False, None), repeat=3)))
def test_worksheet_decides(answers: tuple[bool | None, ...]) -> None:
    sheet = Worksheet(*answers)
    refused: DomainError | None = None
    try:
        check_one_benefit(has_it=False, elsewhere=False, same_home=True, worksheet=sheet)
    except DomainError as error:
        refused = error
    first_no = next((place for place, one in enumerate(answers) if one is not True), 3)
    if first_no == 3:
        assert isinstance(refused, Conflict)
    else:
        assert isinstance(refused, Invalid) is (answers[first_no] is None)


def test_one_household_has_one() -> None:
    free: dict[str, Any] = {"has_it": False, "elsewhere": False, "same_home": False, "worksheet": Worksheet()}
    check_one_benefit(**free)
    with pytest.raises(Conflict, match="has this discount already"):
        check_one_benefit(**free | {"has_it": True})
    with pytest.raises(Conflict, match="Another partner"):
        check_one_benefit(**free | {"elsewhere": True})

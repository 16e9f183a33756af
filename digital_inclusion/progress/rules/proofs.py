"""The state of one fact's evidence: waiting, questioned, answered, confirmed, void (rule 8). Moves as a table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from digital_inclusion.progress.rules.facts import Fact, Kind
from digital_inclusion.progress.rules.household import Household, standing

PROVABLE = frozenset({Kind.DELIVERY, Kind.ALREADY_HAD, Kind.CHECK})


class State(StrEnum):
    """Whose turn it is. The string is what the database stores."""

    WAITING = "waiting"  # entered; the verifier's turn
    QUESTIONED = "questioned"  # the partner's turn
    ANSWERED = "answered"  # the verifier's turn again
    CONFIRMED = "confirmed"
    VOID = "void"  # it was never so, or what it speaks of was never so


class Move(StrEnum):
    """What a person may do about evidence."""

    CONFIRM = "confirm"
    QUESTION = "question"
    ANSWER = "answer"


# From which states a move is possible. A confirmed proof may be questioned later; a void one is nobody's turn.
MOVES: Mapping[Move, frozenset[State]] = {
    Move.CONFIRM: frozenset({State.WAITING, State.ANSWERED, State.QUESTIONED}),
    Move.QUESTION: frozenset({State.WAITING, State.ANSWERED, State.CONFIRMED}),
    Move.ANSWER: frozenset({State.QUESTIONED}),
}
VERIFIERS_TURN = (State.WAITING, State.ANSWERED)


def can(move: Move, state: str) -> bool:
    """Tell whether a move is possible from a state."""
    return state in MOVES[move]


def states_of(facts: Iterable[Fact]) -> dict[int, State]:
    """Return the state of every fact among the facts of one identity that needs a proof, by number."""
    known = list(facts)
    household = Household(known)
    stands = {fact.number for fact in standing(known)}
    return {
        fact.number: _state(fact, household) if fact.number in stands else State.VOID
        for fact in known
        if fact.kind in PROVABLE
    }


def _state(fact: Fact, household: Household) -> State:
    decision = household.decision_on(fact)
    if decision is None:
        return State.CONFIRMED if fact.self_verified else State.WAITING
    if decision.positive is True:
        return State.CONFIRMED
    answers = (answer for answer in household.of(Kind.ANSWER) if answer.refers_to == fact.number)
    return State.ANSWERED if any(answer.number > decision.number for answer in answers) else State.QUESTIONED

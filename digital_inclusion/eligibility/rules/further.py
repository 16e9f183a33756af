"""Which facts could still change an answer, and the fewest of them."""

from collections.abc import Iterable, Mapping
from functools import reduce

from .compiled import NO, UNKNOWN, YES, AtDay, LeafAtDay, leaves_at
from .conditions import Proof
from .facts import BENEFITS, INCOME, SIZE, Fact, Facts

Ways = frozenset[frozenset[str]]  # each: facts that, were they known, could settle it so
NONE: Ways = frozenset()
ALREADY: Ways = frozenset([frozenset()])


def ways_of(condition: AtDay, facts: Facts) -> tuple[Ways, Ways]:
    """Return the ways in which the condition may still turn out met, and not met."""
    if isinstance(condition, LeafAtDay):
        return _ways_of_leaf(condition, facts)
    if not condition.parts:
        return (ALREADY, NONE) if condition.every else (NONE, ALREADY)
    met, unmet = zip(*(ways_of(part, facts) for part in condition.parts), strict=True)
    if condition.every:
        return reduce(_both, met), reduce(_either, unmet)
    return reduce(_either, met), reduce(_both, unmet)


def _ways_of_leaf(leaf: LeafAtDay, facts: Facts) -> tuple[Ways, Ways]:
    verdict = leaf.ask(facts)
    if verdict is YES:
        return ALREADY, NONE
    if verdict is NO:
        return NONE, ALREADY
    if verdict is not UNKNOWN:
        return NONE, NONE
    open_facts = frozenset([_open_facts(leaf, facts)])
    return open_facts, NONE if isinstance(leaf.leaf.test, Proof) else open_facts


def _open_facts(leaf: LeafAtDay, facts: Facts) -> frozenset[str]:
    if leaf.facts == (BENEFITS,):
        return frozenset(leaf.facts)
    if leaf.facts == (SIZE, INCOME):
        return frozenset(name for name in leaf.facts if facts.get(name) is None)
    return frozenset(leaf.facts)


def _least(ways: Iterable[frozenset[str]]) -> Ways:
    """Keep the ways that need no more than another one."""
    kept: list[frozenset[str]] = []
    for way in sorted(set(ways), key=len):
        if not any(less <= way for less in kept):
            kept.append(way)
    return frozenset(kept)


def _either(one: Ways, other: Ways) -> Ways:
    return _least([*one, *other])


def _both(one: Ways, other: Ways) -> Ways:
    return _least(way | more for way in one for more in other)


def open_facts(condition: AtDay, facts: Facts) -> frozenset[str]:
    """Return every fact that belongs to a way in which the condition may still turn out otherwise."""
    met, unmet = ways_of(condition, facts)
    return frozenset().union(*met, *unmet) if ALREADY not in (met, unmet) else frozenset()


def ways_to_yes(condition: AtDay, facts: Facts) -> list[frozenset[str]]:
    """Return the sets of facts that could still make it a yes; what is presumed anyway is left out."""
    presumed = {name for leaf in leaves_at(condition) if leaf.leaf.presume for name in leaf.facts}
    met, _unmet = ways_of(condition, facts)
    return [way - presumed for way in met]


def fewest_facts(condition: AtDay, facts: Facts, order: Mapping[str, Fact]) -> tuple[str, ...]:
    """Return the fewest facts that could change what is said of the condition, in the rulebook's order."""
    met, unmet = ways_of(condition, facts)
    ways = [way for way in (*met, *unmet) if way]
    if ALREADY in (met, unmet) or not ways:
        return ()
    named = [tuple(sorted(way, key=lambda name: order[name].place if name in order else 0)) for way in ways]
    return min(named, key=lambda way: (len(way), [order[name].place if name in order else 0 for name in way]))

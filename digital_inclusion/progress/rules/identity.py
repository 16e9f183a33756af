"""Which records are one household: computed from standing links, so their order never matters (rule 11)."""

from collections.abc import Iterable, Iterator

from digital_inclusion.progress.rules.facts import Fact, Kind
from digital_inclusion.progress.rules.household import standing


def standing_links(facts: Iterable[Fact]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of records that a link joins and no void or split has taken apart again."""
    known = standing(facts)
    split = {fact.refers_to for fact in known if fact.kind is Kind.SPLIT}
    for fact in known:
        if fact.kind is Kind.LINK and fact.number not in split and fact.other_record_id is not None:
            yield fact.record_id, fact.other_record_id


def identities(facts: Iterable[Fact]) -> dict[int, int]:
    """Return the identity of every record that appears in a standing link: the lowest number joined with it.

    A record that does not appear is an identity of its own. ``facts`` may hold more than links, but must hold
    every void and split that refers to one.
    """
    lower: dict[int, int] = {}

    def lowest(record: int) -> int:
        while (next_lower := lower.setdefault(record, record)) != record:
            lower[record] = lower[next_lower]  # halve the way for whoever asks next
            record = next_lower
        return record

    for one, other in standing_links(facts):
        low, high = sorted((lowest(one), lowest(other)))
        lower[high] = low
    return {record: lowest(record) for record in sorted(lower)}


def component(record_id: int, facts: Iterable[Fact]) -> frozenset[int]:
    """Return all records of the household that ``record_id`` belongs to, itself included."""
    known = identities(facts)
    identity = known.get(record_id)
    return frozenset(record for record, its in known.items() if its == identity) | {record_id}

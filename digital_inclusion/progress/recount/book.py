"""All facts that stand: by record, what is said about which, what is proven, who belongs together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from digital_inclusion.progress.recount.shapes import FactLike, History


class Book:
    """All facts that stand, by record; which ones are proven; who belongs together."""

    def __init__(self, facts: Iterable[FactLike]) -> None:
        known = sorted(facts, key=lambda fact: fact.number)
        struck = {fact.refers_to for fact in known if fact.kind == "void"} - {None}
        standing = [
            fact for fact in known if fact.kind != "void" and fact.number not in struck and fact.refers_to not in struck
        ]
        self.records: dict[int, History] = defaultdict(lambda: defaultdict(list))
        self.about: dict[int, list[FactLike]] = defaultdict(list)  # by the fact they refer to
        for fact in standing:
            self.records[fact.record_id][fact.kind].append(fact)
            if fact.refers_to is not None:
                self.about[fact.refers_to].append(fact)

    def referring(self, fact: FactLike, kind: str) -> list[FactLike]:
        """Return the facts of ``kind`` that speak of ``fact``: by name, or of its whole record."""
        whole = [other for other in self.records[fact.record_id][kind] if other.refers_to is None]
        return whole + [other for other in self.about.get(fact.number, ()) if other.kind == kind]

    def is_proven(self, fact: FactLike) -> bool:
        """Tell whether the last word on ``fact``, by someone other than who entered it, is yes."""
        verdict = fact.self_verified
        for decision in self.about.get(fact.number, ()):
            if decision.kind == "decision" and not _is_own(decision, fact):
                verdict = decision.positive is True
        return verdict

    def households(self) -> Iterator[tuple[int, list[int]]]:
        """Yield every identity with its records: walk the standing links from the lowest record upward."""
        neighbors: dict[int, set[int]] = defaultdict(set)
        for link in (link for history in list(self.records.values()) for link in history["link"]):
            split = any(fact.kind == "split" for fact in self.about.get(link.number, ()))
            if not split and link.other_record_id is not None:
                neighbors[link.record_id].add(link.other_record_id)
                neighbors[link.other_record_id].add(link.record_id)
        seen: set[int] = set()
        for lowest in sorted({*self.records, *neighbors}):
            if lowest in seen:
                continue
            seen.add(lowest)
            group = [lowest]
            for record in group:  # grows while we walk
                fresh = neighbors.get(record, set()) - seen
                seen |= fresh
                group.extend(sorted(fresh))
            yield lowest, group


def _is_own(decision: FactLike, fact: FactLike) -> bool:
    """Tell whether the partner or the person that entered ``fact`` decided on it."""
    same_person = fact.entered_by is not None and fact.entered_by == decision.entered_by
    return same_person or fact.partner_id == decision.partner_id

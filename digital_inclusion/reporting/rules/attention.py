"""Which partners need attention: a plain table of what can be wrong, worst first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...progress.rules.codes import OWNERS, Code, Owner

MOST = 5
MANY_OWED = 10  # fewer missing proofs than this are a partner's everyday work


@dataclass(frozen=True, slots=True)
class Attention:
    """A partner to call: questions it has not answered, proofs it owes, households newly connected in three months."""

    partner_id: int
    questions: int
    owed: int
    added: int

    @property
    def is_needed(self) -> bool:
        """Return whether anything calls for it: questions, many missing proofs, or a standstill with work to do."""
        return self.questions > 0 or self.owed >= MANY_OWED or (self.added <= 0 and self.owed > 0)


def attention(reasons: Iterable[tuple[int, str, int]], added: Mapping[int, int]) -> list[Attention]:
    """Return the partners that need attention, most questions first, then most proofs owed; at most five.

    ``reasons``: (partner, reason, households). ``added``: newly verified households of the last three months.
    """
    questions: dict[int, int] = {}
    owed: dict[int, int] = {}
    for partner_id, reason, households in reasons:
        if reason == Code.QUESTIONED:
            questions[partner_id] = questions.get(partner_id, 0) + households
        elif OWNERS[Code(reason)] is Owner.PARTNER:
            owed[partner_id] = owed.get(partner_id, 0) + households
    found = [Attention(one, questions.get(one, 0), owed.get(one, 0), added.get(one, 0)) for one in {*questions, *owed}]
    worst = sorted(found, key=lambda one: (-one.questions, -one.owed, one.partner_id))
    return [one for one in worst if one.is_needed][:MOST]

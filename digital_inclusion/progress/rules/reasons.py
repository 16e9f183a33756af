"""Why a household is not counted as connected: the next missing proof, and who owes it.

A reason may rest on facts of any partner of the identity: ``record_id`` and ``partner_id`` say whose, so that
the caller shows each partner only its own (P10).
"""

from collections.abc import Sequence
from datetime import date

from digital_inclusion.progress.rules.absence import absence, pairs_of
from digital_inclusion.progress.rules.certificate import Certificate, Proof, explain
from digital_inclusion.progress.rules.codes import Code, Owner, Reason
from digital_inclusion.progress.rules.facts import Fact, Kind
from digital_inclusion.progress.rules.household import Household
from digital_inclusion.progress.rules.ledger import Seen, see
from digital_inclusion.progress.rules.milestones import Milestone, View, proof_on
from digital_inclusion.progress.rules.program import Program
from digital_inclusion.progress.rules.states import MilestoneState, State, state_on

__all__ = [
    "Certificate",
    "Code",
    "MilestoneState",
    "Owner",
    "Proof",
    "Reason",
    "State",
    "explain",
    "state_on",
    "why_not_counted",
    "why_not_seen",
]


def why_not_counted(facts: Sequence[Fact], program: Program, today: date) -> Reason | None:
    """Return what keeps a household from being verified ``connected``; None when it is.

    ``facts`` are those of all records of one identity. What is entered and waits for a proof comes first;
    what is missing altogether is found in ``absence.py``.
    """
    return why_not_seen(see(facts, program), program, today)


def why_not_seen(seen: Seen, program: Program, today: date) -> Reason | None:
    """Return the same as ``why_not_counted`` for facts already looked through."""
    if Milestone.CONNECTED in seen.proven.presence:
        return None
    if Milestone.CONNECTED in seen.everything.presence:
        return _unproven(seen.everything, seen.household, program)
    return absence(seen.household, program, today)


def _unproven(seen: View, household: Household, program: Program) -> Reason:
    """Return the proof that has waited longest, of the device and line that need the fewest (rule 8)."""
    needed = []
    for pair in sorted(pairs_of(seen.devices, seen.lines), key=lambda pair: pair.day):
        used = {pair.device.fact, pair.line.fact, proof_on(pair.line, pair.day, household, program)}
        needed.append([fact for fact in used if not household.is_verified(fact)])
    reasons = [_waiting(fact, household) for fact in min(needed, key=len)]
    return min(reasons, key=lambda reason: (reason.since or date.min, reason.fact or 0))


def _waiting(fact: Fact, household: Household) -> Reason:
    """Return whose turn it is: the verifier's, or after a question the partner's until it has answered."""
    code, since = Code.NOT_VERIFIED, fact.occurred_on
    question = household.decision_on(fact)
    if question is not None:
        code, since = Code.QUESTIONED, question.occurred_on
        for answer in household.of(Kind.ANSWER):
            if answer.refers_to == fact.number and answer.number > question.number:
                code, since = Code.NOT_VERIFIED, answer.occurred_on
    return Reason(
        code=code,
        since=since,
        record_id=fact.record_id,
        partner_id=fact.partner_id,
        fact=fact.number,
        item=fact.item,
        device_kind=fact.device_kind,
    )

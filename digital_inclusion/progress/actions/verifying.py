"""Confirm or question evidence, and answer a question (rule 8)."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import program_session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge
from ...foundation.kernel.messages import _
from ..queries import ledger, proofs
from ..rules.facts import Kind
from ..rules.proofs import MOVES, VERIFIERS_TURN, Move
from .facts import NewFact
from .holding import hold_identity
from .posting import Effect, Posting, post, preview

MOST_AT_ONCE = 500
MOST_CHARACTERS = 500
_CHANGED = _("Somebody decided about this meanwhile. Please look at it again.")


def confirm_evidence(*, facts: Sequence[int], by: Actor, seen: str | None = None) -> Posting:
    """Confirm the evidence of up to 500 facts in one posting; raise Conflict if any is not as the verifier saw it.

    ``seen`` is the state that was shown; without it all must be the verifier's turn (waiting or answered).
    """
    policy.check(by, "evidence:verify")
    return _decide(facts, Move.CONFIRM, by=by, seen=seen)


def question_evidence(*, fact: int | Sequence[int], sentence: str, by: Actor, seen: str | None = None) -> Posting:
    """Ask the partner about the evidence of one fact, or of up to 500 that rest on one document."""
    policy.check(by, "evidence:verify")
    facts = [fact] if isinstance(fact, int) else fact
    return _decide(facts, Move.QUESTION, by=by, seen=seen, sentence=_checked(sentence))


def answer_question(*, fact: int, sentence: str, by: Actor) -> Posting:
    """Answer a question about one's own evidence: it goes back to the verifiers."""
    proof = proofs.find_owner(fact)
    policy.check(by, "evidence:answer", proof)
    if proof is None:
        raise NotFound
    text = _checked(sentence)
    hold_identity(proof.record_id)
    if proofs.states([fact]).get(fact) not in MOVES[Move.ANSWER]:
        raise Conflict(_("This question is no longer open."))
    posting = post([_about(Kind.ANSWER, proof, proof.partner_id, note=text)], cause="evidence.answered", by=by)
    record("evidence.answered", by=by, subject_type="facts", subject_id=fact, partner_id=proof.partner_id,
           posting=posting.number)  # fmt: skip
    return posting


def effect_of_confirming(*, facts: Sequence[int], by: Actor) -> Effect:
    """Return what confirming these facts would do to today's figures; writes nothing."""
    policy.check(by, "evidence:verify")
    return _effect(facts, Move.CONFIRM, by)


def effect_of_questioning(*, facts: Sequence[int], by: Actor) -> Effect:
    """Return what questioning these facts would do to today's figures; writes nothing."""
    policy.check(by, "evidence:verify")
    return _effect(facts, Move.QUESTION, by)


def _effect(facts: Sequence[int], move: Move, by: Actor) -> Effect:
    with program_session("effect of a decision") as city:
        owners = _entitled(city, facts, by)
    return preview(_decisions(owners, move, by), by=by)


def _decide(facts: Sequence[int], move: Move, *, by: Actor, seen: str | None, sentence: str | None = None) -> Posting:
    wanted = sorted(set(facts))
    if not wanted:
        raise Invalid(_("Select at least one row."), fields={"facts": _("Select at least one row.")})
    if len(wanted) > MOST_AT_ONCE:
        raise TooLarge(_("At most %(most)s can be decided at once."), most=MOST_AT_ONCE)
    with program_session("deciding") as city:
        owners = _entitled(city, wanted, by)
        ledger.lock_records(city, {owner.record_id for owner in owners})  # two verifiers wait for each other here
        expected = {seen} & MOVES[move] if seen is not None else {*VERIFIERS_TURN} & MOVES[move]
        if any(state not in expected for state in proofs.states(wanted, city).values()):
            raise Conflict(_CHANGED)
    name = "evidence.confirmed" if move is Move.CONFIRM else "evidence.questioned"
    posting = post(_decisions(owners, move, by, sentence), cause=name, by=by)
    record(name, by=by, subject_type="facts", subject_id=wanted[0] if len(wanted) == 1 else None,
           posting=posting.number, count=len(wanted), facts=wanted)  # fmt: skip
    return posting


def _entitled(city: Session, facts: Sequence[int], by: Actor) -> list[proofs.Owner]:
    """Return whose facts these are; raise unless ``by`` may decide on every one of them."""
    if by.partner_id is None or not proofs.decides(by.partner_id):
        raise NotAllowed(_("Only people of the city or its fiscal agent decide about evidence."))
    owners = proofs.owners(city, facts)
    if len(owners) < len(set(facts)) or any(owner.is_own(by) for owner in owners):
        raise NotFound
    return owners


def _decisions(owners: Iterable[proofs.Owner], move: Move, by: Actor, sentence: str | None = None) -> list[NewFact]:
    partner_id = by.partner_id or 0  # _entitled made sure of it
    return [_about(Kind.DECISION, owner, partner_id, positive=move is Move.CONFIRM, note=sentence) for owner in owners]


def _about(kind: Kind, owner: proofs.Owner, partner_id: int, **values: object) -> NewFact:
    return NewFact(
        kind=kind,
        record_id=owner.record_id,
        partner_id=partner_id,
        occurred_on=clock.today(),
        refers_to=owner.fact,
        values=values,
    )


def _checked(sentence: str) -> str:
    text = sentence.strip()
    if not text:
        raise Invalid(fields={"sentence": _("Please write a sentence.")})
    if len(text) > MOST_CHARACTERS:
        raise Invalid(fields={"sentence": _("Please keep it to 500 characters.")})
    return text

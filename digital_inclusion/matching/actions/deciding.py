"""One family or two: a person says same, different, or takes it back. No record is moved or destroyed (rule 11)."""

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.ids import read_code
from ...foundation.kernel.messages import _
from ...progress.actions.facts import NewFact
from ...progress.actions.posting import Effect, post, preview
from ...progress.rules.facts import Kind
from ..models import CandidatePair
from ..queries.pairs import find_pair, find_record, get_pair
from ..rules import ANSWERS

LONGEST_REASON = 300


def pair_up(*, code_a: str, code_b: str, by: Actor) -> CandidatePair:
    """Return the pair of two records, made now if nobody has proposed it: a person may see what keys do not."""
    policy.check(by, "match:decide")
    record_a, record_b = _record("code_a", code_a), _record("code_b", code_b)
    if record_a == record_b:
        raise Invalid(fields={"code_b": _("This is the same record. Write the code of another one.")})
    pair = find_pair(record_a, record_b)
    if pair is None:
        low, high = sorted((record_a, record_b))
        pair = CandidatePair(record_a=low, record_b=high, because="", state="open", found_at=clock.now())
        session().add(pair)
        record("match.candidates_found", by=by, pairs=1, by_hand=True)
        session().flush()
    return pair


def link_records(*, pair_id: int, reason: str, by: Actor) -> CandidatePair:
    """Say that the two records are one household. Raises Conflict when somebody else has decided."""
    pair = _pair_for("same", pair_id, reason, by)
    fact = _link(pair, by, reason)
    posting = post([fact], cause="records.linked", by=by)
    pair.link_fact = fact.number
    _settle(pair, "same", reason, by)
    record("records.linked", by=by, subject=pair, posting=posting.number, records=[pair.record_a, pair.record_b])
    return pair


def keep_apart(*, pair_id: int, reason: str, by: Actor) -> CandidatePair:
    """Say that the two records are two households, and remember it. Raises Conflict when somebody else has decided."""
    pair = _pair_for("different", pair_id, reason, by)
    _settle(pair, "different", reason, by)
    record("records.kept_apart", by=by, subject=pair, records=[pair.record_a, pair.record_b])
    return pair


def split_records(*, pair_id: int, reason: str, by: Actor) -> CandidatePair:
    """Take the pair's link back; what stood before it stands again, and the pair is remembered as different."""
    pair = _pair_for("split", pair_id, reason, by)
    posting = post([_split(pair, by, reason)], cause="records.split", by=by)
    pair.link_fact = None
    _settle(pair, "different", reason, by)
    record("records.split", by=by, subject=pair, posting=posting.number, records=[pair.record_a, pair.record_b])
    return pair


def reopen_pair(*, pair_id: int, reason: str, by: Actor) -> CandidatePair:
    """Take back that two records are different: the question is open again."""
    pair = _pair_for("reopen", pair_id, reason, by)
    pair.state, pair.reason = "open", reason
    pair.decided_at = pair.decided_by = None
    record("records.reopened", by=by, subject=pair, records=[pair.record_a, pair.record_b])
    return pair


def take_back(*, pair_id: int, reason: str, by: Actor) -> CandidatePair:
    """Take the pair's answer back, whichever it was. Raises Conflict when there is none."""
    undo = split_records if get_pair(pair_id).state == "same" else reopen_pair
    return undo(pair_id=pair_id, reason=reason, by=by)


def preview_decision(*, pair_id: int, by: Actor) -> Effect:
    """Return what saying "same" (of an open pair) or splitting (a linked one) would do to today's figures."""
    policy.check(by, "match:decide")
    pair = get_pair(pair_id)
    if pair.state == "different":
        return Effect()
    return preview([_split(pair, by) if pair.state == "same" else _link(pair, by)], by=by)


def _record(field: str, code: str) -> int:
    written = read_code(code)
    found = find_record(written) if written else None
    if found is None:
        raise Invalid(fields={field: _("We know no household with this code.")})
    return found


def _pair_for(answer: str, pair_id: int, reason: str, by: Actor) -> CandidatePair:
    policy.check(by, "match:decide")
    if by.partner_id is None:
        raise NotAllowed
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why, in a sentence. Whoever reads it later will want to know.")})
    if len(reason) > LONGEST_REASON:
        raise Invalid(fields={"reason": _("Please say it in at most 300 characters.")})
    pair = get_pair(pair_id, lock=True)
    if answer not in ANSWERS[pair.state]:
        raise Conflict(_("Somebody else has answered in the meantime. Please look at the pair again."))
    return pair


def _link(pair: CandidatePair, by: Actor, reason: str | None = None) -> NewFact:
    return NewFact(
        kind=Kind.LINK,
        record_id=pair.record_a,
        partner_id=by.partner_id or 0,
        occurred_on=clock.today(),
        values={"other_record_id": pair.record_b, "reason": "same_household", "note": reason},
    )


def _split(pair: CandidatePair, by: Actor, reason: str | None = None) -> NewFact:
    return NewFact(
        kind=Kind.SPLIT,
        record_id=pair.record_a,
        partner_id=by.partner_id or 0,
        occurred_on=clock.today(),
        refers_to=pair.link_fact,
        values={"reason": "not_one_household", "note": reason},
    )


def _settle(pair: CandidatePair, state: str, reason: str, by: Actor) -> None:
    pair.state, pair.reason = state, reason
    pair.decided_at, pair.decided_by = clock.now(), by.user_id

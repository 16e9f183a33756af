"""Note what somebody reached in an assessment. One that the program names and that was passed is posted: as training
(rule 4), or months after the milestone as a check that the skills are still there (rule 7)."""

from dataclasses import dataclass, replace

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import refuse
from ...progress.actions.holding import hold_identity
from ...progress.queries.program import get_program
from ...progress.queries.served import Served
from ...progress.rules.deliveries import Evidence, NewDelivery
from ...progress.rules.facts import Item, Kind
from ..models import Assessment
from ..queries.assessments import find_taken, list_assessments
from ..queries.sustaining import find_standing
from ..rules.assessments import NewAssessment, becomes, check_assessment
from .training import record_skills_check, record_training


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a result, and under which grant it is posted."""

    evidence: Evidence | None = None
    grant_id: int | None = None


def note_assessment(
    *, household: Served, new: NewAssessment, proof: Proof, again: bool = False, by: Actor
) -> Assessment:
    """Write a result down; one that was passed and that the program names becomes a fact.

    Raises Invalid per field for what cannot be, and for what is on record already unless ``again``.
    """
    policy.check(by, "class:work")
    policy.check(by, "class:work", household)
    standard = get_program().counting.standard_on(new.taken_on)
    refuse(check_assessment(new, standard.assessments if standard else (), clock.today()))
    if new.member_id not in dict(household.members):
        raise Invalid(fields={"member_id": _("Please choose a person.")})
    hold_identity(household.id)
    if not again and find_taken(household.id, new) is not None:
        raise Invalid(fields={"again": _("This is already recorded. Tick the box below if it happened twice.")})
    made = Assessment(
        partner_id=household.partner_id, household_id=household.id, member_id=new.member_id, stage=new.stage,
        name=new.name, score=new.score, passed=new.passed, taken_on=new.taken_on, noted_at=clock.now(),
        noted_by=by.user_id,
    )  # fmt: skip
    made.fact_number = _post(household, new, proof, again, by)
    session().add(made)
    record("assessment.noted", by=by, subject=made, stage=new.stage, assessment=new.name, fact=made.fact_number)
    return made


def _post(household: Served, new: NewAssessment, proof: Proof, again: bool, by: Actor) -> int | None:
    """Post what the result counts as; return the fact's number, None where it is only kept."""
    kind = becomes(new, find_standing(household.id, new.member_id, new.taken_on))
    if kind == "check":
        check = _check(new, proof, by)
        return record_skills_check(household_id=household.id, check=check, again=again, by=by)
    if kind == "training":
        return record_training(household_id=household.id, delivery=_fact(new, proof), again=again, by=by)
    return None


def _check(new: NewAssessment, proof: Proof, by: Actor) -> NewDelivery:
    """Return the check; its evidence is the result itself, which ``reference`` finds among the household's."""
    given = proof.evidence or Evidence(seen_by=by.name, seen_on=new.taken_on)
    evidence = replace(
        given, type="assessment_result", reference=given.reference or f"{new.name}, {new.taken_on.isoformat()}"
    )
    return NewDelivery(
        kind=Kind.CHECK, item=Item.TRAINING, occurred_on=new.taken_on, passed=True, evidence=evidence
    )  # fmt: skip


def _fact(new: NewAssessment, proof: Proof) -> NewDelivery:
    return NewDelivery(
        item=Item.TRAINING,
        occurred_on=new.taken_on,
        member_id=new.member_id,
        assessment=new.name,
        passed=True,
        grant_id=proof.grant_id,
        evidence=proof.evidence,
    )


def forget_assessments(*, household_id: int, by: Actor) -> None:
    """Delete what the members of a household that is being erased reached; the facts stay."""
    policy.check(by, "household:erase")
    had = list_assessments(household_id)
    for one in had:
        session().delete(one)
    if had:
        record("assessment.forgotten", by=by, subject_type="households", subject_id=household_id, assessments=len(had))

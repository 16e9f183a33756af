"""Reading assessments: those of a household, and the one that became a fact."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...foundation.database import session
from ..models import Assessment
from ..rules.assessments import NewAssessment


def list_assessments(household_id: int) -> Sequence[Assessment]:
    """Return what the household's members took, the last first."""
    statement = select(Assessment).where(Assessment.household_id == household_id)
    ordered = statement.order_by(Assessment.taken_on.desc(), Assessment.id.desc())
    return session().scalars(ordered.options(joinedload(Assessment.member))).all()


def find_taken(household_id: int, new: NewAssessment) -> Assessment | None:
    """Return a result that stands of the same person, scale, stage and day."""
    statement = select(Assessment).where(
        Assessment.household_id == household_id,
        Assessment.member_id == new.member_id,
        Assessment.stage == new.stage,
        Assessment.name.is_(None) if new.name is None else Assessment.name == new.name,
        Assessment.taken_on == new.taken_on,
        Assessment.voided_at.is_(None),
    )
    return session().scalars(statement.order_by(Assessment.id)).first()


def find_assessment(fact_number: int) -> Assessment | None:
    """Return the assessment that became the fact; None where the fact tells of none."""
    return session().scalars(select(Assessment).where(Assessment.fact_number == fact_number)).first()

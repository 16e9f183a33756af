"""Applications of households to programs that lower the price of a line, and every move of theirs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned
from ...households.models import Household

_OPEN = text("closed_at IS NULL")


class Application(PartnerOwned, Base):
    """A household's application to one program. One open for each household and program."""

    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint(
            "state IN ('prepared', 'submitted', 'approved', 'problem', 'active', 'ending', 'ended')",
            name="state_known",
        ),
        CheckConstraint("(state = 'problem') = (problem IS NOT NULL)", name="problem_is_named"),
        CheckConstraint("(state = 'ended') = (closed_at IS NOT NULL)", name="ended_is_dated"),
        CheckConstraint("(due_on IS NULL) = (due_rule IS NULL)", name="deadline_has_a_rule"),
        Index(
            "uq_applications_open", "household_id", "program", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index("ix_applications_due", "partner_id", "due_on", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_applications_household_id", "household_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))  # found by the index with the deadline
    code: Mapped[str] = mapped_column(String(12), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    program: Mapped[str] = mapped_column(String(40))  # of the rulebook
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))  # the plan it is meant for
    fact_number: Mapped[int | None] = mapped_column(index=True)  # the line whose price it lowers, once there is one
    state: Mapped[str] = mapped_column(String(10))
    problem: Mapped[str | None] = mapped_column(String(24))
    since_on: Mapped[date]  # since when it stands so
    due_on: Mapped[date | None]  # by when somebody has to act
    due_rule: Mapped[str | None] = mapped_column(String(24))  # by which rule
    ends_on: Mapped[date | None]  # the last day of the benefit, where it is known
    end_reason: Mapped[str | None] = mapped_column(String(24))
    reference: Mapped[str | None] = mapped_column(String(80))  # the program's own number for it
    worksheet: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # one household, one benefit
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    household: Mapped[Household] = relationship()
    moves: Mapped[list["ApplicationMove"]] = relationship(back_populates="application", order_by="ApplicationMove.id")

    __mapper_args__ = {"version_id_col": version}


class ApplicationMove(PartnerOwned, Base):
    """One move of an application from state to state. Never changed."""

    __tablename__ = "application_moves"
    __table_args__ = (Index("ix_application_moves_application_id", "application_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    from_state: Mapped[str | None] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    problem: Mapped[str | None] = mapped_column(String(24))
    happened_on: Mapped[date]
    due_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(500))
    moved_at: Mapped[datetime]
    moved_by: Mapped[int | None]  # None: the product itself, or a provider's file

    application: Mapped[Application] = relationship(back_populates="moves")

"""Who has a place in a class or waits for one, and who came to a session."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...foundation.database import Base, PartnerOwned
from ...households.models import Household, Member
from .classes import TrainingClass

_STANDS = text("state <> 'given_up'")


class ClassPlace(PartnerOwned, Base):
    """A member of a household in a class: seated, or waiting in the order of the ids. One at a time for each person."""

    __tablename__ = "class_places"
    __table_args__ = (
        CheckConstraint("state IN ('seated', 'waiting', 'given_up')", name="state_known"),
        CheckConstraint("(state = 'given_up') = (given_up_at IS NOT NULL)", name="given_up_is_dated"),
        Index("uq_class_places_member", "class_id", "member_id", unique=True, sqlite_where=_STANDS,
              postgresql_where=_STANDS),
        Index("ix_class_places_class_id", "class_id", "state", "id"),
        Index("ix_class_places_household_id", "household_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = mapped_column(String(10))
    joined_at: Mapped[datetime]
    joined_by: Mapped[int | None]
    given_up_at: Mapped[datetime | None]
    given_up_by: Mapped[int | None]

    course: Mapped[TrainingClass] = relationship()
    household: Mapped[Household] = relationship()
    member: Mapped[Member] = relationship()


class Attendance(PartnerOwned, Base):
    """Whether a person came to a session, for how long, and the fact that this became.

    No fact: the household had not agreed to be counted, or somebody voided it since.
    """

    __tablename__ = "attendances"
    __table_args__ = (
        CheckConstraint("present = (minutes IS NOT NULL)", name="present_has_minutes"),
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 1 AND 1440", name="minutes_in_bounds"),
        CheckConstraint("fact_number IS NULL OR present", name="fact_of_present"),
        Index("uq_attendances_member", "session_id", "member_id", unique=True),
        Index("uq_attendances_fact_number", "fact_number", unique=True),
        Index("ix_attendances_household_id", "household_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    present: Mapped[bool]
    minutes: Mapped[int | None]
    fact_number: Mapped[int | None]

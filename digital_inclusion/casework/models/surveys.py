"""Follow-up surveys: what is asked, whom we asked and what they said, and the links by which they answer."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned
from ...foundation.kernel import clock
from ..rules.surveys import Question, State, questions_of, state_of


class Survey(Base):
    """A survey of the program: its questions are written before it opens and stay as they are from then on."""

    __tablename__ = "surveys"
    __table_args__ = (
        CheckConstraint("(opened_at IS NULL) = (opened_by IS NULL)", name="opened_by_somebody"),
        CheckConstraint("(opened_at IS NULL) = (closes_on IS NULL)", name="open_has_last_day"),
        CheckConstraint("(opened_at IS NULL) = (audience IS NULL)", name="open_has_audience"),
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="closed_was_open"),
        CheckConstraint("(closed_at IS NULL) = (kept_until IS NULL)", name="closed_has_end_of_keeping"),
        CheckConstraint("totals IS NULL OR closed_at IS NOT NULL", name="forgotten_was_closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    title: Mapped[str] = mapped_column(String(120))  # for staff
    introduction: Mapped[dict[str, str]] = mapped_column(JSON)  # by language; all empty: the ready-made one
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    audience: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    seed: Mapped[int | None]
    reach: Mapped[dict[str, list[int]] | None] = mapped_column(JSON(none_as_null=True))  # partner: fitting, reachable
    closes_on: Mapped[date | None]  # the last day
    kept_until: Mapped[date | None]  # the day from which only numbers stay
    totals: Mapped[dict[str, list[dict[str, int]]] | None] = mapped_column(JSON(none_as_null=True))  # partner: tally
    created_at: Mapped[datetime]
    created_by: Mapped[int]
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None]  # None: its last day was over
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def asks(self) -> list[Question]:
        """Return the questions."""
        return questions_of(self.questions)

    @property
    def state(self) -> State:
        """Return where it is today."""
        return state_of(
            is_opened=self.opened_at is not None, is_closed=self.closed_at is not None, closes_on=self.closes_on,
            today=clock.today(),
        )  # fmt: skip


class SurveyInvitation(PartnerOwned, Base):
    """A household that was asked, and what it said. One for each identity: two records of one family answer once."""

    __tablename__ = "survey_invitations"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'answered', 'refused')", name="state_known"),
        CheckConstraint("(state = 'waiting') = (told_at IS NULL)", name="told_on_a_day"),
        CheckConstraint("answers IS NULL OR state = 'answered'", name="answers_were_given"),
        CheckConstraint("way IS NULL OR way IN ('link', 'phone')", name="way_known"),
        UniqueConstraint("survey_id", "identity"),
        Index("ix_survey_invitations_household_id", "household_id", "survey_id"),
        Index("ix_survey_invitations_waiting", "partner_id", "survey_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    identity: Mapped[int]  # when it was asked
    state: Mapped[str] = mapped_column(String(8))
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # by place of the question
    way: Mapped[str | None] = mapped_column(String(8))
    told_at: Mapped[datetime | None]  # when they answered last, or did not want to
    told_to: Mapped[int | None]  # who wrote it down; None: they did
    message_id: Mapped[int | None]  # the last message that brought them a link
    revision: Mapped[int] = mapped_column(default=0)  # of the answers: whoever saves says which one they saw


class SurveyLink(Base):
    """A link by which a household answers, as the digest of its token: nobody can read the link back."""

    __tablename__ = "survey_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("survey_invitations.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))  # whose household it is, to look there
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]  # None: the product, to send it
    expires_on: Mapped[date]  # the survey's last day

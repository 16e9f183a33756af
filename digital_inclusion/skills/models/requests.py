"""Residents who asked for a seat on the public page, until somebody calls them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned


class ClassRequest(PartnerOwned, Base):
    """Somebody who wants a seat: a name and one way to reach them, erased once they have one or the request is
    closed. It is no household: staff find or enroll that."""

    __tablename__ = "class_requests"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'enrolled', 'closed')", name="state_known"),
        CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name="closed_is_dated"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
        CheckConstraint("(state = 'waiting') = (name IS NOT NULL)", name="name_until_closed"),
        CheckConstraint(
            "state = 'waiting' OR (phone IS NULL AND phone_e164 IS NULL AND email IS NULL)", name="contact_until_closed"
        ),
        Index("ix_class_requests_class_id", "class_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"))
    state: Mapped[str] = mapped_column(String(10))
    name: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(40))  # as given
    phone_e164: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(16))
    consent_text_version: Mapped[str] = mapped_column(String(40))
    consent_language: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None]  # None: the product itself
    outcome: Mapped[str | None] = mapped_column(String(20))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("class_places.id"))  # what it became

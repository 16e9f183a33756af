"""Messages to households and from them, what gateways reported, and which addresses get nothing."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned

_OPEN = text("ended_at IS NULL")
_ON_ITS_WAY = text("state IN ('waiting', 'sending')")


class Message(PartnerOwned, Base):
    """One message to a household, or from it. The address stands in the household alone; here is its fingerprint."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("direction IN ('out', 'in')", name="direction_known"),
        CheckConstraint("channel IN ('sms', 'email')", name="channel_known"),
        CheckConstraint(
            "state IN ('waiting', 'sending', 'unknown', 'sent', 'delivered', 'failed', 'bounced', 'not_sent',"
            " 'received')",
            name="state_known",
        ),
        CheckConstraint("(direction = 'in') = (state = 'received')", name="received_comes_in"),
        CheckConstraint("(state NOT IN ('not_sent', 'failed')) OR reason IS NOT NULL", name="says_why"),
        CheckConstraint("(direction = 'in') OR (written_by IS NOT NULL)", name="written_by_somebody"),
        Index("ix_messages_household_id", "household_id", "id"),
        Index("ix_messages_reference", "reference"),
        Index("ix_messages_state", "state", "id", sqlite_where=_ON_ITS_WAY, postgresql_where=_ON_ITS_WAY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    direction: Mapped[str] = mapped_column(String(3))
    channel: Mapped[str] = mapped_column(String(5))
    kind: Mapped[str] = mapped_column(String(12))  # the template it began with; coming in: text, stop, start
    language: Mapped[str | None] = mapped_column(String(8))
    subject: Mapped[str | None] = mapped_column(String(120))
    body: Mapped[str | None] = mapped_column(Text)  # exactly what goes out
    address_digest: Mapped[str | None] = mapped_column(String(32))  # keyed fingerprint
    parts: Mapped[int | None]  # text messages it falls into
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(16))  # one of REASONS
    reference: Mapped[str | None] = mapped_column(String(120))  # the gateway's
    tries: Mapped[int] = mapped_column(default=0)
    written_at: Mapped[datetime]  # coming in: when we took it
    written_by: Mapped[int | None]
    send_after: Mapped[datetime | None]
    sending_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]  # when the state was last learned


class MessageReport(Base):
    """That a gateway told something of a message: each thing once. Holds no address and no words."""

    __tablename__ = "message_reports"
    __table_args__ = (UniqueConstraint("channel", "reference", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(5))
    reference: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))  # delivered, failed, bounced, text
    received_at: Mapped[datetime]


class MessageKey(Base):
    """A secret key under which fingerprints of addresses are made, as its own fingerprint; the last one is in force."""

    __tablename__ = "message_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_check: Mapped[str] = mapped_column(String(32))
    began_at: Mapped[datetime]


class MessageBlock(Base):
    """That an address gets nothing by a channel: its person asked us to stop, or it does not work.

    A keyed fingerprint, so that it outlives the household's data and tells nobody whose it is.
    """

    __tablename__ = "message_blocks"
    __table_args__ = (
        CheckConstraint("cause IN ('stop', 'bounce')", name="cause_known"),
        Index(
            "uq_message_blocks_open", "address_digest", "channel", "cause", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(5))
    address_digest: Mapped[str] = mapped_column(String(32))
    cause: Mapped[str] = mapped_column(String(6))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

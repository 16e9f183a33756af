"""The round trip with internet companies: what they were asked, what they answered, and what became of each row."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...foundation.database import Base, PartnerOwned


class ProviderFile(PartnerOwned, Base):
    """A list of lines made for one company, with only what it needs to find them."""

    __tablename__ = "provider_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    provider: Mapped[str] = mapped_column(String(80))
    file_id: Mapped[int]
    rows: Mapped[int]
    left_out: Mapped[int]  # lines of households that did not agree that their company is asked
    sha256: Mapped[str] = mapped_column(String(64))
    expires_on: Mapped[date]  # the first day without the stored copy
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]


class ProviderFileRow(PartnerOwned, Base):
    """Which line a reference in a file stands for. The reference is of this file alone, never the household's code."""

    __tablename__ = "provider_file_rows"
    __exempt__ = True
    __table_args__ = (Index("ix_provider_file_rows_file_id", "file_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("provider_files.id"))
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    fact_number: Mapped[int] = mapped_column(ForeignKey("facts.number"), index=True)


class ProviderFileApplication(PartnerOwned, Base):
    """Which application a reference in a file stands for."""

    __tablename__ = "provider_file_applications"
    __exempt__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("provider_files.id"), index=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)


class AnswerFile(PartnerOwned, Base):
    """A company's answer on its way: uploaded, comparing, compared, running, finished, stopped, undoing, undone."""

    __tablename__ = "answer_files"
    __table_args__ = (
        CheckConstraint(
            "state IN ('uploaded', 'comparing', 'compared', 'running', 'finished', 'stopped', 'undoing', 'undone')",
            name="state_known",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    provider: Mapped[str] = mapped_column(String(80))
    filename: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[int]
    returned_id: Mapped[int | None]  # the stored file of the rows that come back with reasons
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    sheet_name: Mapped[str | None] = mapped_column(String(80))
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # header -> field
    answered_on: Mapped[date]  # as of which day the company answered
    is_city: Mapped[bool]  # taken in by the city: its confirmations verify themselves (rule 8)
    state: Mapped[str] = mapped_column(String(12), default="uploaded")
    error_code: Mapped[str | None] = mapped_column(String(40))
    chosen: Mapped[list[str]] = mapped_column(JSON, default=list)  # the kinds of differences that go in
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]  # when somebody first had it written: later answers rest on this one
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class AnswerRow(PartnerOwned, Base):
    """What one row says that is new. Of rows that are not ours nothing is kept but their number."""

    __tablename__ = "answer_rows"
    __exempt__ = True
    __table_args__ = (
        UniqueConstraint("file_id", "row"),
        CheckConstraint("outcome IN ('new', 'same', 'waiting', 'foreign', 'refused')", name="outcome_known"),
        Index("ix_answer_rows_account_key", "partner_id", "account_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("answer_files.id"))
    row: Mapped[int]  # as the person sees it in the spreadsheet
    outcome: Mapped[str] = mapped_column(String(8))
    fact_number: Mapped[int | None] = mapped_column(index=True)  # the line, or
    application_id: Mapped[int | None] = mapped_column(index=True)  # the application that it is about
    account_key: Mapped[str | None] = mapped_column(String(32))  # keyed fingerprint of the company's own number for it
    is_on: Mapped[bool] = mapped_column(default=False)  # the company says that the line is on
    ended_on: Mapped[date | None]  # or from which day it was off
    end_reason: Mapped[str | None] = mapped_column(String(24))
    speeds_differ: Mapped[bool] = mapped_column(default=False)
    down_kbps: Mapped[int | None]
    up_kbps: Mapped[int | None]
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # new price and promotion
    terms_before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # once applied
    to_state: Mapped[str | None] = mapped_column(String(10))  # what became of the application
    problem: Mapped[str | None] = mapped_column(String(24))  # and what is wrong with it
    problems: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    is_left_out: Mapped[bool] = mapped_column(default=False)  # by hand
    check_fact: Mapped[int | None]  # what applying brought
    end_fact: Mapped[int | None]
    move_id: Mapped[int | None]  # of the application
    application_before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class ProviderColumn(PartnerOwned, Base):
    """What a company's column header means, corrected by hand once and remembered for that company."""

    __tablename__ = "provider_columns"
    __table_args__ = (UniqueConstraint("partner_id", "provider", "header"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(80))  # folded
    header: Mapped[str] = mapped_column(String(200))  # folded
    field: Mapped[str] = mapped_column(String(20))
    updated_at: Mapped[datetime]

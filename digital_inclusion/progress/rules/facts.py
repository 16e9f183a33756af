"""What happened: the facts that counting rests on (shared by the rules, the store and the pages).

A fact is one row that says what happened to one record. It is never changed and never deleted; whatever
a person may correct is corrected by another fact. The columns here are the *counting columns*: no names,
no addresses, no free text. Source: "How we count", words and rules 1-15 (docs/counting.md).
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a fact says. The string is what the database stores."""

    ENROLLED = "enrolled"  # the record was taken into service (grant_id)
    CONSENT = "consent"  # consent to be served and counted, given on this day
    WITHDRAWAL = "withdrawal"  # consent withdrawn on this day (always the day it was entered)
    ADDRESS = "address"  # the record's home from this day: zip_code, district, fixed, in_city
    DELIVERY = "delivery"  # device handed over, line activated, training given, by a partner under a grant
    ALREADY_HAD = "already_had"  # a device or line the household owned: nobody's result
    ELIGIBILITY = "eligibility"  # a stored eligibility decision: positive True or False
    END = "end"  # refers_to a delivery or already-had; without it the whole record ended
    CHECK = "check"  # somebody asked: item LINE or TRAINING, positive; refers_to the line when known
    DECISION = "decision"  # a verifier on refers_to: positive True = confirm, False = question
    ANSWER = "answer"  # the partner answered a question on refers_to (counts nothing, moves the queue)
    VOID = "void"  # refers_to was never so
    LINK = "link"  # record_id and other_record_id are one household
    SPLIT = "split"  # refers_to a link: taken back, and remembered


class Item(StrEnum):
    """What was delivered, already owned or asked about."""

    DEVICE = "device"
    LINE = "line"
    TRAINING = "training"


class Fact(NamedTuple):
    """One fact as counting sees it; a tuple, because a posting reads thousands and a class fills its fields one by one.

    ``number`` ascends in the order of learning and is unique; ``posting`` is the transaction that
    brought it. ``occurred_on`` is the city's calendar day. ``partner_id`` is the partner who entered it
    (for a decision: the organization of the verifier). Speeds are kbps (100 Mbps = 100,000), durations minutes.
    """

    number: int
    posting: int
    kind: Kind
    record_id: int
    partner_id: int
    occurred_on: date
    entered_by: int | None = None  # user
    grant_id: int | None = None
    item: Item | None = None
    # device
    device_kind: str | None = None  # laptop, desktop, tablet, phone, hotspot, router, monitor
    donated: bool | None = None  # False: new
    passport_complete: bool | None = None  # a donated unit's chain of proofs; None where there is none
    loan_due_on: date | None = None
    # line
    down_kbps: int | None = None
    up_kbps: int | None = None
    # training
    member_id: int | None = None
    minutes: int | None = None
    assessment: str | None = None  # name of the assessment taken
    positive: bool | None = None  # passed / confirmed / still so
    # address
    zip_code: str | None = None
    district: str | None = None  # as given by hand, from a file or by point in polygon; else None
    fixed: bool | None = None  # False: no fixed address
    in_city: bool | None = None  # only for no fixed address: stays in the city
    # links between facts and records
    refers_to: int | None = None
    other_record_id: int | None = None
    # True only when the product itself received the proof from outside the partner (rule 8)
    self_verified: bool = False

"""One row of a company's answer, read cell by cell. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ....foundation.kernel.messages import _
from ....foundation.kernel.text import clean, fold
from ..dates import DateOrder, read_date
from ..numbers import read_cents, read_speeds
from .columns import unit_of

STATES = {
    word: state
    for state, words in {
        "on": "active, connected, on, in service, live, installed, enabled, current, yes",
        "off": "disconnected, cancelled, canceled, terminated, closed, inactive, off, ended, disabled, no",
        "waiting": "pending, in progress, scheduled, submitted, processing, not yet installed",
        "not_found": "not found, unknown, no match, no record, no account",
        "approved": "approved, accepted, qualified, eligible, enrolled",
        "rejected": "refused, rejected, denied, declined, not eligible",
    }.items()
    for word in words.split(", ")
}
# words of companies -> reasons of an end, as the end of a line is recorded by hand
END_REASONS = {
    word: reason
    for reason, words in {
        "canceled": "canceled, cancelled, customer request, voluntary, canceled by customer, cancelled by customer",
        "not_paid": "not paid, non pay, nonpay, non payment, nonpayment, unpaid, past due",
        "moved": "moved, move, moved away, relocation",
        "replaced": "replaced, upgrade, upgraded, changed plan",
    }.items()
    for word in words.split(", ")
}
# words of companies -> problems of an application, as they are named by hand
REFUSALS = {
    word: problem
    for problem, words in {
        "name_mismatch": "name mismatch, name does not match, wrong name, name not matched",
        "address_not_found": "address not found, not serviceable, address not serviceable, no service at address, "
        "wrong address, address mismatch",
        "duplicate": "duplicate, already enrolled, already a customer, existing customer, already has the benefit",
        "not_eligible": "not eligible, ineligible, does not qualify, not qualified, income too high",
        "documents_missing": "papers missing, documents missing, missing documents, incomplete, missing paperwork, "
        "proof missing",
    }.items()
    for word in words.split(", ")
}
UNREAD_STATE = _("We do not know this word. Write active, disconnected, pending, approved, refused or not found.")
UNREAD_DAY = _("This is not a day. Write it like 2026-05-31.")
UNREAD_SPEED = _("Write the speeds down and up, for example 100/20.")
UNREAD_PRICE = _("Write what a month costs, for example 19.99.")
FORMULA = _("This cell holds a formula. Write its value.")
DAY_AHEAD = _("This day lies in the future. Send it when it has happened.")
END_MISSING = _("It is off, but the row does not say since when.")
ON_AND_ENDED = _("The row says that the line is on, and also that it ended.")
PENDING_AND_ENDED = _("The row says that the line is still pending, and also that it ended.")
AFTER_WITHOUT_END = _("A price after the promotion needs the promotion's last day.")


@dataclass(slots=True)
class Answer:
    """What a row says. Speeds are kbps, prices cents a month; None: it does not say."""

    row: int
    reference: str = ""
    account: str = ""
    state: str = ""  # on, off, waiting, not_found, approved, rejected
    ended_on: date | None = None
    end_reason: str = "unknown"
    refusal: str = ""  # why an application was refused, as its problems are named
    down_kbps: int | None = None
    up_kbps: int | None = None
    price_cents: int | None = None
    promo_until_on: date | None = None
    price_after_cents: int | None = None
    problems: list[dict[str, Any]] = field(default_factory=list)

    def said(self) -> tuple[object, ...]:
        """Return what the row says of its line: two rows that differ in it disagree."""
        return (self.state, self.refusal, self.ended_on, self.down_kbps, self.up_kbps, self.price_cents,
                self.promo_until_on, self.price_after_cents)  # fmt: skip

    def add(self, message: str, column: str = "", value: str = "") -> None:
        """Note what is wrong: the sentence, the column's header, what stands in the cell."""
        self.problems.append({"column": column, "value": value[:200], "message": message})


class AnswerReader:
    """Reads rows of one file. ``mapping`` is header -> field; ``today`` the city's day."""

    def __init__(self, headers: Sequence[str], mapping: Mapping[str, str], *, today: date, order: DateOrder) -> None:
        self._places = [(place, head, mapping[head]) for place, head in enumerate(headers) if mapping.get(head)]
        self._today, self._order = today, order

    def read(self, number: int, cells: Sequence[str]) -> Answer:
        """Return what the row says, with a problem for every cell that cannot be read."""
        answer = Answer(number)
        for place, header, name in self._places:
            text = clean(cells[place]) if place < len(cells) else ""
            if text.startswith("="):
                answer.add(FORMULA, header, text)
            elif text:
                getattr(self, f"_{_READERS.get(name, name)}")(answer, name, header, text)
        self._check(answer)
        return answer

    def _text(self, answer: Answer, name: str, _header: str, text: str) -> None:
        setattr(answer, name, text[:80])

    def _state(self, answer: Answer, _name: str, header: str, text: str) -> None:
        answer.state = STATES.get(fold(text), "")
        if not answer.state:
            answer.add(UNREAD_STATE, header, text)

    def _reason(self, answer: Answer, _name: str, _header: str, text: str) -> None:
        answer.end_reason = END_REASONS.get(fold(text), "unknown")
        answer.refusal = REFUSALS.get(fold(text), "")

    def _day(self, answer: Answer, name: str, header: str, text: str) -> None:
        day = read_date(text, self._order, self._today).day
        if day is None:
            answer.add(UNREAD_DAY, header, text)
        elif name == "ended_on" and day > self._today:
            answer.add(DAY_AHEAD, header, text)
        setattr(answer, name, day)

    def _cents(self, answer: Answer, name: str, header: str, text: str) -> None:
        cents = read_cents(text)
        if cents is None:
            answer.add(UNREAD_PRICE, header, text)
        setattr(answer, f"{name}_cents", cents)

    def _speeds(self, answer: Answer, name: str, header: str, text: str) -> None:
        found = read_speeds(text, unit_of(header)) or []
        wanted = ["down_kbps", "up_kbps"] if name == "speeds" else [f"{name}_kbps"]
        if len(found) != len(wanted):
            answer.add(UNREAD_SPEED, header, text)
            return
        for column, speed in zip(wanted, found, strict=True):
            setattr(answer, column, speed)

    def _check(self, answer: Answer) -> None:
        """Note what contradicts itself within the row."""
        if answer.problems:
            return
        if answer.state == "on" and answer.ended_on is not None:
            answer.add(ON_AND_ENDED)
        elif answer.state == "waiting" and answer.ended_on is not None:
            answer.add(PENDING_AND_ENDED)
        elif answer.state == "off" and answer.ended_on is None:
            answer.add(END_MISSING)
        elif (answer.down_kbps is None) != (answer.up_kbps is None):
            answer.add(UNREAD_SPEED)


_READERS = {
    "reference": "text", "account": "text", "ended_on": "day", "promo_until_on": "day", "price": "cents",
    "price_after": "cents", "down": "speeds", "up": "speeds",
}  # fmt: skip

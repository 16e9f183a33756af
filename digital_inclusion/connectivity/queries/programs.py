"""Programs that lower the price of a line, as the rulebook in use knows them, and what they answer a household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ...eligibility.rules.book import ProgramKind
from ...eligibility.rules.deciding import Answer
from ...eligibility.schemas import decider_in_use
from ...foundation.kernel.messages import _
from ...households.queries import find_last_decision
from ..rules.terms import VOUCHER


@dataclass(frozen=True, slots=True)
class Choice:
    """A program that a household can apply to today, with what the stored decision says."""

    program: str
    title: str
    answer: str
    gives: str


_ORDER = (Answer.YES, Answer.LIKELY, Answer.CANNOT_TELL)


def list_choices(household_id: int, *, today: date) -> Sequence[Choice]:
    """Return the subsidies that take households today, first those that the household qualifies for."""
    last = find_last_decision(household_id)
    programs = last.ruling.programs if last is not None else []  # what was closed then says nothing of today
    told = {one["program"]: one["answer"] for one in programs if one["answer"] != Answer.CLOSED}
    ready = [one for one in decider_in_use().on(today) if one.root is not None]
    open_today = [one.program for one in ready if one.program.kind is ProgramKind.SUBSIDY]
    found = [Choice(one.id, one.title, told.get(one.id, Answer.CANNOT_TELL.value), one.gives) for one in open_today]
    return sorted(found, key=lambda one: _ORDER.index(Answer(one.answer)) if one.answer in _ORDER else len(_ORDER))


def titles(kind: ProgramKind | None = None) -> dict[str, str]:
    """Return the titles of the rulebook's programs, or of those of a kind, by id, in the order in which to apply."""
    programs = decider_in_use().book.programs.values()
    chosen = [one for one in programs if kind is None or one.kind is kind]
    return {one.id: one.title for one in sorted(chosen, key=lambda one: (one.order, one.id))}


def subsidy_titles() -> dict[str, str]:
    """Return the titles of everything that pays toward a line, by id; the city's vouchers last."""
    return titles(ProgramKind.SUBSIDY) | {VOUCHER: _("City voucher")}

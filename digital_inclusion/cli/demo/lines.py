"""The demo's lines: terms and subsidies of some, households that were asked whether they are still on, a sample."""

from datetime import date, timedelta

from sqlalchemy import exists, or_, select

from ...connectivity.actions.checking import note_check
from ...connectivity.actions.sampling import draw_sample
from ...connectivity.actions.terms import note_subsidy, note_terms
from ...connectivity.models import Application, Subscription
from ...connectivity.queries import asking
from ...connectivity.rules.checks import Said, terms_on
from ...connectivity.rules.samples import Wanted
from ...connectivity.rules.terms import NewSubsidy, NewTerms
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel import clock
from ...households.models import Household
from .doing import Desk

# price before subsidies, days from the last day of the plan to the promotion's, price after, subsidy's days, cents
_TERMS = (
    (2999, 25, 5499, 400, 925), (3000, None, None, 61, 925), (3995, 76, 6995, None, None),
    (1495, None, None, 33, 925), (2500, 12, 4500, 150, 925), (5000, None, None, None, None),
)  # fmt: skip
_SAID = (("on", "phone"), ("on", "visit"), ("no_answer", "phone"), ("wrong_number", "phone"), ("off", "phone"))
_MARGIN, _MONTH = 10, timedelta(days=30)


def fill_lines(desk: Desk) -> None:
    """Write down terms and subsidies, note what some households said, and draw a sample of those due in a month."""
    navigators = [staff[0] for staff in desk.world.staff.values() if staff]
    with desk.at(desk.plan.until):
        for by in navigators[:2]:
            _note_terms(by, desk.plan.until)
            _ask(by)
        _draw(desk.world.manager)


def _note_terms(by: Actor, until: date) -> None:
    lines = session().scalars(
        select(Subscription)
        .join(Household, Household.id == Subscription.household_id)
        .where(Subscription.partner_id == by.partner_id, Household.erased_at.is_(None))
        .where(Subscription.is_given.is_(True), Subscription.is_void.is_(False))
        .where(or_(Subscription.ended_on.is_(None), Subscription.ended_on > until))
        .where(~exists().where(Application.household_id == Household.id))  # whose discount comes with an application
        .order_by(Subscription.starts_on.desc(), Subscription.fact_number)
        .limit(len(_TERMS))
    )
    for line, (price, days, after, lasts, cents) in zip(lines.all(), _TERMS, strict=False):
        terms = NewTerms(
            price_cents=price, promo_until_on=until + timedelta(days=days) if days else None, price_after_cents=after,
            measured_on=line.starts_on, measured_down_kbps=line.down_kbps * 9 // 10, measured_up_kbps=line.up_kbps,
        )  # fmt: skip
        at = {"household_id": line.household_id, "number": line.fact_number}
        note_terms(**at, terms=terms, again=True, by=by)
        if cents is not None:
            last = until + timedelta(days=lasts or 0)
            paid = NewSubsidy(program="lifeline_federal", amount_cents=cents, from_on=line.starts_on, until_on=last)
            note_subsidy(**at, subsidy=paid, programs=[paid.program], by=by)


def _ask(by: Actor) -> None:
    terms = terms_on(clock.today(), (30, 90, 365))
    due = asking.due(terms, today=clock.today(), now=clock.now(), most=3)
    mine = [one.line.fact_number for one in asking.list_due(due.where(Subscription.partner_id == by.partner_id))]
    for number, (answer, way) in zip(mine[::3], _SAID, strict=False):
        note_check(number=number, said=Said(answer=answer, way=way), by=by)


def _draw(by: Actor) -> None:
    today = clock.today()
    draw_sample(wanted=Wanted(term_days=90, from_on=today - _MONTH, to_on=today, margin=_MARGIN), seed=90, by=by)

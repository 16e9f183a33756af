"""Staff's work with a complaint, an appeal or a correction: look at it, say whom it is about, ask, answer.

And what ends by itself.
"""

from datetime import timedelta

from ...connectivity.rules.deadlines import add_business_days
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.audit.actions import record
from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound
from ...foundation.kernel.ids import new_code, read_code
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import refuse
from ...progress.queries.program import get_program
from ..models import Grievance, GrievanceSide
from ..queries.grievances import (
    answers_for,
    find_held_grievance,
    find_household_at,
    get_grievance,
    get_words,
    has_open_side,
    hold_side,
    is_still_asked,
    list_answered_until,
    list_changes,
    list_closed_until,
    list_of_household,
    obstacle_of,
    organizations,
)
from ..rules.grievances import (
    CORRECTION,
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    SIDE_DAYS,
    NewAnswer,
    State,
    Step,
    check_answer,
    check_step,
    check_words,
)
from .grieving import blank, close, end_and_blank, move, route, wait

MOST_AT_ONCE = 500
KEPT_LONG_ENOUGH, WITH_HOUSEHOLD, TIME_IS_UP = "kept_long_enough", "with_household", "time_is_up"


def _hold(reference: str, step: Step, by: Actor) -> Grievance:
    """Return the grievance, held until the commit so that of two people one is first; check that ``step`` is possible.

    Raises NotFound for another organization's, Conflict where the reader's organization does not answer it.
    """
    held = find_held_grievance(get_grievance(reference, by=by).id)
    if held is None:
        raise NotFound
    policy.check(by, "grievance:work", held)
    if step is not Step.PLACE and not answers_for(by, held.partner_id):
        raise Conflict(_("Another organization answers this."))
    check_step(step, held.state)
    return held


def _hold_own(reference: str, step: Step, by: Actor) -> Grievance:
    """Return the grievance that ``by`` looks at and still may look at."""
    held = _hold(reference, step, by)
    if held.owner_id != by.user_id:
        raise Conflict(_("Only who looks at it can do this."))
    _check_free(held, by)
    return held


def _check_free(grievance: Grievance, by: Actor) -> None:
    obstacle = obstacle_of(grievance, by=by)
    if obstacle is not None:
        raise Conflict(obstacle)


def take_grievance(*, reference: str, by: Actor) -> None:
    """Begin to look at it: from now on one person owns it, and who wrote it sees that somebody does."""
    policy.check(by, "grievance:work")
    held = _hold(reference, Step.TAKE, by)
    _check_free(held, by)
    held.state, held.owner_id, held.updated_at = State.LOOKING, by.user_id, clock.now()
    held.acknowledged_on = held.acknowledged_on or clock.today()
    record("grievance.taken", by=by, subject=held)


def release_grievance(*, reference: str, by: Actor) -> None:
    """Give it back so that somebody else can look at it; the answer stays due on the same day.

    People of the city may do so for whoever is away.
    """
    policy.check(by, "grievance:work")
    held = _hold(reference, Step.RELEASE, by)
    if held.owner_id != by.user_id:
        _check_free(held, by)
    wait(held)
    record("grievance.released", by=by, subject=held)


def place_grievance(*, reference: str, about: int | None, code: str | None, by: Actor) -> None:
    """Say which organization it is about and which household's it is; whoever answers then by the rules gets it.

    People of a partner can only give a correction back to the city (``about`` None).
    """
    policy.check(by, "grievance:work")
    held = _hold(reference, Step.PLACE, by)
    _check_free(held, by)
    if not sees_every_partner(by.roles) and about is not None:
        raise Invalid(fields={"about": _("You can give this back to the city.")})
    if about is not None and about not in {number for number, _name in organizations()}:
        raise Invalid(fields={"about": _("Please choose an organization from the list.")})
    if code:
        held.household_id = _household(code, about)
    if about is None and held.kind == CORRECTION and not sees_every_partner(by.roles):
        held.household_id = None  # the city finds out whose it is
    held.about_id, held.updated_at = about, clock.now()
    record("grievance.linked", by=by, subject=held, about=about, household=held.household_id)
    _go_where_it_belongs(held, by)


def _household(code: str, about: int | None) -> int:
    found = find_household_at(read_code(code), about) if about is not None else None
    if found is None:
        sentence = _(
            "This organization has no household with this code. Choose the organization first, then check the code."
        )
        raise Invalid(fields={"code": sentence})
    return found


def _go_where_it_belongs(held: Grievance, by: Actor) -> None:
    to = route("complaint" if held.reopened_on is not None else held.kind, held.about_id)
    if to != held.partner_id:
        move(held, to)
        record("grievance.passed_on", by=by, subject=held, to=to)


def ask_side(*, reference: str, question: str | None, by: Actor) -> None:
    """Ask the organization that it is about for its side, in words written for it: it sees nothing else."""
    policy.check(by, "grievance:work")
    held = _hold_own(reference, Step.ASK, by)
    if held.about_id is None or held.about_id == held.partner_id:
        raise Conflict(_("First say which organization this is about."))
    if held.asked_partner_id not in (None, held.about_id):
        raise Conflict(_("Another organization was asked about this already."))
    if has_open_side(held):
        raise Conflict(_("They were asked already and have not answered yet."))
    refuse(check_words("question", question, LONGEST_QUESTION, _("Write what you ask them.")))
    due = add_business_days(clock.today(), SIDE_DAYS, get_program().file.connectivity.closed_on)
    held.asked_partner_id = held.about_id
    with scope_of(held.about_id):
        session().add(
            GrievanceSide(
                partner_id=held.about_id, code=new_code(), grievance_id=held.id, question=question, due_on=due,
                asked_at=clock.now(), asked_by=by.user_id or 0,
            )
        )  # fmt: skip
    record("grievance.side_asked", by=by, subject=held, to=held.about_id)


def say_side(*, code: str, answer: str | None, by: Actor) -> GrievanceSide:
    """Say one's own organization's side, once."""
    policy.check(by, "grievance:work")
    side = hold_side(code)
    policy.check(by, "grievance:work", side)
    if side.partner_id != by.partner_id:
        raise NotFound
    if not is_still_asked(side):
        raise Conflict(_("This was answered already, or is no longer asked."))
    refuse(check_words("answer", answer, LONGEST_ANSWER, _("Write what happened as you saw it.")))
    side.answer, side.said_at, side.said_by = answer, clock.now(), by.user_id
    record("grievance.side_given", by=by, subject=side)
    return side


def answer_grievance(*, reference: str, answer: NewAnswer, by: Actor) -> None:
    """Answer it: outcome, words in the resident's language, and what was changed because of it.

    A first answer may be disagreed with once; the second closes it.
    """
    policy.check(by, "grievance:work")
    held = _hold_own(reference, Step.ANSWER, by)
    changes = {change.event: change for change in list_changes(held)}
    refuse(check_answer(answer, changes=changes))
    with scope_of(held.partner_id):
        words = get_words(held)
        words.answer, words.answer_english = answer.text, answer.english
    today, changed = clock.today(), changes.get(answer.changed or 0)
    held.state, held.outcome, held.owner_id, held.answered_by = State.ANSWERED, answer.outcome, None, by.user_id
    held.answered_on, held.updated_at = today, clock.now()
    held.first_answered_on = held.first_answered_on or today
    if changed is not None:
        held.changed_what, held.changed_event = changed.name, changed.event
        held.changed_on = clock.local(changed.at).date()
    what = changed.name if changed is not None else None
    record("grievance.answered", by=by, subject=held, outcome=answer.outcome, changed=what)
    if held.reopened_on is not None:
        close(held, is_read=False)
        record("grievance.closed", by=by, subject=held)


def erase_grievances_of(*, household_id: int, partner_id: int, by: Actor) -> None:
    """Erase what was written about a household whose record is being erased.

    What another organization still has to answer is erased as soon as it is closed: whom a complaint is about cannot
    end it by erasing the record.
    """
    policy.check(by, "household:erase")
    for held in list_of_household(household_id):
        if held.state != State.CLOSED and held.partner_id != partner_id:
            held.erase_when_closed = True
            continue
        end_and_blank(held)
        record("grievance.erased", by=by, subject=held, reason=WITH_HOUSEHOLD)


def close_answered(*, by: Actor) -> int:
    """Close what was answered and not disagreed with in the setting's days; return how many."""
    policy.check(by, "grievance:work")
    last = clock.today() - timedelta(days=get_program().file.grievances.disagree_days + 1)
    answered = list_answered_until(last, limit=MOST_AT_ONCE)
    for held in answered:
        close(held)
        record("grievance.closed", by=by, subject=held, reason=TIME_IS_UP)
    return len(answered)


def forget_closed_grievances(*, by: Actor) -> int:
    """Erase what closed ones say whose end is longer ago than the settings keep it; return how many."""
    policy.check(by, "grievance:work")
    settings, today = get_program().file.grievances, clock.today()
    kept = clock.end_of_day(today - timedelta(days=settings.keep_days))
    read = clock.end_of_day(today - timedelta(days=settings.disagree_days + 1))
    closed = list_closed_until(kept, read=read, limit=MOST_AT_ONCE)
    for held in closed:
        blank(held)
        held.pin_hash = held.shown_digest = ""
        reason = WITH_HOUSEHOLD if held.erase_when_closed else KEPT_LONG_ENOUGH
        record("grievance.erased", by=by, subject=held, reason=reason)
    return len(closed)

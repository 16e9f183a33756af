"""Prepare an application, note every move of it with its deadline, note that it was renewed, forget what it says."""

from datetime import date

from sqlalchemy.exc import IntegrityError

from ...agenda.actions.tasks import close_tasks_about
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ...progress.actions.holding import hold_identity
from ...progress.queries.program import get_program
from ...progress.queries.served import Served
from ..models import Application, ApplicationMove
from ..queries import applications as queries
from ..queries.programs import list_choices
from ..rules import applications as rules
from ..rules import deadlines
from ..rules.applications import Move, State, Worksheet
from .subsidizing import follow_subsidy

DEADLINE = "deadline"  # the kind of its tasks
_OPEN_ALREADY = _("This household has an open application to this program already.")
_CHANGED = _(
    "Somebody was faster: this application is “%(state)s” by now. Nothing you typed was saved. Look at it again."
)


def prepare_application(
    *, household: Served, program: str, offer_code: str | None = None, note: str | None = None, by: Actor
) -> Application:
    """Begin an application. Raises Invalid for a program that takes nobody today, or where one is open already."""
    policy.check(by, "application:work", household)
    today = clock.today()
    if program not in {one.program for one in list_choices(household.id, today=today)}:
        raise Invalid(fields={"program": _("Please choose a program that takes households today.")})
    offer = queries.find_offer(offer_code)
    application = Application(
        code=new_code(), partner_id=household.partner_id, household_id=household.id, program=program,
        offer_id=offer.id if offer is not None else None, state=State.PREPARED.value, since_on=today,
        created_at=clock.now(), created_by=by.user_id,
    )  # fmt: skip
    rule = rules.rule_of(State.PREPARED, program=program)
    application.due_on, application.due_rule = _due_on(rule, today), rule
    try:
        with session().begin_nested():
            session().add(application)
    except IntegrityError:  # there is one, perhaps since a moment
        raise Invalid(fields={"program": _OPEN_ALREADY}) from None
    keep_move(application, None, Move(to=State.PREPARED, on=today, note=note), by)
    record("application.prepared", by=by, subject=application, program=program)
    return application


def move_application(*, code: str, version: int, move: Move, worksheet: Worksheet, by: Actor) -> Application:
    """Note the next step of an application: its state, its deadline, what comes off the price.

    Raises Conflict where somebody was faster, the step is not possible, or a household would get two federal
    discounts; Invalid with a sentence for each field that is missing.
    """
    policy.check(by, "application:work")
    found = queries.get_application(code)
    policy.check(by, "application:work", found)
    hold_identity(found.household_id)
    asks_federal = move.to is State.SUBMITTED and found.program in rules.FEDERAL
    neighbors = queries.list_neighbors(found, move.on) if asks_federal else []
    held = _hold(found, neighbors, version)
    before = State(held.state)
    rules.check_move(before, move, since_on=held.since_on, today=clock.today(), has_line=held.fact_number is not None)
    if asks_federal:
        _check_one_benefit(held, neighbors, worksheet, move.on)
    apply_move(held, move, by)
    keep_move(held, before, move, by)
    record("application.moved", by=by, subject=held, before=before.value, to=move.to.value, problem=move.problem)
    return held


def _hold(found: Application, neighbors: list[int], version: int) -> Application:
    """Hold the application, and those of the neighbors to the same program, in one sweep."""
    others = queries.list_open_ids(neighbors, found.program) if neighbors else []
    held = {one.id: one for one in queries.hold_applications({found.id, *others})}[found.id]
    if held.version != version:
        raise Conflict(_CHANGED, state=rules.STATES[State(held.state)])
    return held


def _check_one_benefit(held: Application, neighbors: list[int], worksheet: Worksheet, on: date) -> None:
    rules.check_one_benefit(
        has_it=queries.has_it(held, on),
        elsewhere=queries.has_it_elsewhere(held, on),
        same_home=queries.do_neighbors_have_it(neighbors, held.program, on, but=held.id),
        worksheet=worksheet,
    )
    if worksheet.other_adult is not None:
        held.worksheet = dict(worksheet.as_stored(on))


def apply_move(held: Application, move: Move, by: Actor) -> None:
    """Bring a held application to the state of a move that was checked, with its deadline and what it takes off."""
    before, solved = State(held.state), held.problem
    _apply(held, move)
    follow_subsidy(application=held, before=before, move=move, by=by)
    rule = rules.rule_of(move.to, program=held.program, problem=move.problem)
    set_deadline(held, rule, _due_after(rule, held, move, solved), by)


def _apply(held: Application, move: Move) -> None:
    held.state, held.since_on = move.to.value, move.on
    held.problem = move.problem if move.to is State.PROBLEM else None
    held.reference = move.reference or held.reference
    if move.to is State.ENDING:
        held.ends_on = move.ends_on
    elif move.to is State.ACTIVE:
        held.ends_on = None
    elif move.to is State.ENDED:
        held.end_reason, held.closed_at = move.reason, clock.now()


def _due_after(rule: str | None, held: Application, move: Move, solved: str | None) -> date | None:
    """Return the deadline that begins with a move; a renewal falls on the anniversary of the first day."""
    if rule == "last_day":
        return held.ends_on
    if rule != "renew":
        return _due_on(rule, move.on)
    first = _first_day(held, move.on)
    if solved == "not_recertified":
        return deadlines.renewed(first, move.on)
    known = [one.due_on for one in queries.list_moves(held.id) if one.to_state == State.ACTIVE and one.due_on]
    return deadlines.renewal_after(first, move.on, known)


def _due_on(rule: str | None, start: date) -> date | None:
    closed_on = get_program().file.connectivity.closed_on
    return deadlines.due_on(rule, start, closed_on) if rule is not None else None


def _first_day(held: Application, otherwise: date) -> date:
    brought = queries.list_subsidies_of(held.id)
    return brought[0].from_on if brought else otherwise


def set_deadline(application: Application, rule: str | None, due: date | None, by: Actor) -> None:
    """Set the deadline; the task about one that is no longer due is closed."""
    if application.due_on not in (None, due):
        close_tasks_about(kind=DEADLINE, things=[application.code], by=by)
    application.due_on, application.due_rule = due, rule


def keep_move(application: Application, before: State | None, move: Move, by: Actor) -> ApplicationMove:
    """Keep a move for good, and return it."""
    session().flush()
    kept = ApplicationMove(
        partner_id=application.partner_id,
        application_id=application.id,
        to_state=move.to.value,
        from_state=before.value if before is not None else None,
        problem=application.problem,
        happened_on=move.on,
        due_on=application.due_on,
        note=move.note,
        moved_at=clock.now(),
        moved_by=by.user_id,
    )
    session().add(kept)
    session().flush()
    return kept


def note_renewal(
    *, code: str, version: int, is_done: bool, on: date, note: str | None = None, by: Actor
) -> Application:
    """Note that the program asked for the yearly recertification, or (``is_done``) that it was answered."""
    policy.check(by, "application:work")
    found = queries.get_application(code)
    policy.check(by, "application:work", found)
    held = _hold(found, [], version)
    if held.state != State.ACTIVE or held.program not in rules.YEARLY:
        raise Conflict(_("Only an active discount that is renewed every year can be renewed."))
    move = Move(to=State.ACTIVE, on=on, note=note)
    rules.check_day(move, since_on=held.since_on, today=clock.today())
    held.since_on = on
    rule = "renew" if is_done else "recertify"
    set_deadline(held, rule, deadlines.renewed(_first_day(held, on), on) if is_done else _due_on(rule, on), by)
    keep_move(held, State.ACTIVE, move, by)
    record("application.renewed", by=by, subject=held, done=is_done)
    return held


def forget_applications(*, household_id: int, by: Actor) -> None:
    """End and blank the applications of a household that is being erased: programs, states and days stay."""
    policy.check(by, "household:erase")
    for held in queries.hold_applications([one.id for one in queries.list_applications_of(household_id)]):
        if held.closed_at is None:
            before, move = State(held.state), Move(to=State.ENDED, on=clock.today(), reason=rules.ERASED)
            _apply(held, move)
            held.due_on = held.due_rule = None
            keep_move(held, before, move, by)
            record("application.moved", by=by, subject=held, before=before.value, to=move.to.value, problem=None)
        held.reference = held.worksheet = None
        for one in queries.list_moves(held.id):
            one.note = None
    session().flush()

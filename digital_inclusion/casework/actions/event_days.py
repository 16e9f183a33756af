"""Prepare an event day, load it onto a computer, and take in what was done there without network.

What is taken in goes through the same actions as online. Each tap has a key made at the tap; its first outcome is kept
under the key, so that a replay in any order and number returns it and posts nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ...devices.actions.handing_over import Signed, hand_over_scanned
from ...devices.queries.requests import find_live
from ...devices.queries.units import find_home, find_scanned, hold_devices
from ...devices.rules.states import State
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from ...foundation.kernel.ids import new_code
from ...progress.actions.holding import hold_identities
from ...progress.queries.served import get_served
from ...skills.actions.attendance import mark_present
from ...skills.queries.attendance import countable, list_known
from ...skills.queries.classes import get_session, hold_session
from ...skills.rules.attendance import WAS_CANCELED
from ..models import EventDay, EventDayHome, EventDayItem
from ..queries.event_days import (
    find_items,
    get_event_day,
    hold_event_day,
    hold_item,
    household_ids,
    list_held_back,
)
from ..rules import event_days as rules
from ..rules.event_days import Tap


def prepare_event_day(*, happens_on: date, lesson: str | None, tags: Collection[str], by: Actor) -> EventDay:
    """Write down what is taken along: a class session (its code), devices held back (their tags), or both.

    With a class the event is on the day of its session, whatever ``happens_on`` says. Raises Invalid for a day or a
    list that cannot be, NotFound for another organization's session.
    """
    policy.check(by, "event_day:work")
    if by.partner_id is None:
        raise NotAllowed
    one = get_session(lesson) if lesson else None
    if one is not None and one.canceled_at is not None:
        raise Invalid(fields={"lesson": WAS_CANCELED})
    if one is not None:
        happens_on = clock.local(one.starts_at).date()
    rules.check_new(happens_on=happens_on, today=clock.today(), homes=len(tags), has_lesson=one is not None)
    kept = {held.device.code: held for held in list_held_back(partner_id=by.partner_id)}
    if set(tags) - kept.keys():
        raise Invalid(fields={"homes": rules.LIST_CHANGED})
    day = EventDay(
        partner_id=by.partner_id, code=new_code(), happens_on=happens_on, session_id=one.id if one else None,
        prepared_at=clock.now(), prepared_by=by.user_id or 0,
    )  # fmt: skip
    day.homes = [
        EventDayHome(partner_id=by.partner_id, household_id=held.household.id, device_id=held.device.id)
        for code, held in kept.items() if code in tags
    ]  # fmt: skip
    session().add(day)
    record("event_day.prepared", by=by, subject=day, households=len(day.homes), has_class=one is not None)
    return day


def load_event_day(*, code: str, by: Actor) -> EventDay:
    """Let the list go onto the computer of whoever prepared it; return it with its households.

    Raises NotAllowed for anybody else, Conflict when the day is over.
    """
    day = _own(hold_event_day(code), by)
    rules.check_loadable(happens_on=day.happens_on, today=clock.today())
    day.loaded_at = clock.now()
    record("event_day.loaded", by=by, subject=day)
    return get_event_day(code)


def _own(day: EventDay, by: Actor) -> EventDay:
    policy.check(by, "event_day:work")
    policy.check(by, "event_day:work", day)
    if day.prepared_by != by.user_id:
        raise NotAllowed(rules.NOT_YOURS)
    return day


def take_taps(*, code: str, taps: Sequence[Tap], by: Actor) -> list[EventDayItem]:
    """Take in what was done without network; return the outcome of each tap, in their order.

    A tap whose key is known already gets its first outcome. One that cannot be recorded is a conflict with a sentence,
    and never keeps the others. Raises NotAllowed for anybody but who prepared the day, Invalid for too many at once.
    """
    _own(hold_event_day(code), by)
    if len(taps) > rules.MOST_AT_ONCE:
        raise Invalid(rules.TOO_MANY)
    day = get_event_day(code)
    known = find_items(day.id, {tap.key for tap in taps})
    fresh = list({tap.key: tap for tap in reversed(taps) if tap.key not in known}.values())[::-1]
    if fresh:
        known |= _take_fresh(day, fresh, by)
    return [known[tap.key] for tap in taps]


def _take_fresh(day: EventDay, fresh: Sequence[Tap], by: Actor) -> dict[str, EventDayItem]:
    """Take in taps that are not known, all their households held first and in one order."""
    homes = household_ids({tap.home for tap in fresh})
    hold_identities(set(homes.values()))
    made = {tap.key: _take(day, tap, homes.get(tap.home), by) for tap in fresh}
    day.sent_at = clock.now()
    session().add_all(made.values())
    results = [one.result for one in made.values()]
    record("event_day.sent", by=by, subject=day, taken=results.count(rules.TAKEN),
           already=results.count(rules.ALREADY), conflicts=results.count(rules.CONFLICT))  # fmt: skip
    return made


REFUSALS = (Conflict, Invalid, NotAllowed, NotFound)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a tap."""

    result: str
    fact: int | None = None
    reason: str | None = None


def _take(day: EventDay, tap: Tap, household_id: int | None, by: Actor) -> EventDayItem:
    """Record one tap; what the rules refuse leaves nothing behind but its sentence.

    What only went wrong this time (``Unavailable``, the database) is no outcome: nothing is kept, and it is sent again.
    """
    values: dict[str, str] = {}
    try:
        with session().begin_nested():
            outcome = _record(day, tap, household_id, by)
    except REFUSALS as error:
        reason = next(iter(error.fields.values()), error.message) if isinstance(error, Invalid) else error.message
        values = {name: _as_text(value) for name, value in error.params.items()}
        outcome = _Outcome(rules.CONFLICT, reason=reason)
    return EventDayItem(
        partner_id=day.partner_id, event_day_id=day.id, key=tap.key, kind=tap.kind, household_id=household_id,
        member_id=tap.member_id, tapped_on=tap.on, result=outcome.result, reason=outcome.reason, reason_values=values,
        fact_number=outcome.fact, sent_at=clock.now(),
    )  # fmt: skip


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _record(day: EventDay, tap: Tap, household_id: int | None, by: Actor) -> _Outcome:
    if not tap.readable or tap.on is None:
        raise Conflict(rules.UNREADABLE)
    if household_id is None:
        raise Conflict(rules.NOT_OURS)
    rules.check_day(tap.on, prepared_on=clock.local(day.prepared_at).date(), today=clock.today())
    if tap.kind == rules.PRESENT:
        return _present(day, tap, tap.on, by)
    return _hand_over(day, tap, tap.on, household_id, by)


def _hand_over(day: EventDay, tap: Tap, on: date, household_id: int, by: Actor) -> _Outcome:
    """Hand over the unit that the day took along for this household, and no other one.

    A tap for a unit of another household is refused whichever comes first: so the order of sending decides nothing.
    """
    expected = {one.device_id for one in day.homes if one.household_id == household_id}
    if not expected:
        raise Conflict(rules.NOT_OURS)
    seen = find_scanned([tap.scanned], by=by)[tap.scanned]
    if seen is None or seen.id not in expected:
        raise Conflict(rules.OTHER_TAG)
    (device,) = hold_devices([seen.id])
    if device.state == State.HANDED_OVER and device.fact_number is not None:
        if find_home(device) != tap.home:
            raise Conflict(rules.GONE)
        return _Outcome(rules.ALREADY, device.fact_number)
    live = find_live(device_id=device.id)
    if live is None or live.request.household_id != household_id:
        raise Conflict(rules.NOT_RESERVED)
    if household_id not in countable({household_id}, on):
        raise Conflict(rules.NO_CONSENT)
    signed = Signed(how=tap.signed, seen_by=by.name, strokes=tap.strokes, remark=rules.proof_of(day.code))
    number = hand_over_scanned(
        household_id=household_id, scanned=device.code, on=on, signed=signed, loan_due_on=tap.loan_due_on,
        grant_id=get_served(tap.home).grant_on(on), by=by,
    )  # fmt: skip
    return _Outcome(rules.TAKEN, number)


def _present(day: EventDay, tap: Tap, on: date, by: Actor) -> _Outcome:
    """Note that somebody came to the class of the day."""
    if day.session_id is None or day.lesson is None or tap.member_id is None:
        raise Conflict(rules.NO_CLASS)
    household, one = get_served(tap.home), hold_session(day.session_id)
    rules.check_lesson_day(on, clock.local(one.starts_at).date())
    before = list_known(one.id).get(tap.member_id)
    if before is not None and before.minutes is not None and tap.member_id in dict(household.members):
        return _Outcome(rules.ALREADY, before.fact)
    noted = mark_present(one=one, household=household, member_id=tap.member_id, remark=rules.proof_of(day.code), by=by)
    fact = list_known(one.id)[tap.member_id].fact
    return _Outcome(rules.TAKEN, fact, rules.UNCOUNTED if noted.uncounted else None)


def settle_item(*, code: str, item_id: int, by: Actor) -> EventDayItem:
    """Say that a conflict was looked at and dealt with by hand. Raises Conflict for what is none, or is settled."""
    policy.check(by, "event_day:work")
    day = hold_event_day(code)
    policy.check(by, "event_day:work", day)
    item = hold_item(day.id, item_id)
    if not item.needs_somebody:
        raise Conflict(rules.SETTLED)
    item.settled_at, item.settled_by = clock.now(), by.user_id
    record("event_day.settled", by=by, subject=item)
    return item

"""What happened with a household, out of every room: two statements, and the facts that its page has read anyway."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, String, bindparam, case, cast, func, literal, null, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from ...accounts.models import User
from ...agenda.models import Appointment, AppointmentMove, Message, Task
from ...connectivity.models import Application, ApplicationMove, CheckLink, LineCheck, Subscription, Voucher
from ...devices.models import DeviceRequest, RepairRequest
from ...devices.queries.repairs import OpenRepair
from ...devices.rules.repairs import OPEN
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import Instant
from ...foundation.kernel import clock
from ...foundation.reading import read_rows
from ...partners.models import Partner
from ..models import Grievance, HelpRequest, HouseholdReferral, Note, Referral, ReferralLetter, Survey, SurveyInvitation
from ..rules import timeline as rules
from ..rules.timeline import Entry, Key
from .household import Event

SHORT = 600  # characters of a note that the timeline shows


class NoteLine(NamedTuple):
    """A note as the timeline shows it. ``text``: its beginning; None where it is erased or closed to the reader."""

    code: str
    kind: str
    text: str | None
    is_longer: bool
    is_closed: bool
    is_struck: bool
    sensitive: bool
    by: str | None


class Told(NamedTuple):
    """Any other line: codes of what it says, the code of the thing it leads to, a sentence somebody wrote."""

    what: str | None
    more: str | None
    code: str | None
    text: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of the timeline. ``older`` names the next one; ``show``: what alone is shown, None for all."""

    entries: Sequence[Entry]
    show: str | None
    older: str | None
    is_first: bool
    repairs: Sequence[OpenRepair]  # requests for repair that wait, oldest first


def get_timeline(
    household_id: int, events: Sequence[Event], *, show: str | None, older: str | None, by: Actor
) -> Timeline:
    """Return a page of what happened, newest first. ``events``: the facts of the household's page.

    ``household_id`` is of a household that the reader may see; its rows all belong to the household's partner.
    """
    wanted, before = rules.sources_of(show), rules.read_key(older)
    found: list[Entry] = []
    if rules.FACT in wanted:
        found += [_of_fact(event) for event in events]
    if rules.NOTE in wanted and policy.allows(by, "note:read"):
        found += list_note_lines(household_id, before=before, by=by)
    rows = _list_rows(household_id)
    found += [one for one in _entries(rows) if one.source in wanted]
    page, following = rules.page_of(found, before=before)
    return Timeline(page, show if show in rules.SHOWN else None, following, before == rules.FIRST, _open_repairs(rows))


def _open_repairs(rows: Sequence[Any]) -> list[OpenRepair]:
    sent = [row for row in rows if row.source == "repair" and row.more in OPEN]
    return [OpenRepair(row.code, row.what, row.more, row.at) for row in sorted(sent, key=lambda row: int(row.id))]


def _of_fact(event: Event) -> Entry:
    return Entry(rules.key_of(rules.FACT, event.fact.occurred_on, event.fact.number), rules.FACT, event)


def list_note_lines(household_id: int, *, before: Key, by: Actor) -> list[Entry]:
    """Return the notes that come after a place of the timeline, newest first, one more than a page at most."""
    below = rules.first_number(rules.NOTE, before)
    rows = read_rows(_notes(), {"household": household_id, "day": before.day, "below": below})
    return [Entry(rules.key_of(rules.NOTE, row.happened_on, row.id), rules.NOTE, _line(row, by)) for row in rows]


def _line(row: Any, by: Actor) -> NoteLine:
    is_open = not row.sensitive or policy.may_read_closely(by, writer_id=row.written_by, team_ids=row.team_ids)
    is_longer = is_open and (row.length or 0) > SHORT
    return NoteLine(
        code=row.code, kind=row.kind, text=row.beginning if is_open else None, is_longer=is_longer,
        is_closed=not is_open, is_struck=row.struck_at is not None, sensitive=row.sensitive, by=row.by,
    )  # fmt: skip


@cache
def _notes() -> Select[*tuple[Any, ...]]:
    day = bindparam("day", type_=Date)
    return (
        select(
            Note.id, Note.code, Note.kind, Note.happened_on, Note.sensitive, Note.team_ids, Note.written_by,
            Note.struck_at, func.substr(Note.text, 1, SHORT).label("beginning"),
            func.length(Note.text).label("length"), User.name.label("by"),
        )
        .outerjoin(User, User.id == Note.written_by)
        .where(Note.household_id == bindparam("household"))
        .where((Note.happened_on < day) | ((Note.happened_on == day) & (Note.id < bindparam("below"))))
        .order_by(Note.happened_on.desc(), Note.id.desc())
        .limit(rules.PAGE + 1)
    )  # fmt: skip


def list_told(household_id: int) -> list[Entry]:
    """Return all lines that are neither facts nor notes, in no order that matters: ``page_of`` puts them in theirs."""
    return list(_entries(_list_rows(household_id)))


def _list_rows(household_id: int) -> list[Any]:
    return read_rows(_told(), {"household": household_id})


def _entries(rows: Sequence[Any]) -> Iterator[Entry]:
    for row in rows:
        day: date = row.on_day or clock.local(row.at).date()
        told = Told(row.what, row.more, row.code, row.text, row.by)
        yield Entry(rules.key_of(row.source, day, row.id), row.source, told)


def _arm(source: str, number: Any, when: InstrumentedAttribute[Any], *, by: Any = None, **says: Any) -> Select[Any]:
    """Return one room's part. ``when`` is a day or an instant; ``says``: what, more, code, text."""
    is_day = isinstance(when.type, Date)
    words = [says.get(name, null()) for name in ("what", "more", "code", "text")]
    return select(
        literal(source, String).label("source"),
        number.label("id"),
        (when if is_day else cast(null(), Date)).label("on_day"),
        (cast(null(), Instant) if is_day else when).label("at"),
        *(cast(word, String).label(name) for word, name in zip(words, _WORDS, strict=True)),
        (by if by is not None else cast(null(), User.id.type)).label("by_id"),
    )


_WORDS = ("what", "more", "code", "text")


@cache
def _told() -> Select[*tuple[Any, ...]]:
    told = union_all(
        *_internet(), *_requests(), _surveys(), *_appointments(), *_referrals(), _tasks(), _because(), *_messages()
    ).subquery()
    return (
        select(*told.columns, User.name.label("by"))
        .select_from(told)
        .outerjoin(User, User.id == told.c.by_id)
        .order_by(told.c.source, told.c.id)
    )


def _household(column: Any) -> Any:
    return column == bindparam("household")


def _internet() -> Iterator[Select[Any]]:
    move, check, voucher = ApplicationMove, LineCheck, Voucher
    what = case((move.from_state == move.to_state, literal("renewal", String)), else_=move.to_state)
    yield (
        _arm("move", move.id, move.happened_on, what=what, more=Application.program, code=Application.code,
             text=move.note, by=move.moved_by)
        .join(Application, Application.id == move.application_id)
        .where(_household(Application.household_id))
    )  # fmt: skip
    # an answer that became a fact is shown as that
    tries = _arm("check", check.id, check.asked_on, what=check.answer, more=check.way, by=check.asked_by)
    yield tries.where(_household(check.household_id), check.said_fact.is_(None))
    yield (
        _arm("link", CheckLink.id, CheckLink.created_at)
        .join(Subscription, Subscription.fact_number == CheckLink.fact_number)
        .where(_household(Subscription.household_id), CheckLink.token_digest.is_not(None))
    )
    given = _arm("voucher", voucher.id, voucher.given_at, what=voucher.provider, code=voucher.code, by=voucher.given_by)
    yield given.where(_household(voucher.household_id))
    stopped = _arm("voucher_stopped", voucher.id, voucher.stopped_at, code=voucher.code, by=voucher.stopped_by)
    yield stopped.where(_household(voucher.household_id), voucher.stopped_at.is_not(None))


def _requests() -> Iterator[Select[Any]]:
    asked, ended, repair = HelpRequest.created_at, HelpRequest.closed_at, RepairRequest
    for source, when in (("asked_help", asked), ("help_ended", ended)):
        yield (
            _arm(source, HelpRequest.id, when, what=HelpRequest.state, code=HelpRequest.reference)
            .join(Referral, Referral.request_id == HelpRequest.id)
            .where(_household(Referral.household_id), when.is_not(None))
        )
    wanted = DeviceRequest
    device = _arm("asked_device", wanted.id, wanted.asked_on, what=wanted.kind, code=wanted.code, by=wanted.asked_by)
    yield device.where(_household(wanted.household_id))
    sent = _arm("repair", repair.id, repair.sent_at, what=repair.trouble, more=repair.state, code=repair.code)
    yield sent.where(_household(repair.household_id))
    closed = _arm(
        "repair_closed", repair.id, repair.closed_at, what=repair.state, code=repair.code, by=repair.closed_by
    )
    yield closed.where(_household(repair.household_id), repair.closed_at.is_not(None))


def _surveys() -> Select[Any]:
    one = SurveyInvitation
    told = _arm("survey", one.id, one.told_at, what=one.state, more=one.way, text=Survey.title, by=one.told_to)
    return told.join(Survey, Survey.id == one.survey_id).where(_household(one.household_id), one.told_at.is_not(None))


def _appointments() -> Iterator[Select[Any]]:
    one, move = Appointment, AppointmentMove
    says = {"what": one.purpose, "code": one.code}
    planned = _arm("appointment", one.id, one.starts_at, more=one.state, by=one.owner_id, **says)
    yield planned.where(_household(one.household_id))
    moved = _arm("appointment_moved", move.id, move.moved_at, by=move.moved_by, **says)
    yield moved.join(one, one.id == move.appointment_id).where(_household(one.household_id))


def _referrals() -> Iterator[Select[Any]]:
    """Referrals of households: the sender's lines, and where the receiver's record came from. Codes and names of
    organizations alone: nobody of the other one is named."""
    one, of_ours = HouseholdReferral, _household(HouseholdReferral.household_id)
    sent = _arm("referral", one.id, one.sent_at, what=Partner.name, code=one.code, by=one.sent_by)
    yield sent.join(Partner, Partner.id == one.to_partner_id).where(of_ours)
    answer = case((one.state == "declined", one.state), else_=literal("accepted", String))
    answered = _arm("referral_answered", one.id, one.answered_at, what=answer, code=one.code)
    yield answered.where(of_ours, one.answered_at.is_not(None))
    closed = _arm("referral_closed", one.id, one.closed_at, what=one.state, more=one.outcome, code=one.code)
    yield closed.where(of_ours, one.closed_at.is_not(None), one.state != "declined")
    got = _arm("referral_in", one.id, one.sent_at, what=Partner.name, code=one.code)
    yield (
        got.join(ReferralLetter, ReferralLetter.referral_id == one.id)
        .join(Partner, Partner.id == one.from_partner_id)
        .where(_household(ReferralLetter.household_id))
    )


def _tasks() -> Select[Any]:
    done = _arm(
        "task", Task.id, Task.done_at, what=Task.kind, more=Task.outcome, code=Task.thing, text=Task.words,
        by=Task.done_by,
    )  # fmt: skip
    return done.where(_household(Task.household_id), Task.done_at.is_not(None))


def _because() -> Select[Any]:
    """Return what was changed because of a complaint, an appeal or a correction: what and when, no word of it."""
    changed = _arm("because", Grievance.id, Grievance.changed_on, what=Grievance.kind, more=Grievance.changed_what)
    return changed.where(_household(Grievance.household_id), Grievance.changed_on.is_not(None))


def _messages() -> Iterator[Select[Any]]:
    one = Message
    out = _arm("message", one.id, one.written_at, what=one.channel, more=one.state, code=one.code, by=one.written_by)
    yield out.where(_household(one.household_id), one.direction == "out")
    came = _arm("answer", one.id, one.written_at, what=one.kind, code=one.code)
    yield came.where(_household(one.household_id), one.direction == "in")

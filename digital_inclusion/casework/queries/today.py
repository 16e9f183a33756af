"""What is to be done now, from every room that knows something: each kind bounded, each count exact."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, case, cast, func, literal, null, or_, select, union_all

from ...agenda.models import Appointment
from ...agenda.queries.appointments import planned_until
from ...agenda.queries.tasks import tasks_of
from ...agenda.rules.appointments import PURPOSES
from ...agenda.rules.tasks import KINDS as TASKS
from ...agenda.rules.tasks import OWN
from ...connectivity.models import Subscription
from ...connectivity.queries.asking import due as lines_due
from ...connectivity.rules.checks import terms_on
from ...devices.queries.appointments import held_back
from ...devices.queries.follow_ups import devices_due
from ...devices.queries.loans import loans_until
from ...devices.rules.follow_ups import terms_on as device_terms_on
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import Instant, session
from ...foundation.kernel import clock
from ...foundation.kernel.messages import N_
from ...households.models import Consent, Household
from ...households.queries import consents_ending
from ...progress.models import FactRow
from ...progress.queries.proofs import questions_of
from ...progress.schemas import ProgramFile
from ..models import HelpRequest, HouseholdReferral, Referral
from ..rules.grievances import KINDS as GRIEVANCES
from ..rules.handing_on import State as Referred
from ..rules.requests import NEED_NAMES, State
from ..rules.today import AHEAD, WEEK, Item, When, by_urgency
from .drafts import drafts_of
from .grievance_list import due_on, to_do
from .grievances import open_sides
from .handing_on import waiting_at
from .requests import InboxFilter, requests_of

MOST = 50  # of each kind


@dataclass(frozen=True, slots=True)
class Source:
    """Where things of one kind come from: everything, in its order, and what makes a thing of a row."""

    kind: str
    statement: Select[*tuple[Any, ...]]
    item: Callable[[Any], Item]


@dataclass(frozen=True, slots=True)
class Today:
    """The page: what is to be done by its urgency, how much of each kind there is, which kinds are not shown whole."""

    groups: dict[When, list[Item]]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """Return how much there is in all."""
        return sum(self.counts.values())

    @property
    def late(self) -> int | None:
        """Return how much is overdue; None where more may be than is shown."""
        late = [one.kind for one in self.groups.get(When.OVERDUE, [])]
        cut = any(
            late.count(kind) >= (1 if kind == "request" else MOST) for kind in self.more
        )  # those not by their day
        return None if cut else len(late)

    @property
    def more(self) -> dict[str, int]:
        """Return the kinds of which there is more than is shown, with how many there are in all."""
        return {kind: count for kind, count in self.counts.items() if count > MOST}


def read_today(*, program: ProgramFile, whose: str, by: Actor) -> Today:
    """Return what is to be done. ``whose``: mine (with what is nobody's yet), team, all."""
    today = clock.today()
    sources = [*_own(by, program.help.answer_days), *_of_households(program, whose, by)]
    items, counts = [], {}
    for source in sources:
        rows = _read(source)
        items += [source.item(row) for row in rows]
        counts[source.kind] = rows[0].in_all if rows else 0
    for row in session().execute(_lines(whose, by)):
        items.append(_LINES[row.kind](row))
        counts[row.kind] = row.in_all
    return Today(by_urgency(items, today), counts)


def _read(source: Source) -> Sequence[Any]:
    """Return the first of a kind, each with how many there are in all: one statement for both."""
    counted = source.statement.add_columns(func.count().over().label("in_all"))
    return session().execute(counted.limit(MOST)).all()


def _in_caseload(whose: str, by: Actor) -> list[ColumnElement[bool]]:
    if whose == "all":
        return []
    if whose == "team":
        return [Household.team_id.in_(sorted(by.team_ids))]
    return [or_(Household.navigator_id == by.user_id, Household.navigator_id.is_(None))]


def _own(by: Actor, answer_days: int) -> list[Source]:
    """Return what no household stands behind yet: the organization's requests for help, one's own drafts."""
    requests = [_requests(by, answer_days)] if policy.allows(by, "request:answer") else []
    return [*requests, Source("draft", drafts_of(by), _draft), *_grievances(by)]


def _requests(by: Actor, answer_days: int) -> Source:
    """Return the requests for help, each with what is needed; who asks stands there once we have accepted.

    Until then the name shows where the request is opened, because the resident is told of that.
    """

    def request(row: Any) -> Item:
        one, waits, since = row[0], row[0].state == State.RECEIVED, clock.local(row[0].with_since).date()
        return Item(
            kind="request" if waits else "in_work", endpoint="casework.show_request", at={"reference": one.reference},
            name=row.asks, code=one.reference, since=since,
            due=since + timedelta(days=answer_days - 1) if waits else None,
            needs=tuple(name for need, name in NEED_NAMES.items() if getattr(one, f"needs_{need}")),
            language=one.language,
        )  # fmt: skip

    ours = (Referral.request_id == HelpRequest.id) & (Referral.partner_id == HelpRequest.partner_id)
    asks = case((HelpRequest.state != State.RECEIVED, func.nullif(Referral.name, ""))).label("asks")
    found = requests_of(InboxFilter(), by=by).add_columns(asks)
    return Source("request", found.outerjoin(Referral, ours & Referral.ended_at.is_(None)), request)


def _draft(row: Any) -> Item:
    """Return a form that somebody left: it is unfinished now, whenever it would be thrown away."""
    names = row[0].values.get("members-0-name") or [""]
    name = names[0] if isinstance(names, list) else names
    return Item(
        kind="draft", endpoint="casework.enroll", at={"draft": row[0].code}, name=str(name) or None,
        since=clock.local(row[0].updated_at).date(), due=clock.today(),
    )  # fmt: skip


def _grievances(by: Actor) -> list[Source]:
    """Return what has to be looked at, and what the organization was asked, for those who answer grievances."""
    if not policy.allows(by, "grievance:work"):
        return []
    return [Source("grievance", to_do(by), _grievance), Source("side", open_sides(by.partner_id), _side)]


def _grievance(row: Any) -> Item:
    one = row[0]
    return Item(
        kind="grievance", endpoint="casework.show_grievance", at={"grievance": one.reference}, code=one.reference,
        due=due_on(one), label=GRIEVANCES[one.kind], is_free=one.owner_id is None,
    )  # fmt: skip


def _side(row: Any) -> Item:
    one = row[0]
    return Item(kind="side", endpoint="casework.say_side", at={"side": one.code}, code=one.code, due=one.due_on)


def _of_households(program: ProgramFile, whose: str, by: Actor) -> list[Source]:
    today, only = clock.today(), _in_caseload(whose, by)
    mine, team = (by.user_id if whose == "mine" else None), (by.team_ids if whose == "team" else None)
    tasks = tasks_of(owner_id=mine, team_ids=team)
    return [
        Source("task", tasks, _task),
        Source("question", questions_of().where(*only), _question),
        Source("hand_over", held_back().where(*only), _hand_over),
        Source("loan", loans_until(today + AHEAD).where(*only), _loan),
        *_asked(program, today, only),
    ]


def _asked(program: ProgramFile, today: date, only: list[ColumnElement[bool]]) -> list[Source]:
    """Return the questions to households, those that can be asked no longer than some days first. The last day of a
    question is the last of its term."""
    found = []
    lines = terms_on(today, program.connectivity.check_days)
    devices = device_terms_on(today, program.devices.follow_up_days)
    first_line = {one.days: one.first for one in lines}
    first_device = {one.days: one.first for one in devices}

    def line(row: Any) -> Item:
        asked, home, term = row[0], row[1], row[2]
        return _for(
            home, kind="check", endpoint="connectivity.list_checks", at={"line": asked.fact_number},
            due=today + (asked.starts_on - first_line[term]),
        )  # fmt: skip

    def device(row: Any) -> Item:
        given, home, term = row[0], row[1], row[3]
        return _for(
            home, kind="follow_up", endpoint="devices.note_answer", at={"code": home.code, "number": given.number},
            due=today + (given.occurred_on - first_device[term]),
        )  # fmt: skip

    if lines:
        most = program.connectivity.check_tries
        due = lines_due(lines, today=today, now=clock.now(), most=most).where(*only)
        found.append(
            Source(
                "check",
                due.order_by(*_soonest_first(Subscription.starts_on, first_line), Subscription.fact_number),
                line,
            )
        )
    if devices:
        given_out = devices_due(devices, today).where(*only).order_by(None)
        ordered = given_out.order_by(*_soonest_first(FactRow.occurred_on, first_device), FactRow.number)
        found.append(Source("follow_up", ordered, device))
    return found


def days_left(day: Any, firsts: Iterable[date]) -> ColumnElement[int]:
    """Return how many days are left for a question whose term may have begun on the day; a week for all that is longer.

    ``firsts``: for each term the day of those that are asked for the last time today. No database is asked to reckon
    with days: they do it each in its own way.
    """
    last = {left: [first + timedelta(days=left) for first in firsts] for left in range(WEEK.days + 1)}
    return case(*((day.in_(days), left) for left, days in last.items()), else_=WEEK.days + 1)


def _soonest_first(day: Any, first: Mapping[int, date]) -> tuple[Any, Any]:
    return days_left(day, list(first.values())), day


def _for(home: Household, **values: Any) -> Item:
    return Item(name=home.head_name or None, code=home.code, **values)


def _task(row: Any) -> Item:
    task, home = row[0], row[1]
    kind = TASKS[task.kind]
    at = {"task": task.code} if task.kind == OWN else {"code": home.code if kind.by_household else task.thing}
    return _for(
        home, kind="task", endpoint=kind.endpoint, at=at, due=task.due_on, task=task.code, label=kind.label,
        words=task.words, is_free=task.owner_id is None,
    )  # fmt: skip


def _question(row: Any) -> Item:
    return Item(
        kind="question", endpoint="progress.show_question", at={"fact": row.FactRow.number}, name=row.head_name or None,
        code=row.code, since=clock.local(row.Proof.since).date(),
    )  # fmt: skip


def _hand_over(row: Any) -> Item:
    held, device, home, starts_at = row[:4]
    day = clock.local(starts_at).date() if starts_at is not None else held.until_on
    return _for(
        home, kind="hand_over", endpoint="devices.hand_over_scanned", at={"code": home.code, "tag": device.code},
        due=day,
    )  # fmt: skip


def _loan(row: Any) -> Item:
    fact, name, code = row[0], row[1], row[2]
    return Item(
        kind="loan", endpoint="casework.extend_loan", at={"code": code, "number": fact.number}, name=name or None,
        code=code, due=fact.loan_due_on,
    )  # fmt: skip


# kinds of which a few columns tell everything: one statement for all of them


def _lines(whose: str, by: Actor) -> Select[*tuple[Any, ...]]:
    """Return the statement for these kinds: each bounded, in its order, with how many there are in all."""
    until, mine = clock.today() + AHEAD, by.user_id if whose == "mine" else None
    planned = planned_until(until, owner_id=mine, team_ids=by.team_ids if whose == "team" else None)
    ending = consents_ending(until).where(*_in_caseload(whose, by))
    told = union_all(
        _line("appointment", planned, code=Appointment.code, at=Appointment.starts_at, word=Appointment.purpose),
        _line(
            "referral",
            waiting_at(by.partner_id),
            code=HouseholdReferral.code,
            name=cast(null(), String),
            home=cast(null(), String),
            day=HouseholdReferral.answer_by,
            at=HouseholdReferral.sent_at,
            word=HouseholdReferral.state,
        ),
        _line("consent", ending, code=Household.code, day=Consent.expires_on),
    ).subquery()
    return select(*told.columns).order_by(told.c.kind, told.c.day, told.c.at, told.c.code)


def _line(kind: str, found: Select[*tuple[Any, ...]], *, code: Any, **says: Any) -> Select[*tuple[Any, ...]]:
    """Return one kind's part. ``found``: in its order; ``says``: what of name, home, day, at and word there is."""
    values = {"name": Household.head_name, "home": Household.code} | says
    columns = [values.get(name, cast(null(), kind_of)).label(name) for name, kind_of in _SAID.items()]
    part = found.with_only_columns(
        literal(kind, String).label("kind"), code.label("code"), *columns, func.count().over().label("in_all")
    )
    return select(part.limit(MOST).subquery())


_SAID: dict[str, Any] = {"name": String, "home": String, "day": Date, "at": Instant, "word": String}


def _appointment(row: Any) -> Item:
    return Item(
        kind="appointment", endpoint="casework.show_appointment", at={"appointment": row.code}, name=row.name or None,
        code=row.home, due=clock.local(row.at).date(), label=PURPOSES[row.word], starts_at=row.at,
    )  # fmt: skip


def _referral(row: Any) -> Item:
    waits = row.word == Referred.SENT
    return Item(
        kind="referral", endpoint="casework.show_referral", at={"code": row.code}, code=row.code,
        due=row.day if waits else None, since=clock.local(row.at).date(),
        label=None if waits else N_("Referral, accepted: how did it end?"),
    )  # fmt: skip


def _consent(row: Any) -> Item:
    return Item(
        kind="consent", endpoint="casework.household", at={"code": row.code}, name=row.name or None, code=row.home,
        due=row.day,
    )  # fmt: skip


_LINES: dict[str, Callable[[Any], Item]] = {"appointment": _appointment, "referral": _referral, "consent": _consent}

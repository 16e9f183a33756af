"""What is to be done now, from every room that knows something: each kind bounded, each count exact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_

from ...agenda.queries.tasks import tasks_of
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
from ...foundation.database import session
from ...foundation.kernel import clock
from ...households.models import Household
from ...households.queries import consents_ending
from ...progress.queries.proofs import questions_of
from ...progress.schemas import ProgramFile
from ..rules.grievances import KINDS as GRIEVANCES
from ..rules.requests import State
from ..rules.today import AHEAD, Item, When, by_urgency
from .drafts import drafts_of
from .grievance_list import due_on, to_do
from .grievances import open_sides
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
    def more(self) -> dict[str, int]:
        """Return the kinds of which there is more than is shown, with how many there are in all."""
        return {kind: count for kind, count in self.counts.items() if count > MOST}


def read_today(*, program: ProgramFile, whose: str, by: Actor) -> Today:
    """Return what is to be done. ``whose``: mine (with what is nobody's yet), team, all."""
    today = clock.today()
    sources = [*_own(program, by), *_of_households(program, whose, by)]
    items, counts = [], {}
    for source in sources:
        rows = _read(source)
        items += [source.item(row) for row in rows]
        counts[source.kind] = rows[0].in_all if rows else 0
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


def _own(program: ProgramFile, by: Actor) -> list[Source]:
    """Return what no household stands behind yet: the organization's requests for help, one's own drafts."""
    answer, kept = timedelta(days=program.help.answer_days), timedelta(days=program.privacy.draft_days)

    def request(row: Any) -> Item:
        one, waits = row[0], row[0].state == State.RECEIVED
        since = clock.local(one.with_since).date()
        return Item(
            kind="request" if waits else "in_work", endpoint="casework.show_request", at={"reference": one.reference},
            code=one.reference, since=since, due=since + answer - timedelta(days=1) if waits else None,
        )  # fmt: skip

    def draft(row: Any) -> Item:
        saved = clock.local(row[0].updated_at).date()
        names = row[0].values.get("members-0-name") or [""]
        name = names[0] if isinstance(names, list) else names
        return Item(
            kind="draft", endpoint="casework.enroll", at={"draft": row[0].code}, name=str(name) or None, since=saved,
            due=saved + kept - timedelta(days=1),
        )  # fmt: skip

    return [
        Source("request", requests_of(InboxFilter(), by=by), request),
        Source("draft", drafts_of(by), draft),
        *_grievances(by),
    ]


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
    tasks = tasks_of(
        owner_id=by.user_id if whose == "mine" else None, team_ids=by.team_ids if whose == "team" else None
    )
    return [
        Source("task", tasks, _task),
        Source("question", questions_of().where(*only), _question),
        Source("hand_over", held_back().where(*only), _hand_over),
        Source("loan", loans_until(today + AHEAD).where(*only), _loan),
        Source("consent", consents_ending(today + AHEAD).where(*only), _consent),
        *_asked(program, today, only),
    ]


def _asked(program: ProgramFile, today: date, only: list[ColumnElement[bool]]) -> list[Source]:
    """Return the questions to households. The last day of a question is the last of its term; the oldest come first,
    so that inside a term the nearest last day does."""
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
        found.append(Source("check", due.order_by(Subscription.starts_on, Subscription.fact_number), line))
    if devices:
        found.append(Source("follow_up", devices_due(devices, today).where(*only), device))
    return found


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


def _consent(row: Any) -> Item:
    consent, home = row[0], row[1]
    return _for(home, kind="consent", endpoint="casework.household", at={"code": home.code}, due=consent.expires_on)

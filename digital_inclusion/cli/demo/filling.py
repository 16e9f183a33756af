"""Fill an empty database with the demo, one desk day in a transaction, with a mark from which a fill goes on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ...accounts.queries.sessions import has_people
from ...foundation.audit.actions import record, seal
from ...foundation.audit.queries import list_events
from ...foundation.database import EVERYTHING, use_scope, write_transaction
from ...foundation.kernel import clock
from ...foundation.kernel.dates import last_day, month_of, months, next_month
from ...foundation.kernel.errors import Conflict
from ...partners.queries import list_all_partners
from ...progress.actions.publishing import publish_month
from ...progress.actions.settings import apply_settings
from ...progress.queries.program import find_version, get_program_in_zone
from ...progress.queries.published import published_months
from ...progress.schemas import parse_program
from .answers import fill_answers
from .applying import fill_applications
from .asking import fill_requests
from .classes import fill_classes
from .cliffs import fill_acp
from .complaints import fill_complaints, fill_outreach
from .devices import fill_devices
from .doing import Desk
from .events import fill_event_days
from .imports import LISTS, SHARE, take_in
from .lines import fill_lines
from .meeting import fill_meetings
from .messages import fill_messages
from .money import fill_money
from .noting import fill_notes
from .offers import fill_offers
from .plan import Plan, make_plan, share_of
from .requests import code_and_pin, do_requests
from .surveys import fill_surveys
from .tale import Step
from .world import BY, add_auditor, find_world, make_world

REFUSED = (
    "This database holds data that is not a demo's. Nothing was changed. "
    "The demo fills only a database that is empty: name another one with DATABASE_URL or DATA_DIR."
)
OVERTAKEN = "Another fill of the demo is at work in this database. Nothing was changed by this one."


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a fill has come: the plan's size and last day, and the last desk day done (None: only the beginning)."""

    until: date
    households: int
    day: date | None


def is_filled() -> bool:
    """Return whether the demo is there already, whole; raise Conflict for a database with other data."""
    use_scope(EVERYTHING)
    version = find_version()
    if version is None and not list_all_partners(active_only=False) and not has_people():
        return False
    if version is None or not version.is_demo:
        raise Conflict(REFUSED)
    return bool(list_events(name="demo.filled", limit=1))


def find_mark() -> Mark | None:
    """Return the last mark of a fill; None before the first."""
    events = list_events(name="demo.marked", limit=1)
    if not events:
        return None
    details = events[0].details
    day = details.get("day")
    return Mark(
        until=date.fromisoformat(str(details["until"])),
        households=int(str(details["households"])),
        day=date.fromisoformat(str(day)) if day else None,
    )


def fill(program_file: Path, *, number: int) -> Iterator[tuple[int, int]]:
    """Fill, or go on where a fill stopped; yield (days done, days in all) after each transaction."""
    now = clock.now()
    mark = find_mark() or _begin(program_file, Mark(clock.today(), number, None), now)
    program = get_program_in_zone()
    lists = 2 * share_of(SHARE, mark.households)
    plan = make_plan(program, until=mark.until, number=mark.households - lists)
    desk = Desk(plan, find_world(), now)
    days = list(plan.days())
    before = plan.first
    for place, (day, steps) in enumerate(days, start=1):
        if mark.day is None or day > mark.day:
            mark = _do_day(desk, day, steps, mark, before=before)
            _take_in_lists(desk, day, lists // 2)
        before = day
        yield place, len(days)
    _finish(desk, lists // 2, mark)


def _begin(program_file: Path, mark: Mark, now: datetime) -> Mark:
    """Load the settings, make organizations and people, and set the first mark, all at once."""
    text = program_file.read_text(encoding="utf-8")
    program = parse_program(text)
    clock.use_zone(program.file.city.time_zone)
    plan = make_plan(program, until=mark.until, number=0)
    with write_transaction(), Desk(plan, None, now).at(plan.first):  # type: ignore[arg-type]
        use_scope(EVERYTHING)
        if is_filled() or find_mark() is not None:
            raise Conflict(OVERTAKEN)
        apply_settings(text, by=BY, is_demo=True)
        make_world(program, plan.first)
        _set(mark)
    return mark


def _set(mark: Mark) -> None:
    day = mark.day.isoformat() if mark.day else None
    record("demo.marked", by=BY, until=mark.until.isoformat(), households=mark.households, day=day)


def _do_day(desk: Desk, day: date, steps: Sequence[Step], mark: Mark, *, before: date) -> Mark:
    """Do one day's work, and requests for help since the desk day ``before``; return the mark it set.

    A day is short enough for the time that a posting may take.
    """
    done = Mark(mark.until, mark.households, day)
    with write_transaction():
        use_scope(EVERYTHING)
        if find_mark() != mark:
            raise Conflict(OVERTAKEN)
        do_requests(desk, before, day)
        with desk.at(day):
            _publish(desk.plan, month_of(day))
        desk.do_day(day, steps)
        with desk.at(day):
            _set(done)
            seal()
    return done


def _publish(plan: Plan, before: date) -> None:
    """Publish every month of the plan that is over, as the first thing of a new month."""
    done = published_months()
    start = next_month(max(done)) if done else plan.first
    for month in months(start, before):
        if last_day(month) < clock.today():
            publish_month(month, by=BY)


def _take_in_lists(desk: Desk, day: date, rows: int) -> None:
    """Take in the lists that came since the last desk day; an import commits by itself, and twice changes nothing."""
    for sent in LISTS:
        if sent.came_on(desk.plan) == day:
            take_in(sent, desk, rows)


def request_to_follow() -> tuple[str, str] | None:
    """Return code and PIN of one of the demo's requests for help."""
    mark = find_mark()
    if mark is None:
        return None
    return code_and_pin(make_plan(get_program_in_zone(), until=mark.until, number=0))


def _finish(desk: Desk, rows: int, mark: Mark) -> None:
    for sent in LISTS:  # one that a kill left out
        take_in(sent, desk, rows)
    fill_answers()
    with write_transaction():
        use_scope(EVERYTHING)
        if is_filled():
            raise Conflict(OVERTAKEN)
        fill_devices(desk)
        fill_acp(desk)
        fill_offers(desk)
        fill_requests(desk)
        fill_applications(desk)
        fill_notes(desk)
        fill_meetings(desk)
        fill_lines(desk)
        fill_money(desk)
        fill_classes(desk)
        fill_event_days(desk)
        fill_complaints(desk)
        fill_outreach(desk)
        fill_surveys(desk)
        fill_messages(desk)
        add_auditor()
        record("demo.filled", by=BY, households=mark.households)
        seal()

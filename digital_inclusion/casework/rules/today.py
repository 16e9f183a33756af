"""What a person does next: kinds of things, how urgent each is, one list of all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from ...foundation.kernel.messages import _

WEEK = timedelta(days=6)  # today and the six days after it
AHEAD = timedelta(days=30)  # so early do loans and consents that run out appear


class When(StrEnum):
    """How urgent something is, in the order of the page. What waits without a date waits for somebody already, so it
    comes before what has time."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    UNDATED = "undated"
    LATER = "later"


WHENS = {
    When.OVERDUE: _("Overdue"),
    When.TODAY: _("Today"),
    When.WEEK: _("In the next six days"),
    When.UNDATED: _("Waiting, without a date"),
    When.LATER: _("Later"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things to do: its name, the verb of its link, and the page that has all of them."""

    label: str
    verb: str
    all_of_them: str


KINDS: dict[str, Kind] = {
    "appointment": Kind(_("Appointment"), _("Open"), "casework.list_appointments"),
    "task": Kind(_("To do"), _("Open"), "agenda.list_tasks"),
    "question": Kind(_("A verifier asks about evidence"), _("Answer"), "progress.questions"),
    "request": Kind(_("Request for help"), _("Answer"), "casework.list_requests"),
    "referral": Kind(_("Referral from another organization"), _("Open"), "casework.list_referrals"),
    "in_work": Kind(_("Request for help, accepted"), _("Go on"), "casework.list_requests"),
    "grievance": Kind(_("Complaint, appeal or correction"), _("Open"), "casework.list_grievances"),
    "side": Kind(_("The city asks for your side"), _("Answer"), "casework.list_grievances"),
    "hand_over": Kind(_("Hand over a device"), _("Hand over"), "devices.list_appointments"),
    "loan": Kind(_("A loan ends"), _("Extend or take back"), "devices.list_loans"),
    "check": Kind(_("Still connected?"), _("Ask"), "connectivity.list_checks"),
    "follow_up": Kind(_("Device still in use?"), _("Ask"), "devices.list_follow_ups"),
    "consent": Kind(_("The consent runs out"), _("Open"), "casework.list_households"),
    "draft": Kind(_("Unfinished enrollment"), _("Go on"), "casework.list_drafts"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to do.

    ``name`` and ``code``: of its household, as the person may see it; None where there is none (yet). ``due``: the
    last day on which it is in time. ``since``: the day on which it came. ``endpoint`` and ``at``: the page where it is
    done. ``task``: the code of a task, that is done in the list itself; ``label``: its name where the kind's is too
    wide; ``words``: what people wrote. ``starts_at``: when it begins, where it does at an hour.
    ``is_free``: it is nobody's yet. ``needs``, ``language``: what a request for help asks for, and in which language.
    """

    kind: str
    endpoint: str
    at: Mapping[str, object] = field(default_factory=dict)
    name: str | None = None
    code: str | None = None
    due: date | None = None
    since: date | None = None
    task: str | None = None
    label: str | None = None
    words: str | None = None
    starts_at: datetime | None = None
    is_free: bool = False
    needs: tuple[str, ...] = ()
    language: str | None = None

    @property
    def household(self) -> str | None:
        """Return the code of its household; None for what is none yet."""
        return self.code if self.name and self.kind not in ("request", "in_work") else None


def when_of(due: date | None, today: date) -> When:
    """Return how urgent something is that is due on the day."""
    if due is None:
        return When.UNDATED
    if due < today:
        return When.OVERDUE
    if due == today:
        return When.TODAY
    return When.WEEK if due <= today + WEEK else When.LATER


def by_urgency(items: Iterable[Item], today: date) -> dict[When, list[Item]]:
    """Return everything by its urgency, the most urgent first; without those that nothing has.

    Inside, by day; things without one by how long they wait; those of one day in the order of ``KINDS``.
    """
    order = {kind: place for place, kind in enumerate(KINDS)}
    ordered = sorted(items, key=lambda one: (one.due or one.since or today, order[one.kind]))
    found = {when: [one for one in ordered if when_of(one.due, today) is when] for when in When}
    return {when: some for when, some in found.items() if some}

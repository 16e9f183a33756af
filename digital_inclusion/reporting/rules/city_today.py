"""What waits for people of the city: kinds of things, who may act on each, what is late, and in which order. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from ...foundation.kernel.messages import _

QUIET = timedelta(days=30)  # a partner that connected nobody anew for so long is called


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things that wait: its name, the verb of its link, who may act on it, and the list it is done on.

    ``is_late``: it stands here because a day is over.
    """

    label: str
    verb: str
    permission: str
    endpoint: str
    at: Mapping[str, object] = field(default_factory=dict)
    is_late: bool = False


KINDS: dict[str, Kind] = {
    "grievances": Kind(
        _("Complaints, appeals and corrections to look at"), _("Look at them"), "grievance:work",
        "casework.list_grievances",
    ),
    "grievances_late": Kind(
        _("Complaints past their last day, wherever they are"), _("See who has them"), "grievance:work",
        "casework.list_grievances", {"late": 1}, is_late=True,
    ),
    "requests": Kind(
        _("Requests for help that are with the city"), _("Answer"), "request:answer", "casework.list_requests"
    ),
    "requests_late": Kind(
        _("Requests for help that no organization answered in time"), _("See who has them"), "request:answer",
        "casework.list_requests", {"whose": "all"}, is_late=True,
    ),
    "referrals_late": Kind(
        _("Referrals that nobody answered in time"), _("See who has them"), "referral:read",
        "casework.list_referrals", is_late=True,
    ),
    "pairs": Kind(_("Records that may be one household"), _("Judge"), "match:decide", "matching.list_pairs"),
    "evidence": Kind(_("Evidence to verify"), _("Verify"), "evidence:verify", "progress.queue"),
    "to_approve": Kind(
        _("Payment batches that somebody else made"), _("Approve"), "payment:approve", "funding.list_batches"
    ),
    "to_settle": Kind(
        _("Approved payments: what was really paid?"), _("Note it"), "payment:approve", "funding.list_batches"
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of a kind waits. ``since``: the oldest; ``due``: the nearest last day; None where it has none."""

    kind: str
    count: int
    since: date | None = None
    due: date | None = None

    def is_late(self, today: date) -> bool:
        """Return whether some of it is past its day."""
        return KINDS[self.kind].is_late or (self.due is not None and self.due < today)


def in_order(found: Iterable[Waiting], today: date) -> list[Waiting]:
    """Return what there is, what is late first, then by the nearest day, then by how long the oldest waits."""
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(
        (one for one in found if one.count),
        key=lambda one: (
            not one.is_late(today), one.due or date.max, one.since or date.max, order[one.kind],
        ),
    )  # fmt: skip


def quiet(before: Mapping[int, int], now: Mapping[int, int], partners: Iterable[int]) -> list[int]:
    """Return those of the partners that have not one household more than before, in their order."""
    return [one for one in partners if now.get(one, 0) <= before.get(one, 0)]

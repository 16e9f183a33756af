"""The three needs of a household and the next step for each. Pure: reads facts and standing, decides words by code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ...progress.rules.facts import Item


class NeedState(StrEnum):
    """Where one need stands."""

    VERIFIED = "verified"  # done and proven
    UNPROVEN = "unproven"  # entered, but nothing that proves it
    WAITING = "waiting"  # entered, waits for a verifier
    QUESTIONED = "questioned"  # a verifier asked something
    PARTLY = "partly"  # entered and confirmed, but not enough yet
    OWNED = "owned"  # they already had it
    ENDED = "ended"  # was there, is no longer
    NEEDED = "needed"  # they asked for it, nothing was done yet
    NOT_ASKED = "not_asked"  # they did not ask for it, and do not have it on record


@dataclass(frozen=True, slots=True)
class Held:
    """One delivery as this page needs it."""

    number: int
    item: Item
    given: bool  # from the program; else the household owned it
    occurred_on: date
    ended_on: date | None
    proof: str  # missing, waiting, questioned, answered, confirmed, void


@dataclass(frozen=True, slots=True)
class Need:
    """One of the three, its state, and the fact it rests on."""

    item: Item
    state: NeedState
    fact: int | None = None
    since: date | None = None


def needs_of(
    held: Sequence[Held], *, wanted: dict[Item, bool | None], verified: dict[Item, date | None], today: date
) -> list[Need]:
    """Return the three needs in the order device, connection, skills."""
    return [_need(item, held, wanted.get(item), verified.get(item), today) for item in Item]


_FIRST = (NeedState.QUESTIONED, NeedState.UNPROVEN, NeedState.ENDED, NeedState.NEEDED, NeedState.PARTLY)


def next_of(needs: Sequence[Need], *, in_line: bool) -> Need | None:
    """Return the need to go on with: what somebody waits for us with before what is to be begun; None for nothing.

    ``in_line``: the household waits for a device of ours, so that nobody can hand one over now.
    """
    waits = {NeedState.ENDED, NeedState.NEEDED} if in_line else set()
    open_now = [one for one in needs if not (one.item is Item.DEVICE and one.state in waits)]
    return next((one for state in _FIRST for one in open_now if one.state is state), None)


_BY_PROOF = (
    (NeedState.QUESTIONED, {"questioned"}),
    (NeedState.UNPROVEN, {"missing"}),
    (NeedState.WAITING, {"waiting", "answered"}),
)


def _need(item: Item, held: Sequence[Held], wanted: bool | None, verified: date | None, today: date) -> Need:
    mine = [one for one in held if one.item is item and one.proof != "void"]
    now = [one for one in mine if one.ended_on is None or one.ended_on > today]
    if verified is not None and (now or item is Item.TRAINING):
        return Need(item, NeedState.VERIFIED, since=verified)
    if not now:
        if mine:
            last = max(mine, key=lambda one: one.ended_on or one.occurred_on)
            return Need(item, NeedState.ENDED, last.number, last.ended_on)
        return Need(item, NeedState.NEEDED if wanted else NeedState.NOT_ASKED)
    for state, proofs in _BY_PROOF:
        found = [one for one in now if one.given and one.proof in proofs]
        if found:
            return Need(item, state, found[0].number, found[0].occurred_on)
    given = [one for one in now if one.given]
    last = max(given or now, key=lambda one: one.number)
    return Need(item, NeedState.PARTLY if given else NeedState.OWNED, last.number, last.occurred_on)

"""The need to go on with: what somebody waits for us with comes before what is to be begun."""

import pytest

from digital_inclusion.casework.rules.needs import Need, NeedState, next_of
from digital_inclusion.progress.rules.facts import Item

DEVICE, LINE, TRAINING = Item.DEVICE, Item.LINE, Item.TRAINING


@pytest.mark.parametrize(
    ("states", "in_line", "first"),
    [
        (("needed", "questioned", "needed"), False, LINE),
        (("needed", "waiting", "unproven"), False, TRAINING),
        (("needed", "needed", "needed"), False, DEVICE),
        (("needed", "needed", "verified"), True, LINE),  # the device is asked for: we wait for it
        (("questioned", "needed", "verified"), True, DEVICE),
        (("needed", "verified", "not_asked"), True, None),
        (("verified", "waiting", "owned"), False, None),
    ],
)
def test_next_of(states: tuple[str, str, str], *, in_line: bool, first: Item | None) -> None:
    needs = [Need(item, NeedState(state)) for item, state in zip(Item, states, strict=True)]
    found = next_of(needs, in_line=in_line)
    assert (found.item if found else None) is first

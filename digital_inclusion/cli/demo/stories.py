"""The stories of the demo: how households come to count, and each way in which they do not (yet).

Each story but the first ends in one "why not counted" code of ``progress/rules/codes.py``. Four codes have none here:
``not_eligible`` and ``eligibility_missing`` need a day from which eligibility is asked for, which the shipped program
does not set; ``passport_missing`` begins with its own day (``passport``); ``not_enrolled`` is seen nowhere: households
of the import that is taken back again (``imports.py``) are in no list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from .served import served
from .tale import Do, Tale

OUT_OF = 3000  # households of the whole demo, for which ``share`` counts


@dataclass(frozen=True, slots=True)
class Story:
    """How many of 3,000 households it happens to, when they enroll (days before today), and how it goes."""

    share: int
    tell: Callable[[Tale], None]
    earliest: int = 4 * 365
    latest: int = 90


@dataclass(frozen=True, slots=True)
class Pair:
    """How many second records there are of households of a story, and what the city says ("": nothing yet)."""

    share: int
    answer: str = ""
    of: str = "served"


def no_device(tale: Tale) -> None:
    """They came, and a device has yet to come; some have a line by now."""
    tale.change(needs_device=True)
    if tale.maybe(0.35):
        tale.give(tale.line(tale.after(tale.start, 5, 40)))


def no_line(tale: Tale) -> None:
    """They have a device and wait for a line."""
    tale.give(tale.device(tale.after(tale.start, 0, 30)))
    tale.change(needs_connection=True)


def not_verified(tale: Tale) -> None:
    """Everything is entered; a verifier has to look at it."""
    device = tale.give(tale.device(tale.start), confirm=tale.maybe(0.3))
    tale.give(tale.line(tale.after(device.on, 0, 2)), confirm=False)


def questioned(tale: Tale) -> None:
    """A verifier asked something, and nobody has answered yet."""
    tale.give(tale.device(tale.start))
    line = tale.give(tale.line(tale.after(tale.start, 1, 5)), confirm=False)
    words = tale.rng.choice(QUESTIONS)
    tale.step(tale.after(line.on, 14, 22), Do.QUESTION, thing=line, words=words)


def below_standard(tale: Tale) -> None:
    """The line is slower than the standard of its day."""
    tale.give(tale.device(tale.start))
    tale.give(tale.line(tale.after(tale.start, 2, 25), share=tale.rng.choice((0.25, 0.5, 0.8))))


def device_kind(tale: Tale) -> None:
    """What they got is no computer."""
    tale.give(tale.device(tale.start, tale.rng.choice(("phone", "hotspot"))))
    tale.give(tale.line(tale.after(tale.start, 2, 25)))


def both(tale: Tale) -> None:
    """A device and a line; what keeps them from counting is about the household."""
    tale.give(tale.device(tale.after(tale.start, 1, 12)))
    tale.give(tale.line(tale.after(tale.start, 2, 25)))


def no_consent(tale: Tale) -> None:
    """Nobody asked them to agree."""
    tale.change(consent=None)
    both(tale)


def no_address(tale: Tale) -> None:
    """Nobody wrote down where they live."""
    tale.change(address=None)
    both(tale)


def before_enrollment(tale: Tale) -> None:
    """The device came before they were enrolled."""
    tale.give(tale.device(tale.start - timedelta(days=tale.rng.randint(8, 40))))
    tale.give(tale.line(tale.after(tale.start, 1, 20)))


def before_program(tale: Tale) -> None:
    """They count on a computer from before the program began."""
    tale.give(tale.device(tale.program.starts_on - timedelta(days=tale.rng.randint(20, 300)), "desktop"))
    tale.give(tale.line(tale.after(tale.start, 1, 20)))


def withdrawn(tale: Tale) -> None:
    """They changed their mind before the provider came."""
    tale.give(tale.device(tale.start))
    gone = tale.after(tale.start, 12, 30)
    tale.step(gone, Do.WITHDRAW)
    tale.give(tale.line(tale.after(gone, 14, 30)), confirm=False)


def ended(tale: Tale) -> None:
    """They left before the line came."""
    tale.give(tale.device(tale.after(tale.start, 0, 20)))
    left = tale.after(tale.start, 40, 80)
    reason = tale.rng.choice(("left_city", "left_city", "dissolved", "joined_other"))
    tale.step(left, Do.LEAVE, day=left, reason=reason)


def nothing_from_program(tale: Tale) -> None:
    """They had a computer and a line already."""
    tale.give(tale.device(tale.start, own=True))
    tale.give(tale.line(tale.start, own=True))
    tale.change(needs_skills=True)


def returned_before_line(tale: Tale) -> None:
    """The device went back before the line came."""
    device = tale.give(tale.device(tale.start))
    back = tale.after(tale.start, 28, 40)
    tale.step(back, Do.END, thing=device, day=back, reason="returned")
    tale.give(tale.line(tale.after(back, 5, 30)))


def passport(tale: Tale) -> None:
    """A donated device without a complete chain of proofs, after the day on which one is asked for."""
    device = tale.device(tale.start, "laptop", passport=False)
    while not device.donated:
        device = tale.device(tale.start, "laptop", passport=False)
    tale.give(device)
    tale.give(tale.line(tale.after(tale.start, 1, 20)))


QUESTIONS = (
    "The bill names another person. Who is that?",
    "We cannot read the date on this bill. Please look again.",
    "The speed on the bill is lower than the one entered. Which is right?",
    "The provider does not know this address. Did they move?",
)
STORIES: dict[str, Story] = {
    "served": Story(0, served, latest=25),
    "no_device": Story(210, no_device, latest=3),
    "no_line": Story(230, no_line, latest=35),
    "not_verified": Story(150, not_verified, earliest=75, latest=2),
    "questioned": Story(48, questioned, earliest=160, latest=32),
    "below_standard": Story(66, below_standard),
    "device_kind_not_counted": Story(42, device_kind),
    "outside_area": Story(44, both),
    "before_enrollment": Story(36, before_enrollment),
    "no_consent": Story(34, no_consent),
    "consent_withdrawn": Story(30, withdrawn),
    "no_address": Story(34, no_address),
    "ended": Story(40, ended, latest=110),
    "nothing_from_program": Story(34, nothing_from_program, earliest=330, latest=5),
    "returned_before_line": Story(30, returned_before_line, latest=110),
    "before_program": Story(26, before_program),
}
PASSPORT = Story(30, passport, latest=30)
# second records of households that another partner knows already, and what the city said
PAIRS = {
    "pair_open": Pair(36),
    "pair_same": Pair(60, "link"),
    "pair_different": Pair(24, "apart"),
    "pair_split": Pair(8, "split"),
    "pair_elsewhere": Pair(30, "link", of="no_line"),  # the reason lies with the first partner: "elsewhere"
}


def stories_on(until: date, passport_from: date | None) -> dict[str, Story]:
    """Return the stories that can happen by ``until``."""
    if passport_from is None or (until - passport_from).days < PASSPORT.latest:
        return STORIES
    room = (until - passport_from).days
    return STORIES | {"passport_missing": Story(PASSPORT.share, passport, earliest=room, latest=PASSPORT.latest)}

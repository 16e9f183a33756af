"""The whole demo as a plan: which households, with which story, and what is done on which day. Pure and repeatable.

The same seed, last day and number of households give the same plan, so that a fill that was killed can go on.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from random import Random

from ...foundation.kernel.dates import last_day, month_of, months
from ...progress.schemas import LoadedProgram
from . import households, stories
from .partners import PARTNERS
from .tale import Do, Planned, Step, Tale

SEED = 1889
YEARS = 3
_DESK_DAYS = (10, 20)  # and the month's last: the days on which offices enter what happened


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that will happen."""

    program: LoadedProgram
    first: date
    until: date
    households: Mapping[str, Planned]

    def days(self) -> Iterator[tuple[date, Sequence[Step]]]:
        """Yield the desk days in order, on which offices enter what happened, each with its steps."""
        days = desk_days(self.first, self.until)
        by_day: dict[date, list[Step]] = {day: [] for day in days}
        for step in self._steps():
            by_day[days[bisect_left(days, step.on)]].append(step)
        yield from by_day.items()

    def _steps(self) -> Iterator[Step]:
        """Yield all steps, each day's in the order of one day's work."""
        order = {do: place for place, do in enumerate(Do)}
        steps = chain.from_iterable(planned.steps for planned in self.households.values())
        yield from sorted(steps, key=lambda step: (step.on, order[step.do]))


def desk_days(first: date, until: date) -> list[date]:
    """Return the desk days of the months from ``first``'s on; the last one is ``until``."""
    found = []
    for month in months(first, until):
        found += [*(month.replace(day=number) for number in _DESK_DAYS), last_day(month)]
    return [day for day in found if day < until] + [until]


def make_plan(program: LoadedProgram, *, until: date, number: int) -> Plan:
    """Return the plan of ``number`` households up to ``until``."""
    first = month_of(until.replace(year=until.year - YEARS, day=1))
    cast = _cast(program, until, number)
    planned: dict[str, Planned] = {}
    for place, (name, story) in enumerate(cast, start=1):
        rng = Random(f"{SEED}|{place}")  # noqa: S311 - invented people, no secrets
        one = households.invent(program, _reference(place), name, _enrolled_on(story, first, until, rng), rng)
        _tell(one, story, program, until, rng)
        planned[one.reference] = one
    _pair_up(planned, program, until, number)
    return Plan(program, first, until, planned)


def _reference(place: int) -> str:
    return f"H-{place:05}"


def share_of(share: int, number: int) -> int:
    """Return how many of ``number`` households a share of 3,000 means; at least two."""
    return max(2, round(share * number / stories.OUT_OF))


def _cast(program: LoadedProgram, until: date, number: int) -> list[tuple[str, stories.Story]]:
    """Return each household's story, mixed."""
    told = stories.stories_on(until, program.counting.passport_required_from)
    cast = [(name, story) for name, story in told.items() if story.share for _n in range(share_of(story.share, number))]
    second = sum(share_of(pair.share, number) for pair in stories.PAIRS.values())
    cast += [("served", told["served"])] * max(0, number - len(cast) - second)
    Random(SEED).shuffle(cast)  # noqa: S311
    return cast


def _enrolled_on(story: stories.Story, first: date, until: date, rng: Random) -> date:
    """Return a day in the story's window; the program grew, so later days are likelier."""
    earliest = max(first, until - timedelta(days=story.earliest))
    room = max(0, (until - earliest).days - story.latest)
    return earliest + timedelta(days=int(room * rng.random() ** 0.7))


def _tell(planned: Planned, story: stories.Story, program: LoadedProgram, until: date, rng: Random) -> None:
    tale = Tale(planned, program.counting, until, rng)
    story.tell(tale)
    planned.steps.append(
        Step(on=planned.entered_on, do=Do.ENROLL, reference=planned.reference, partner=planned.partner)
    )


def _pair_up(planned: dict[str, Planned], program: LoadedProgram, until: date, number: int) -> None:
    """Add second records at another partner of households that are served already."""
    rng = Random(f"{SEED}|pairs")  # noqa: S311
    known: dict[str, list[Planned]] = {pair.of: [] for pair in stories.PAIRS.values()}
    for one in list(planned.values()):
        if one.story in known and _can_be_known_again(one, until):
            known[one.story].append(one)
    for name, pair in stories.PAIRS.items():
        again = known[pair.of]
        for _n in range(min(share_of(pair.share, number), len(again))):
            first = again.pop(rng.randrange(len(again)))
            second = _second(first, _reference(len(planned) + 1), name, program, until, rng)
            planned[second.reference] = second


def _can_be_known_again(one: Planned, until: date) -> bool:
    return bool(one.new.phone_e164 and one.new.head.birth_date) and (until - one.entered_on).days > 200


def _second(one: Planned, reference: str, name: str, program: LoadedProgram, until: date, rng: Random) -> Planned:
    """Return the record another partner made of the same household, and what the city says about the two."""
    partner = rng.choice([code for code in PARTNERS if code != one.partner])
    latest = (until - one.entered_on).days - 60
    on = one.entered_on + timedelta(days=rng.randint(40, max(41, latest)))
    second = Planned(reference, partner, name, on, households.written_again(one, reference, on, rng))
    tale = Tale(second, program.counting, until, rng)
    tale.step(on, Do.ENROLL)
    if name in {"pair_same", "pair_split"} and tale.maybe(0.6):
        tale.give(tale.training(tale.after(on, 3, 20), 120))
    _decide(tale, stories.PAIRS[name].answer, (one.partner, one.reference))
    return second


def _decide(tale: Tale, answer: str, other: tuple[str, str]) -> None:
    decided = tale.after(tale.start, 14, 30)
    if answer in {"link", "split"}:
        tale.step(decided, Do.LINK, other=other, words="Same people, same telephone, same home.")
    if answer == "split":
        tale.step(tale.after(decided, 14, 25), Do.SPLIT, other=other, words="The partner found out: two families.")
    if answer == "apart":
        tale.step(decided, Do.APART, other=other, words="Two generations of one name; they keep house apart.")

"""What happens to one invented household: steps with their days, to be done by the real actions later."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from ...casework.rules.enrollment import NewAddress, NewHousehold
from ...progress.rules.deliveries import Evidence, NewDelivery
from ...progress.rules.facts import Item, Kind
from ...progress.rules.program import Program

PROVIDERS = ("Bay Fiber", "Almaden Cable", "Southbay Wireless", "Coyote Broadband")
TOPICS = ("Email and passwords", "Job search online", "School portal", "Health portal", "Video calls", "Staying safe")
ASSESSMENT = "northstar"


class Do(StrEnum):
    """What is done in a step, in the order of one day's work."""

    ENROLL = "enroll"
    DELIVER = "deliver"  # also things already had, and checks
    CORRECT = "correct"
    VOID = "void"
    END = "end"
    LEAVE = "leave"
    MOVE = "move"
    FIX_ADDRESS = "fix_address"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    CONFIRM = "confirm"
    QUESTION = "question"
    ANSWER = "answer"
    LINK = "link"
    APART = "apart"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Thing:
    """How a fact of a household is found again."""

    kind: Kind
    item: Item
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that somebody does on a day."""

    on: date
    do: Do
    reference: str
    partner: str
    thing: Thing | None = None  # what it is about
    delivery: NewDelivery | None = None
    day: date | None = None  # the day on which it happened, where it is not the delivery's
    address: NewAddress | None = None
    reason: str = ""
    words: str = ""
    other: tuple[str, str] | None = None  # partner and reference of the other record of a pair


@dataclass(slots=True)
class Planned:
    """A household to be enrolled on ``entered_on``, and everything that follows."""

    reference: str
    partner: str
    story: str
    entered_on: date
    new: NewHousehold
    steps: list[Step] = field(default_factory=list)


class Tale:
    """Writes a planned household's steps. Nothing is written for a day after ``until``."""

    def __init__(self, planned: Planned, program: Program, until: date, rng: Random) -> None:
        self.planned, self.program, self.until, self.rng = planned, program, until, rng
        self._units = 0

    @property
    def start(self) -> date:
        """Return the day of enrollment."""
        return self.planned.new.enrolled_on

    def after(self, day: date, least: int, most: int) -> date:
        """Return a day so many days after ``day``."""
        return day + timedelta(days=self.rng.randint(least, most))

    def maybe(self, chance: float) -> bool:
        """Return whether something happens."""
        return self.rng.random() < chance

    def step(self, on: date, do: Do, **values: object) -> None:
        """Add a step, not before the household is on record."""
        planned = self.planned
        on = max(on, planned.entered_on)
        if on <= self.until:
            planned.steps.append(
                Step(on=on, do=do, reference=planned.reference, partner=planned.partner, **values)  # type: ignore[arg-type]
            )

    def give(self, delivery: NewDelivery, *, confirm: bool = True) -> Thing:
        """Record a delivery on its day (or when the household gets on record) and, days later, its confirmation."""
        thing = Thing(delivery.kind, delivery.item, delivery.occurred_on)
        on = max(delivery.occurred_on, self.planned.entered_on)
        self.step(on, Do.DELIVER, thing=thing, delivery=delivery)
        if confirm:
            self.step(self.after(on, 4, 24), Do.CONFIRM, thing=thing)
        return thing

    def device(self, day: date, kind: str | None = None, *, own: bool = False, passport: bool = True) -> NewDelivery:
        """Return a device handed over on ``day``, or one the household had."""
        self._units += 1
        donated = not own and self.maybe(0.6)
        unit = f"{'DN' if donated else 'NW'}-{self.planned.reference}-{self._units}"
        signed = Evidence(type="signed_hand_over", seen_by="Front desk", seen_on=day, reference=f"Hand-over {unit}")
        told = Evidence(type="seen_at_home", seen_by="Navigator", seen_on=day)
        return NewDelivery(
            kind=Kind.ALREADY_HAD if own else Kind.DELIVERY,
            item=Item.DEVICE,
            occurred_on=day,
            device_kind=kind or self.rng.choices(("laptop", "desktop", "tablet"), weights=(75, 10, 15))[0],
            donated=None if own else donated,
            passport_complete=passport if donated else None,
            unit=None if own else unit,
            evidence=told if own else signed,
        )

    def line(self, day: date, *, share: float = 0.0, own: bool = False) -> NewDelivery:
        """Return a line at the standard of its day or better; ``share`` < 1 of the standard: too slow."""
        standard = self.program.standard_on(day) or self.program.standards[0]
        factor = share or self.rng.choice((1, 1, 1.5, 3, 5))
        provider = self.rng.choice(PROVIDERS)
        by_file = self.maybe(0.5)
        kind, reference = ("provider_confirmation", f"{provider}, list of {day:%B %Y}") if by_file else ("bill", None)
        return NewDelivery(
            kind=Kind.ALREADY_HAD if own else Kind.DELIVERY,
            item=Item.LINE,
            occurred_on=day,
            provider=provider,
            plan=self.rng.choice(("Essentials", "Access", "Home 100", "Community")),
            down_kbps=int(standard.down_kbps * factor),
            up_kbps=int(standard.up_kbps * factor),
            price_cents=self.rng.choice((995, 1499, 1995, 2500, 3000)),
            evidence=Evidence(type="bill" if own else kind, seen_on=day, reference=None if own else reference),
        )

    def training(self, day: date, minutes: int | None, *, member: int = 0, passed: bool | None = None) -> NewDelivery:
        """Return a class on a Saturday (all of a partner's people signed one sheet), or an assessment taken."""
        day += timedelta(days=(5 - day.weekday()) % 7)
        sheet = f"{self.planned.partner} class of {day.isoformat()}"
        return NewDelivery(
            item=Item.TRAINING,
            occurred_on=day,
            member_index=member,
            minutes=minutes,
            topic=self.rng.choice(TOPICS) if minutes else None,
            assessment=None if minutes else ASSESSMENT,
            passed=passed,
            evidence=Evidence(
                type="attendance_sheet" if minutes else "assessment_result",
                seen_on=day,
                reference=sheet if minutes else f"Result {self.planned.reference}",
            ),
        )

    def check(self, day: date, item: Item, *, still: bool = True) -> NewDelivery:
        """Return the answer to "is it still so?" on ``day``."""
        about = Evidence(type="call_or_message" if item is Item.TRAINING else "speed_test", seen_on=day)
        return NewDelivery(kind=Kind.CHECK, item=item, occurred_on=day, passed=still, evidence=about)

    def ask(self, day: date, line: Thing | None, *, confirm: bool = True) -> None:
        """Record a positive check, of ``line`` or of the skills; its fact is found again by kind, item and day."""
        delivery = self.check(day, Item.LINE if line else Item.TRAINING)
        thing = Thing(Kind.CHECK, delivery.item, day)
        self.step(day, Do.DELIVER, thing=line, delivery=delivery)
        if confirm:
            self.step(self.after(day, 4, 24), Do.CONFIRM, thing=thing)

    def forget(self, line: Thing, gone_on: date) -> None:
        """Nobody asks about a line that is gone: drop what was planned about it, from two weeks before on."""
        last = gone_on - timedelta(days=14)
        self.planned.steps = [step for step in self.planned.steps if step.on <= last or not _is_about(step, line)]

    def change(self, **values: object) -> None:
        """Change what the household is enrolled with."""
        self.planned.new = replace(self.planned.new, **values)  # type: ignore[arg-type]


def _is_about(step: Step, line: Thing) -> bool:
    thing = step.thing
    return thing == line or (thing is not None and thing.kind is Kind.CHECK and thing.item is Item.LINE)

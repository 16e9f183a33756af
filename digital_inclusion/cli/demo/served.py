"""A household that is served, and everything that may happen to it in three years."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from ...casework.rules.enrollment import NewAddress
from ...progress.rules.deliveries import NewDelivery
from .places import home_address, pick_place
from .tale import Do, Tale, Thing

_SUSTAINED, _YEAR = 92, 330  # days after which somebody asks, a little past 90 and before 365
ANSWERS = ("The account is in the daughter's name, who lives there.", "We saw the paper again: the date is right.")


def served(tale: Tale) -> None:
    """A device, a line, often skills; most is confirmed, some is asked about, corrected, ended or lapses."""
    entered = tale.after(tale.start, 60, 120)
    if tale.maybe(0.06) and entered <= tale.until:
        tale.planned.entered_on = entered  # learned months later
    device, line = _device_and_line(tale)
    if tale.maybe(0.45):
        _skills(tale)
    if tale.maybe(0.62):
        _asked_again(tale, line)
    _mishaps(tale, device, line)


def _device_and_line(tale: Tale) -> tuple[Thing, Thing]:
    device_on = tale.after(tale.start, 0, 21)
    line_on = tale.after(tale.start, 1, 45)
    given = tale.device(device_on)
    if tale.maybe(0.012):
        return _wrong_day(tale, given), tale.give(tale.line(line_on))
    device = tale.give(given)
    asked = tale.maybe(0.05)
    line = tale.give(tale.line(line_on), confirm=not asked)
    if asked:
        _question_and_answer(tale, line)
    return device, line


def _wrong_day(tale: Tale, given: NewDelivery) -> Thing:
    """The day was written wrongly; it is corrected, and confirmed again."""
    wrong = tale.give(given)
    right = replace(given, occurred_on=given.occurred_on + timedelta(days=3))
    thing = Thing(right.kind, right.item, right.occurred_on)
    corrected = tale.after(max(given.occurred_on, tale.planned.entered_on), 40, 60)
    tale.step(corrected, Do.CORRECT, thing=wrong, delivery=right, words="The form has the right day.")
    tale.step(tale.after(corrected, 14, 30), Do.CONFIRM, thing=thing)
    return thing


def _question_and_answer(tale: Tale, line: Thing) -> None:
    on = max(line.on, tale.planned.entered_on)
    asked = tale.after(on, 14, 20)
    tale.step(asked, Do.QUESTION, thing=line, words="The paper is hard to read. Is this the right household?")
    answered = tale.after(asked, 14, 25)
    tale.step(answered, Do.ANSWER, thing=line, words=tale.rng.choice(ANSWERS))
    if tale.maybe(0.8):
        tale.step(tale.after(answered, 14, 25), Do.CONFIRM, thing=line)


def _skills(tale: Tale) -> None:
    """Eight hours, an assessment passed, or a beginning."""
    first = tale.after(tale.start, 10, 90)
    way = tale.rng.random()
    if way < 0.2:
        reached = tale.give(tale.training(first, None, passed=True)).on
    elif way < 0.85:
        sessions = tale.rng.choice(((120, 120, 120, 120), (180, 300), (240, 240)))
        reached = [tale.give(tale.training(first + timedelta(weeks=n), m)).on for n, m in enumerate(sessions)][-1]
    else:
        tale.give(tale.training(first, 120))
        return
    if tale.maybe(0.55):
        tale.ask(tale.after(reached, _SUSTAINED, _SUSTAINED + 40), None)


def _asked_again(tale: Tale, line: Thing) -> None:
    """Somebody asks after three months, and often each year again; whom nobody asks lapses."""
    day = tale.after(max(line.on, tale.planned.entered_on), _SUSTAINED, _SUSTAINED + 30)
    tale.ask(day, line)
    while day <= tale.until and tale.maybe(0.7):
        day = tale.after(day, _YEAR - 60, _YEAR)
        tale.ask(day, line)


def _mishaps(tale: Tale, device: Thing, line: Thing) -> None:
    """At most one thing goes otherwise than hoped, months later."""
    later = tale.after(max(device.on, line.on, tale.planned.entered_on), 150, 500)
    happens = tale.rng.choices([what for what, _share in _MISHAPS], weights=[share for _what, share in _MISHAPS])[0]
    if happens is not None:
        happens(tale, later, device, line)


def _line_ends(tale: Tale, on: date, _device: Thing, line: Thing) -> None:
    tale.forget(line, on)
    reason = tale.rng.choice(("canceled", "not_paid", "replaced"))
    tale.step(on, Do.END, thing=line, day=on, reason=reason)
    if reason == "replaced":
        tale.give(tale.line(on + timedelta(days=1)))


def _device_goes(tale: Tale, on: date, device: Thing, line: Thing) -> None:
    tale.step(on, Do.END, thing=device, day=on, reason=tale.rng.choice(("returned", "returned", "lost")))


def _they_leave(tale: Tale, on: date, _device: Thing, line: Thing) -> None:
    tale.forget(line, on)
    tale.step(on, Do.LEAVE, day=on, reason="left_city")


def _they_move(tale: Tale, on: date, _device: Thing, _line: Thing) -> None:
    tale.step(on, Do.MOVE, day=on, address=_new_home(tale))


def _address_was_wrong(tale: Tale, on: date, _device: Thing, _line: Thing) -> None:
    words = "The number was another one."
    tale.step(on, Do.FIX_ADDRESS, day=tale.start, address=_new_home(tale), words=words)


def _line_was_not_theirs(tale: Tale, on: date, _device: Thing, line: Thing) -> None:
    tale.forget(line, on)
    tale.step(on, Do.VOID, thing=line, reason="other_household", words="It was the neighbors' line.")
    tale.give(tale.line(on + timedelta(days=5)))


def _device_was_entered_twice(tale: Tale, on: date, device: Thing, _line: Thing) -> None:
    tale.step(on, Do.VOID, thing=device, reason="twice")
    tale.give(replace(tale.device(on), unit=None))


def _they_withdraw(tale: Tale, on: date, _device: Thing, _line: Thing) -> None:
    tale.step(on, Do.WITHDRAW)


def _all_done(tale: Tale, on: date, _device: Thing, _line: Thing) -> None:
    tale.step(on, Do.CLOSE, day=on, reason="served")


_MISHAPS: tuple[tuple[Callable[[Tale, date, Thing, Thing], None] | None, int], ...] = (
    (None, 72), (_all_done, 11), (_line_ends, 5), (_device_goes, 3), (_they_move, 3), (_they_leave, 2),
    (_address_was_wrong, 1), (_line_was_not_theirs, 1), (_device_was_entered_twice, 1), (_they_withdraw, 1),
)  # fmt: skip


def _new_home(tale: Tale) -> NewAddress:
    return home_address(pick_place(tale.rng.choice(("3", "5", "7", "2", "6")), tale.rng))

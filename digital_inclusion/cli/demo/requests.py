"""The demo's requests for help: a few dozen of the last weeks, in every state. All invented, and repeatable."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from ...casework.actions import answering, asking
from ...casework.actions.asking import RESIDENT
from ...casework.models import HelpRequest
from ...casework.queries.requests import SUBJECT, find_request, find_sent, list_receivers
from ...casework.rules.requests import Contact, Wish
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.credentials import pin_of
from ...foundation.database import scope_of
from ...foundation.kernel import clock
from ...foundation.kernel.ids import token_digest
from ...foundation.normalize import normalize_phone
from . import names, places
from .doing import Desk
from .plan import SEED, Plan
from .world import BY, World

_NEEDS = (("device",), ("connection",), ("device", "connection"), ("device", "connection", "skills"), ("skills",))
# story -> how many, how many days ago they were sent, what happens then: (days later, what)
STORIES: dict[str, tuple[int, range, tuple[tuple[int, str], ...]]] = {
    "new": (8, range(4), ()),
    "looked_at": (3, range(2, 4), ((1, "open"),)),
    "unanswered": (4, range(7, 16), ((1, "open"),)),
    "accepted": (5, range(3, 12), ((1, "open"), (2, "accept"))),
    "waiting": (5, range(6, 18), ((1, "open"), (1, "accept"), (4, "wait"))),
    "helped": (6, range(14, 30), ((2, "open"), (2, "accept"), (9, "help"))),
    "declined": (3, range(4, 8), ((1, "open"), (1, "decline"))),
    "passed_on": (2, range(3, 9), ((2, "open"), (2, "pass_on"))),
    "taken_back": (2, range(5, 20), ((2, "withdraw"),)),
    "erased": (1, range(9, 10), ((3, "erase"),)),
    "rare": (2, range(3), ()),  # a language that no partner speaks
}
RARE = "ti"
FOLLOWED = "waiting"  # the story whose first request is shown with code and PIN


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the plan: its number, when it is sent, what it says, and what happens on which day."""

    place: int
    story: str
    on: date
    contact: Contact
    wish: Wish
    steps: tuple[tuple[date, str], ...]

    @property
    def token(self) -> str:
        """Return the token of the browser that sent it: known, as everything of a demo is."""
        return f"demo request {self.place}"


def plan_requests(plan: Plan) -> list[Asked]:
    """Return every request in the order of sending."""
    found = []
    for story, (count, days_ago, steps) in STORIES.items():
        for number in range(count):
            rng = Random(f"{SEED}|request|{story}|{number}")  # noqa: S311 - invented people, no secrets
            found.append((plan.until - timedelta(days=rng.choice(days_ago)), story, number, steps, rng))
    ordered = sorted(found, key=lambda one: one[:3])
    return [_asked(place, *one, plan) for place, one in enumerate(ordered, start=1)]


def _asked(
    place: int, on: date, story: str, _number: int, steps: tuple[tuple[int, str], ...], rng: Random, plan: Plan
) -> Asked:
    language = RARE if story == "rare" else names.pick_language(rng)
    spoken = "am" if language == RARE else language
    home = places.pick_place(places.pick_district(plan.program, rng), rng)
    phone = f"(408) 555-01{place:02}"  # numbers of films, nobody's
    name = names.full_name(spoken, names.family_name(spoken, rng), rng)
    return Asked(
        place,
        story,
        on,
        Contact(name=name, phone=phone, phone_e164=normalize_phone(phone)),
        Wish(
            language=language,
            needs=frozenset(rng.choice(_NEEDS)),
            zip_code=home.zip_code if rng.random() < 0.85 else None,
        ),
        tuple((on + timedelta(days=later), do) for later, do in steps),
    )


def do_requests(desk: Desk, since: date, until: date) -> None:
    """Do what happens with requests on the days after ``since`` up to ``until``; each day ends with what is overdue."""
    planned = plan_requests(desk.plan)
    days = [since + timedelta(days=later) for later in range(1, (until - since).days + 1)]
    for day in days[-60:]:
        for do in _of_day(planned, day, desk.world):
            with desk.at(day):
                do()
        with desk.at(day):
            answering.escalate_unanswered(by=BY)


def _of_day(planned: list[Asked], day: date, world: World) -> Iterator[Callable[[], None]]:
    for asked in planned:
        if asked.on == day:
            yield partial(_send, asked)
        for on, do in asked.steps:
            if on == day:
                yield partial(_step, do, asked, world)


def _send(asked: Asked) -> None:
    asking.send_request(
        contact=asked.contact,
        wish=asked.wish,
        consent_language="en",
        token=asked.token,
        address=asked.token,
        by=RESIDENT,
    )


def _step(do: str, asked: Asked, world: World) -> None:
    request = _sent(asked)
    if request is not None:
        with scope_of(request.partner_id):
            _STEPS[do](request, _staff(request, world))


def _staff(request: HelpRequest, world: World) -> Actor:
    """Return who answers for the organization that has the request."""
    code = next(code for code, partner_id in world.partners.items() if partner_id == request.partner_id)
    return world.staff[code][0] if code in world.staff else world.manager


def _open(request: HelpRequest, by: Actor) -> None:
    record("request.viewed", by=by, subject_type=SUBJECT, subject_id=request.id, partner_id=by.partner_id)


def _pass_on(request: HelpRequest, by: Actor) -> None:
    to, _name = list_receivers(besides=request.partner_id)[0]
    answering.pass_on_request(reference=request.reference, to=to, by=by)


_STEPS: Mapping[str, Callable[[HelpRequest, Actor], object]] = {
    "open": _open,
    "accept": lambda request, by: answering.accept_request(reference=request.reference, by=by),
    "wait": lambda request, by: answering.ask_resident(reference=request.reference, waits_for="no_answer", by=by),
    "help": lambda request, by: answering.finish_request(reference=request.reference, outcome="helped", by=by),
    "decline": lambda request, by: answering.decline_request(reference=request.reference, reason="no_room", by=by),
    "pass_on": _pass_on,
    "withdraw": lambda request, _by: asking.withdraw_request(request_id=request.id, by=RESIDENT),
    "erase": lambda request, _by: asking.erase_request(request_id=request.id, by=RESIDENT),
}


def _sent(asked: Asked) -> HelpRequest | None:
    return find_sent(token_digest(asked.token), since=clock.now() - timedelta(days=400))


def code_and_pin(plan: Plan) -> tuple[str, str] | None:
    """Return code and PIN of a request to follow, None where the demo was filled before there were any."""
    shown = next(asked for asked in plan_requests(plan) if asked.story == FOLLOWED)
    request = _sent(shown)
    if request is None or find_request(request.reference) is None:
        return None
    return request.reference, pin_of(shown.token, request.reference)

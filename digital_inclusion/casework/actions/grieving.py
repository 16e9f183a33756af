"""What a resident does with a complaint, an appeal or a correction: send it, disagree, take it back, have it erased.

``by`` is the page itself: residents have no account. Code and PIN open one grievance and nothing else. Staff writes one
down for somebody who calls or comes.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from ...foundation.access import policy
from ...foundation.access.identity import Actor, system_actor
from ...foundation.audit.actions import record
from ...foundation.credentials import hash_password, pin_of
from ...foundation.database import scope_of, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound, Throttled, Unavailable
from ...foundation.kernel.ids import new_code, read_code, token_digest
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import refuse
from ...foundation.pins import open_with_pin
from ...foundation.throttle import is_within
from ...households.rules import LANGUAGES
from ...progress.queries.program import get_program
from ..models import Grievance, GrievanceWords
from ..queries.grievances import (
    find_city_id,
    find_fiscal_id,
    find_grievance,
    find_held_grievance,
    find_household_at,
    get_words,
    list_sides_of,
    organizations,
)
from ..rules.grievances import (
    LONGEST,
    OPEN,
    PAGE,
    WAYS,
    WITHDRAWN,
    Deadlines,
    NewGrievance,
    State,
    Step,
    check_grievance,
    check_step,
    check_words,
    deadlines_of,
    handler_of,
)
from .correcting import hold_household

RESIDENT = system_actor("resident")
SENT_PER_ADDRESS, HOUR = 20, timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """How a grievance came: ``way`` page, phone or in_person; the household it is of; who wrote it down."""

    way: str = PAGE
    household_id: int | None = None
    noted_by: int | None = None


def send_grievance(*, new: NewGrievance, token: str, address: str, by: Actor) -> Grievance:
    """Send a grievance from the public page. ``token`` is the browser's: the PIN is made from it.

    Raises Invalid with a sentence per field, Throttled past the hour's number from one ``address``.
    """
    policy.check(by, "grievance:note")
    _check(new)
    if not is_within("grievance.sent", address, limit=SENT_PER_ADDRESS, window=HOUR):
        raise Throttled(_("Very many messages came from here in the last hour. Please wait a while and send it again."))
    home = find_household_at(read_code(new.typed_code or ""), new.about_id) if new.about_id is not None else None
    made = _make(new, Came(household_id=home), token=token, by=by)
    record("grievance.sent", by=by, subject=made, kind=made.kind)
    return made


def note_grievance(*, household_id: int, new: NewGrievance, way: str, token: str, by: Actor) -> Grievance:
    """Write down what somebody of the household said on the phone or in person."""
    policy.check(by, "grievance:note")
    household = hold_household(household_id, "grievance:note", by)
    _check(new)
    if way not in WAYS:
        raise Invalid(fields={"way": _("Please choose one.")})
    came = Came(way=way, household_id=household.id, noted_by=by.user_id)
    made = _make(new, came, token=token, by=by)
    record("grievance.noted", by=by, subject=made, kind=made.kind)
    return made


def _check(new: NewGrievance) -> None:
    known = {number for number, _name in organizations()}
    refuse(check_grievance(new, languages=LANGUAGES, organizations=known))


def route(kind: str, about_id: int | None) -> int:
    """Return the organization that answers; raise Unavailable where the city is not set up."""
    city = find_city_id()
    if city is None:
        raise Unavailable(_("Nobody can take this yet: the city's organization is not set up."))
    return handler_of(kind, about_id, city_id=city, fiscal_id=find_fiscal_id())


def deadlines_from(start: date) -> Deadlines:
    """Return the deadlines of what begins on ``start``, by the settings in force."""
    file = get_program().file
    return deadlines_of(
        start,
        acknowledge_days=file.grievances.acknowledge_days,
        answer_days=file.grievances.answer_days,
        closed_on=file.connectivity.closed_on,
    )


def _make(new: NewGrievance, came: Came, *, token: str, by: Actor) -> Grievance:
    policy.check(by, "grievance:note")
    now, today, reference = clock.now(), clock.today(), new_code()
    until = deadlines_from(today)
    made = Grievance(
        reference=reference, pin_hash=hash_password(pin_of(token, reference)), shown_digest=token_digest(token),
        kind=new.kind, way=came.way, language=new.language, state=State.RECEIVED,
        partner_id=route(new.kind, new.about_id), about_id=new.about_id, household_id=came.household_id,
        noted_by=came.noted_by, received_on=today, acknowledge_by=until.acknowledge_by, answer_by=until.answer_by,
        created_at=now, updated_at=now,
    )  # fmt: skip
    session().add(made)
    session().flush()
    with scope_of(made.partner_id):
        session().add(
            GrievanceWords(
                partner_id=made.partner_id, grievance_id=made.id, text=new.text, phone=new.phone,
                phone_e164=new.phone_e164, email=new.email, typed_code=new.typed_code, created_at=now,
            )
        )  # fmt: skip
    return made


MOVED = ("text", "phone", "phone_e164", "email", "typed_code", "answer", "answer_english", "disagreement",
         "earlier_answer")  # fmt: skip


def move(grievance: Grievance, to: int) -> None:
    """Give the grievance to another organization: what was written goes along and is blanked where it was."""
    if to == grievance.partner_id:
        return
    with scope_of(grievance.partner_id):
        words = get_words(grievance)
        said = {name: getattr(words, name) for name in MOVED}
        _blank_row(words)
        words.ended_at = clock.now()
    grievance.partner_id = to
    session().flush()
    with scope_of(to):
        session().add(GrievanceWords(partner_id=to, grievance_id=grievance.id, created_at=clock.now(), **said))
    wait(grievance)


def wait(grievance: Grievance) -> None:
    """Nobody looks at it any more: it waits for the next who does."""
    grievance.state, grievance.owner_id, grievance.updated_at = State.RECEIVED, None, clock.now()


def close(grievance: Grievance, outcome: str | None = None, *, is_read: bool = True) -> None:
    """End it for good; what it says is erased with it where the household's record was erased meanwhile.

    ``is_read`` False: who wrote it has had no time yet to read the answer, and what it says is erased later.
    """
    now = clock.now()
    grievance.state, grievance.owner_id, grievance.closed_at, grievance.updated_at = State.CLOSED, None, now, now
    grievance.outcome = outcome or grievance.outcome
    if grievance.erase_when_closed and is_read:
        blank(grievance)


def _blank_row(words: GrievanceWords) -> None:
    for name in MOVED:
        setattr(words, name, None)


def blank(grievance: Grievance) -> None:
    """Erase what was written and answered, and what an organization was asked and said; states and days stay."""
    with scope_of(grievance.partner_id):
        _blank_row(get_words(grievance))
    if grievance.asked_partner_id is not None:
        with scope_of(grievance.asked_partner_id):
            for side in list_sides_of(grievance.id):
                side.question = side.answer = None
    grievance.language, grievance.erased_at = None, clock.now()
    grievance.updated_at = grievance.erased_at


def end_and_blank(grievance: Grievance) -> None:
    """Erase what it says, and end it: nobody can add a word to what is erased."""
    if grievance.state != State.CLOSED:
        close(grievance, WITHDRAWN if grievance.state in OPEN else None)
    blank(grievance)


def open_grievance(*, reference: str, pin: str, address: str, by: Actor) -> int:
    """Return the id of the grievance that code and PIN open; raise Invalid, the same for every reason."""
    policy.check(by, "grievance:note")
    return open_with_pin("grievance", reference=reference, pin=pin, address=address, find=_stored_pin)


def _stored_pin(code: str | None) -> tuple[int, str]:
    found = find_grievance(code)
    return (found.id, found.pin_hash) if found is not None else (0, "")


def disagree(*, grievance_id: int, text: str | None, by: Actor) -> None:
    """Say once that the answer is not right. Somebody else looks at it anew; a partner's answer goes to the city."""
    policy.check(by, "grievance:note")
    grievance = _held(grievance_id)
    check_step(Step.DISAGREE, grievance.state)
    if grievance.erased_at is not None:
        raise Conflict(_("What was written is erased. Please write a new complaint."))
    refuse(check_words("text", text, LONGEST, _("Please write why you do not agree.")))
    with scope_of(grievance.partner_id):
        words = get_words(grievance)
        words.disagreement, words.earlier_answer, words.answer, words.answer_english = text, words.answer, None, None
    until = deadlines_from(clock.today())
    grievance.reopened_on, grievance.outcome, grievance.answered_on = clock.today(), None, None
    grievance.acknowledge_by, grievance.answer_by = until.acknowledge_by, until.answer_by
    wait(grievance)
    move(grievance, route("complaint", grievance.about_id))
    record("grievance.disagreed", by=by, subject=grievance)


def withdraw_grievance(*, grievance_id: int, by: Actor) -> None:
    """Take it back: it is closed, and nobody answers it."""
    policy.check(by, "grievance:note")
    grievance = _held(grievance_id)
    check_step(Step.WITHDRAW, grievance.state)
    close(grievance, WITHDRAWN)
    record("grievance.withdrawn", by=by, subject=grievance)


def erase_grievance(*, grievance_id: int, by: Actor) -> None:
    """Erase everything that was written and answered, at once; code and PIN open it no more. An open one ends."""
    policy.check(by, "grievance:note")
    grievance = _held(grievance_id)
    end_and_blank(grievance)
    grievance.pin_hash = grievance.shown_digest = ""
    record("grievance.erased", by=by, subject=grievance)


def _held(grievance_id: int) -> Grievance:
    found = find_held_grievance(grievance_id)
    if found is None or not found.pin_hash:
        raise NotFound
    return found

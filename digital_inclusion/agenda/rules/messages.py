"""Messages to households: who may be written to and how, when, in which state a message is, what reports make of it.

Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

SMS, EMAIL = "sms", "email"
CHANNELS = {SMS: _("Text message"), EMAIL: _("Email")}
SAFE_CHANNELS = {"text": SMS, "email": EMAIL}  # the safe way on record -> how we write
REMINDER = "appointment"  # the template of which the program itself reminds
SURVEY = "survey"  # brings the link of a survey
PURPOSE = "follow_up"  # what a household agrees to that lets itself be written to
BY_LIST = "attested_by_partner"  # a consent that no person gave anew: it lifts no stop

TEMPLATE_NAMES = {  # of rules/templates.py, for staff
    "appointment": _("Reminder of an appointment"),
    "call_us": _("Please call us"),
    "device_ready": _("Your device is ready"),
    "papers": _("Papers we need"),
    "own": _("Free words"),
}

WAITING, SENDING, UNKNOWN, SENT = "waiting", "sending", "unknown", "sent"
DELIVERED, FAILED, BOUNCED, NOT_SENT, RECEIVED = "delivered", "failed", "bounced", "not_sent", "received"
STATES = {
    WAITING: _("Waiting"),
    SENDING: _("Being sent"),
    UNKNOWN: _("Not known whether it went"),
    SENT: _("Sent"),
    DELIVERED: _("Delivered"),
    FAILED: _("Failed"),
    BOUNCED: _("Address does not work"),
    NOT_SENT: _("Not sent"),
    RECEIVED: _("Received"),
}
ANSWERS_OF = {
    "text": _("They wrote to us"),
    "stop": _("They asked us to stop texting"),
    "start": _("They asked us to text again"),
}
MOVES: dict[str, frozenset[str]] = {
    WAITING: frozenset({SENDING, NOT_SENT, FAILED, UNKNOWN}),  # unknown: it waited in a backup that was restored
    SENDING: frozenset({SENT, WAITING, FAILED, BOUNCED, UNKNOWN, DELIVERED}),
    UNKNOWN: frozenset({SENT, WAITING, FAILED, BOUNCED, DELIVERED}),
    SENT: frozenset({FAILED, DELIVERED, BOUNCED}),
    FAILED: frozenset({DELIVERED, BOUNCED}),  # a gateway that tries again may succeed
    DELIVERED: frozenset({BOUNCED}),  # taken by a mail server, and sent back by the next one
    BOUNCED: frozenset(),
    NOT_SENT: frozenset(),
    RECEIVED: frozenset(),
}
GONE_OUT = (SENDING, UNKNOWN, SENT, FAILED, DELIVERED, BOUNCED)  # by rank: what stands later is known better
REPORTS = (DELIVERED, FAILED, BOUNCED)
SHOWN: dict[str, tuple[str, tuple[str, ...]]] = {  # what the list can show alone
    "trouble": (_("Did not arrive"), (UNKNOWN, FAILED, BOUNCED)),
    "waiting": (_("On their way"), (WAITING, SENDING)),
    "answers": (_("They wrote"), (RECEIVED,)),
    "withheld": (_("Not sent"), (NOT_SENT,)),
}
LEASE = timedelta(minutes=10)  # what is still being sent after so long: nobody knows whether it went


def state_after(state: str, reports: Iterable[str]) -> str:
    """Return the state of a message that stood so, once the gateway reported these kinds, in whatever order.

    One that has not gone out takes no reports.
    """
    if state not in GONE_OUT:
        return state
    return max((state, *reports), key=_RANK.__getitem__)


_RANK = {SENDING: 0, UNKNOWN: 1, SENT: 2, FAILED: 3, DELIVERED: 4, BOUNCED: 5}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nobody can write to a household now, and what to do instead."""

    why: str
    instead: str


REFUSALS: dict[str, Refusal] = {
    "erased": Refusal(_("The data of this household are erased."), _("Nothing can be sent to it any more.")),
    "way_unknown": Refusal(
        _("Nobody noted which way of reaching them is safe."),
        _("Ask them how they want to be reached, and note it under “Contact and home”."),
    ),
    "phone": Refusal(
        _("They want to be called, not written to."), _("Call them, and log the call on the household's page.")
    ),
    "in_person": Refusal(
        _("Only speaking in person is safe for them."), _("Do not write. Speak to them when you meet.")
    ),
    "none": Refusal(_("They asked not to be contacted."), _("Do not write and do not call.")),
    "no_address": Refusal(
        _("There is no number or address for the way that is safe for them."),
        _("Correct the contact, or call them if there is another safe way."),
    ),
    "withdrawn": Refusal(
        _("They withdrew their consent to hear from us."),
        _("Do not write. If they change their mind, note a new consent of theirs."),
    ),
    "not_agreed": Refusal(
        _("They have not agreed to hear from us."),
        _("Call them about what you need now, and note a new consent if they agree to be asked later."),
    ),
    "stopped": Refusal(
        _("They asked us to stop writing to this number or address."),
        _("Only they can change that: by writing START, or by giving a new consent that you note."),
    ),
    "not_working": Refusal(
        _("This number or address does not work: an earlier message came back."),
        _("Ask them for the right one, and correct the contact."),
    ),
    "no_gateway": Refusal(
        _("This installation cannot send such messages yet."),
        _("Call them. An administrator can set it up: see docs/messages.md."),
    ),
    "key_changed": Refusal(
        _("The secret key of this installation was changed, so nobody can tell who asked us to stop."),
        _("Nothing is sent until an administrator has looked at it: the page Health says what to do."),
    ),
}
REASONS: dict[str, str] = {code: one.why for code, one in REFUSALS.items()} | {
    "changed": _("The contact was changed after this was written. Write it again."),
    "cancelled": _("Somebody stopped it before it went."),
    "outdated": _("The appointment of which it reminds was moved or canceled meanwhile."),
    "too_late": _("The appointment of which it reminds had begun before it could go."),
    "link_over": _("The survey was over before it could go, or they had answered, or may not be asked any more."),
    "unreachable": _("The gateway did not answer, several times. Nothing went."),
    "refused": _("The gateway says that this number or address takes no messages."),
    "undelivered": _("The gateway could not deliver it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What decides whether a household may be written to, as it stands now. ``withdrawn``: of the consent that holds
    the purpose was taken back; ``stopped``: the person stopped this channel and has not agreed anew since."""

    erased: bool
    safe: str | None  # phone, text, email, in_person, none
    has_address: bool
    agreed: bool
    withdrawn: bool
    stopped: bool
    bounced: bool


def refusal(contact: Contact) -> str | None:
    """Return the code of why nobody can write now, the gravest first; None where somebody can."""
    if contact.erased:
        return "erased"
    if contact.safe not in SAFE_CHANNELS:
        return contact.safe if contact.safe in REFUSALS else "way_unknown"
    if contact.stopped:
        return "stopped"
    if not contact.agreed:
        return "withdrawn" if contact.withdrawn else "not_agreed"
    if not contact.has_address:
        return "no_address"
    return "not_working" if contact.bounced else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message as somebody wrote it: ``kind`` is the template it began with; ``subject`` of an e-mail alone.

    ``link``: an address as long as the one that takes the place of LINK (rules/templates.py) when it goes.
    """

    kind: str
    channel: str
    language: str
    words: str
    subject: str | None = None
    link: str | None = None


LONGEST_EMAIL, LONGEST_SUBJECT, MOST_PARTS = 4000, 120, 6


def check_words(new: NewMessage, *, parts: int) -> None:
    """Raise Invalid with a sentence per field. ``parts``: into how many text messages all that goes out falls."""
    wrong = {}
    if not new.words.strip():
        wrong["words"] = _("Write what they should read.")
    elif "__" in new.words:
        wrong["words"] = _("Something is left to fill in: replace the line ____ by your words.")
    elif new.channel == SMS and parts > MOST_PARTS:
        wrong["words"] = _("That is too long for a text message. Shorten it, or call them.")
    elif new.channel == EMAIL and len(new.words) > LONGEST_EMAIL:
        wrong["words"] = _("That is too long. Use at most 4,000 characters.")
    if new.channel == EMAIL and not (new.subject or "").strip():
        wrong["subject"] = _("Write a subject. It names nothing private: others may see it on a screen.")
    elif new.channel == EMAIL and len(new.subject or "") > LONGEST_SUBJECT:
        wrong["subject"] = _("That is too long. Use at most 120 characters.")
    if wrong:
        raise Invalid(fields=wrong)


def quiet_end(at: datetime, *, quiet_from: time, quiet_until: time) -> datetime | None:
    """Return when the quiet hours end in which ``at`` lies; None outside them.

    Both without a zone, as the city's clock shows it. Hours that run past midnight end the next day.
    """
    clock, past_midnight = at.time(), quiet_from > quiet_until
    if past_midnight:
        is_quiet = clock >= quiet_from or clock < quiet_until
    else:
        is_quiet = quiet_from <= clock < quiet_until
    if not is_quiet:
        return None
    day = at.date() + timedelta(days=1) if past_midnight and clock >= quiet_from else at.date()
    return datetime.combine(day, quiet_until)


def lifts_stop(
    *, way: str, given_on: date, recorded_at: datetime | None, stopped_at: datetime, stopped_on: date
) -> bool:
    """Return whether a consent lifts the stop: given by the person, and later than it.

    On the day of the stop itself the instant decides at which it was noted; without one it must be a later day.
    """
    if way == BY_LIST or given_on < stopped_on:
        return False
    return recorded_at > stopped_at if recorded_at is not None else given_on > stopped_on

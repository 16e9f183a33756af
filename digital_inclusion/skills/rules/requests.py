"""What a resident says who asks for a seat, and how long it is kept. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

WAITS, ENROLLED, CLOSED = "waiting", "enrolled", "closed"
LONGEST_NAME = 100
MOST_WAITING = 200  # in one class: more are nobody's to call
KEPT = timedelta(days=30)  # after the class is over: said on the page that asks
OUT_OF_TIME = "class_over"
OUTCOMES = {
    "no_answer": _("We could not reach them"),
    "not_wanted": _("They do not want the seat any more"),
    "no_seat": _("There is no seat for them"),
    "twice": _("They asked twice"),
    "other": _("Another reason"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks, the one way to reach them (a phone number as given and E.164, or an email address), and the language
    they like to speak."""

    name: str
    language: str
    phone: str | None = None
    phone_e164: str | None = None
    email: str | None = None


def check_asking(asking: Asking, languages: Collection[str], *, waiting: int) -> None:
    """Raise Invalid with a sentence for every field that cannot be taken. ``waiting``: how many ask already."""
    fields = {}
    if not asking.name.strip() or len(asking.name) > LONGEST_NAME:
        fields["name"] = _("Please write your name.")
    if not (asking.phone_e164 or asking.email):
        fields["contact"] = _("Please write a phone number or an email address.")
    if asking.language not in languages:
        fields["language"] = _("Please choose a language.")
    if fields:
        raise Invalid(fields=fields)
    if waiting >= MOST_WAITING:
        raise Invalid(_("Very many people asked for this class already. Please choose another one."))

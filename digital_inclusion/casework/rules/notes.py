"""Notes on a household: of which kinds, what they can begin with, what must be so before one is kept. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import Problem
from ...progress.rules.deliveries import check_past

CALL = "call"
KINDS: dict[str, str] = {
    CALL: _("Call"),
    "visit": _("Visit"),
    "message": _("Message"),
    "plan": _("Plan"),
    "other": _("Other"),
}
LONGEST = 4000  # characters


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence to begin a note of a kind with."""

    kind: str
    label: str
    text: str


TEMPLATES: dict[str, Template] = {
    "talked": Template(CALL, _("We talked"), _("We talked on the phone.")),
    "no_answer": Template(CALL, _("Nobody answered"), _("Called. Nobody answered.")),
    "left_message": Template(CALL, _("Left a message"), _("Called. Left a message with our number.")),
    "wrong_number": Template(CALL, _("Wrong number"), _("Called. The number belongs to somebody else.")),
    "visited": Template("visit", _("Visited at home"), _("Visited them at home. What we saw and did:")),
    "not_home": Template("visit", _("Nobody at home"), _("Went to their home. Nobody was there.")),
    "came_in": Template("visit", _("They came to us"), _("They came to our office. They asked for:")),
    "texted": Template("message", _("We wrote"), _("Sent a message. It said:")),
    "wrote_us": Template("message", _("They wrote"), _("They wrote to us. They said:")),
    "next_step": Template("plan", _("Next step"), _("Next step: \nBy when: \nWho:")),
    "call_back": Template("plan", _("Call back"), _("Call them back. Best time:")),
    "needs_paper": Template("plan", _("A paper is missing"), _("They will bring this paper:")),
}
CALLS = tuple(code for code, one in TEMPLATES.items() if one.kind == CALL)  # what "log a call" offers


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNote:
    """A note as written: plain text with line ends as "\\n"."""

    FIELDS = ("kind", "happened_on", "text", "sensitive")

    kind: str
    happened_on: date
    text: str
    sensitive: bool = False


def check_note(new: NewNote, today: date) -> Iterator[Problem]:
    """Yield everything that keeps the note from being kept."""
    if new.kind not in KINDS:
        yield Problem("kind", "kind_unknown", _("Please choose what kind of note this is."))
    yield from check_past("happened_on", new.happened_on, today)
    if not new.text.strip():
        yield Problem("text", "text_missing", _("Write what happened, or what is planned."))
    elif len(new.text) > LONGEST:
        sentence = _(
            "A note can have 4,000 characters. This one has %(more)s too many. Shorten it, or write a second note."
        )
        yield Problem("text", "text_too_long", sentence, {"more": f"{len(new.text) - LONGEST:,}"})

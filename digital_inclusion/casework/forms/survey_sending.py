"""The message that brings a household the link of a survey, in its language. Staff cannot change its words."""

from flask_babel import force_locale, gettext

from ...agenda.rules.messages import EMAIL, NewMessage
from ...agenda.rules.messages import SURVEY as KIND
from ...agenda.rules.templates import LINK, SURVEY
from ...foundation.mail import link_to
from .writing import goes_out

_TOKEN = "x" * 43  # as long as a token is


def compose_survey(channel: str, language: str, partner: str) -> tuple[NewMessage, str]:
    """Return the message, and all that goes out, with LINK where the link will stand."""
    with force_locale(language):
        words = gettext(SURVEY.words, partner=partner, link=LINK)
        subject = gettext(SURVEY.subject) if channel == EMAIL else None
    new = NewMessage(
        kind=KIND, channel=channel, language=language, words=words, subject=subject,
        link=link_to("residents.answer_survey", token=_TOKEN),
    )  # fmt: skip
    return new, goes_out(new)

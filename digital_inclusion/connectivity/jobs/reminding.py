"""Deadlines of applications: tasks for whoever looks after the household, and mails to it."""

from datetime import date, timedelta

from flask_babel import force_locale, format_date, gettext

from ...foundation.access.identity import system_actor
from ...foundation.database import EVERYTHING, use_scope, write_transaction
from ...foundation.jobs import Payload, every, handler
from ...foundation.mail import mailer
from ...progress.queries.program import find_program, get_program, get_program_in_zone
from ..actions.reminding import MAIL, open_deadline_tasks, tell_household

REMIND = "connectivity.remind"
every(timedelta(days=1), REMIND)


@handler(REMIND)
def remind_of_deadlines(_payload: Payload) -> None:
    """Make tasks of deadlines that come near, and ask for the mails about them. Safe to run any number of times."""
    after: int | None = 0
    while after is not None:
        use_scope(EVERYTHING)
        with write_transaction():
            if find_program() is None:
                return
            get_program_in_zone()  # a day ends by the city's clock
            after = open_deadline_tasks(after=after, by=system_actor("deadlines"))


@handler(MAIL)
def mail_deadline(payload: Payload) -> None:
    """Write to a household that something is due. Names no program in the subject; a second run sends nothing."""
    use_scope(EVERYTHING)
    with write_transaction():
        get_program_in_zone()
        due = date.fromisoformat(str(payload["due"]))
        told = tell_household(application_id=int(payload["application"]), due=due, by=system_actor("deadlines"))
        if told is None:
            return
        to, language, city = told[0].email or "", told[0].language, get_program().file.city
    with force_locale(language if language in city.languages else "en"):
        subject, body = _letter(due, city.program_name)
    mailer().send(to=to, subject=subject, body=body)


def _letter(due: date, program: str) -> tuple[str, str]:
    subject = gettext("Please get in touch with us by %(day)s", day=format_date(due))
    body = gettext(
        "Hello,\n\nthere is something to do by %(day)s, so that your internet keeps its lower price. Please call the "
        "person who helps you, or answer the letter you got. We are glad to do it with you. It costs nothing.\n\n"
        "You get this message because you said that we may write to you. You can stop these messages at any time: "
        "tell the person who helps you.\n\n%(program)s\n",
        day=format_date(due),
        program=program,
    )
    return subject, body
